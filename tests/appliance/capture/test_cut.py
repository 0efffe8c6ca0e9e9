"""A cut is whole and right, or there is nothing of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.capture.camera_loop import read_film
from appliance.capture.cut import CutOrder, find_clip, make_clip, remove_clip
from appliance.capture.cut_av import AvCutter
from appliance.capture.packet import Packet
from appliance.capture.ring import Ring
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, ShowId
from appliance.model.capture import Moment, RunId
from cache.durable import write_whole
from lab.house import make_house

CLIP = ClipId("01CLIP")
MOMENT = Moment(
    id=MomentId("01MOMENT"),
    clip=CLIP,
    run=RunId("01RUN"),
    event=EventId("friday"),
    show=ShowId("show"),
    item=ItemId("qa"),
    by="operator",
    at=datetime(2026, 11, 27, 21, 0, tzinfo=UTC),
    position_ms=61_000,
    pre_roll_ms=1500,
    post_roll_ms=1000,
)


@pytest.fixture(scope="module", params=[False, True], ids=["camera", "b-frames"])
def packets(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Packet, ...]:
    house = make_house(tmp_path_factory.mktemp("house") / "house.mp4", 4, reordered=request.param)
    ring = Ring(60_000_000)
    for packet in read_film(house, start_us=100_000_000):
        ring.push(packet)
    return ring.snapshot(100_700_000, 103_200_000)


def order(packets: tuple[Packet, ...]) -> CutOrder:
    return CutOrder(MOMENT, 102_200_000, packets, BoxId("box"), "proven")


def test_a_cut_plays_begins_with_a_key_frame_and_has_sound(
    packets: tuple[Packet, ...], tmp_path: Path
) -> None:
    made = make_clip(order(packets), tmp_path, AvCutter())
    film = tmp_path / f"{CLIP}.landscape.mp4"
    told = json.loads(
        subprocess.run(
            ["ffprobe", "-v", "error", "-show_streams", "-show_packets", "-of", "json", str(film)],
            check=True,
            capture_output=True,
        ).stdout
    )
    video, audio = told["streams"]
    assert (video["codec_name"], video["width"], audio["codec_name"]) == ("h264", 640, "aac")
    assert float(video["duration"]) == pytest.approx(2.7, abs=0.1)
    assert made.duration_ms == round(float(video["duration"]) * 1000)
    first = next(packet for packet in told["packets"] if packet["codec_type"] == "video")
    assert first["flags"].startswith("K")
    played = subprocess.run(
        ["ffmpeg", "-v", "error", "-xerror", "-i", str(film), "-f", "null", "-"],
        check=True,
        capture_output=True,
    )
    assert played.stderr == b""
    assert film.read_bytes().index(b"moov") < film.read_bytes().index(b"mdat")


def test_picture_and_description_lie_beside_it_and_agree(packets: tuple[Packet, ...], tmp_path: Path) -> None:
    made = make_clip(order(packets), tmp_path, AvCutter())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{CLIP}.landscape.jpg",
        f"{CLIP}.landscape.json",
        f"{CLIP}.landscape.mp4",
    ]
    assert (tmp_path / f"{CLIP}.landscape.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    said = json.loads((tmp_path / f"{CLIP}.landscape.json").read_text())
    assert (said["event"], said["item"], said["position_ms"]) == ("friday", "qa", 61_000)
    assert said["sha256"] == made.files[0].sha256
    assert said["moment_ms"] == made.moment_ms == (102_200_000 - packets[0].pts_us) // 1000
    assert find_clip(CLIP, tmp_path) == made


@pytest.mark.parametrize("kind", ["mp4", "jpg", "json"])
def test_a_clip_with_a_torn_file_is_not_taken_for_a_clip(
    packets: tuple[Packet, ...], tmp_path: Path, kind: str
) -> None:
    make_clip(order(packets), tmp_path, AvCutter())
    file = tmp_path / f"{CLIP}.landscape.{kind}"
    file.write_bytes(file.read_bytes()[:-10])
    assert find_clip(CLIP, tmp_path) is None


def test_packets_that_are_no_film_leave_nothing_behind(packets: tuple[Packet, ...], tmp_path: Path) -> None:
    broken = tuple(
        Packet(b"\0" * 50, one.pts_us, one.key, one.stream, one.dts_us, one.duration_us) for one in packets
    )
    with pytest.raises(MatineeError) as refused:
        make_clip(order(broken), tmp_path, AvCutter())
    assert refused.value.key == "capture.cut_failed"
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_came_out_shorter_than_its_packets_is_refused(
    packets: tuple[Packet, ...], tmp_path: Path
) -> None:
    class HalfCutter(AvCutter):
        def mux(self, packets: Sequence[Packet], path: Path) -> None:
            super().mux(packets[: len(packets) // 2], path)

    with pytest.raises(MatineeError, match="instead of"):
        make_clip(order(packets), tmp_path, HalfCutter())
    assert list(tmp_path.iterdir()) == []


def test_without_packets_there_is_no_clip(tmp_path: Path) -> None:
    with pytest.raises(MatineeError, match="Filming ended before"):
        make_clip(order(()), tmp_path, AvCutter())


def test_a_card_that_can_not_be_written_is_told(packets: tuple[Packet, ...], tmp_path: Path) -> None:
    with pytest.raises(MatineeError) as refused:
        make_clip(order(packets), tmp_path / "gone", AvCutter())
    assert refused.value.key == "capture.cut_failed"


def test_whats_left_of_a_cut_that_the_power_cut_off_is_removed(tmp_path: Path) -> None:
    def die(path: Path) -> None:
        path.write_bytes(b"half a film")
        os._exit(0)

    film = tmp_path / f"{CLIP}.landscape.mp4"
    child = os.fork()
    if child == 0:
        write_whole(film, die)
    os.waitpid(child, 0)
    assert len(list(tmp_path.iterdir())) == 1
    remove_clip(CLIP, tmp_path)
    assert list(tmp_path.iterdir()) == []
