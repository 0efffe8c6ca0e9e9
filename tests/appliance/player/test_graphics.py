"""Graphics that only show are told from those that draw, by the kernel's name for them."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest

from appliance.player import graphics

X_SETTINGS = Path(__file__).parents[3] / "image-build/image/overlay/etc/X11/xorg.conf.d/10-matinee.conf"


def kernel_that_says(name: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each node answers DRM_IOCTL_VERSION so, as struct drm_version is laid out on 64 bits."""

    def answer(_opened: int, request: int, asked: ctypes.Structure) -> int:
        assert request == 0xC0406400
        raw = (ctypes.c_size_t * 8).from_buffer(asked)
        assert raw[2] >= len(name)
        raw[2] = len(name)
        ctypes.memmove(raw[3], name, len(name))
        return 0

    monkeypatch.setattr(graphics.fcntl, "ioctl", answer)


@pytest.mark.parametrize(("name", "draw"), [(b"v3d", True), (b"i915", True), (b"virtio_gpu", False)])
def test_a_node_draws_unless_its_driver_only_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes, *, draw: bool
) -> None:
    (tmp_path / "renderD128").touch()
    kernel_that_says(name, monkeypatch)
    assert graphics.driver(tmp_path / "renderD128") == name.decode()
    assert graphics.draw_here(tmp_path) is draw


def test_without_a_node_or_with_one_that_does_not_answer_nothing_draws(tmp_path: Path) -> None:
    assert not graphics.draw_here(tmp_path / "missing")
    (tmp_path / "card0").touch()
    assert not graphics.draw_here(tmp_path)
    (tmp_path / "renderD128").symlink_to("/dev/null")
    assert not graphics.draw_here(tmp_path)


def test_the_player_and_the_image_s_x_server_agree_on_what_only_shows() -> None:
    (drivers,) = re.findall(r'MatchDriver "([^"]+)"', X_SETTINGS.read_text("utf-8"))
    assert frozenset(drivers.split("|")) == graphics.ONLY_SHOW
