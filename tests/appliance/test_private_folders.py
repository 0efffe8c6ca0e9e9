"""A service that may write only its own folders begins all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.paths import Paths


def test_folders_that_are_right_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a unit's sandbox, or without CAP_FOWNER, setting a mode is refused even if it is the same."""
    paths = Paths(tmp_path / "box").ensure()

    def refuse(self: Path, _mode: int) -> None:
        raise PermissionError(str(self))

    monkeypatch.setattr(Path, "chmod", refuse)
    assert paths.ensure() == paths


def test_what_others_could_read_is_closed(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "box").ensure()
    paths.keys.chmod(0o755)
    paths.ensure()
    assert paths.keys.stat().st_mode & 0o777 == 0o700
