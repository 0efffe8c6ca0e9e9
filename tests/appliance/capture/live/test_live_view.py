"""Phones see what is proven, a moment behind; and nothing any more the moment it ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.capture.camera_loop import read_film
from appliance.capture.live.live_view import PLAYLIST, LiveView
from appliance.capture.packet import Packet
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId, ShowId
from appliance.model.capture import Run, RunId
from lab.house import make_house

RUN = Run(
    RunId("01RUN"), EventId("e"), ShowId("s"), ItemId("qa"), "cam", 0, HeldClock().now(), HeldClock().now()
)


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Packet, ...]:
    """Four seconds, a key frame each half second, with sound."""
    return tuple(read_film(make_house(tmp_path_factory.mktemp("live") / "house.mp4", seconds=4)))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def view(pool: ThreadPoolExecutor) -> LiveView:
    return LiveView(lambda event: event == "e", pool)


def film(view: LiveView, packets: tuple[Packet, ...], until_s: float, pool: ThreadPoolExecutor) -> None:
    """All was pushed; proven is ``until_s``."""
    for packet in packets:
        view.push(packet)
    view.began(RUN, packets[0].pts_us)
    view.proven(packets[0].pts_us + round(until_s * 1e6))
    pool.submit(lambda: None).result(20)


def names(view: LiveView) -> list[str]:
    return [line for line in view.file(PLAYLIST).decode().splitlines() if line.endswith(".m4s")]


def test_what_is_shown_plays_in_a_program_that_is_not_ours(
    view: LiveView, packets: tuple[Packet, ...], pool: ThreadPoolExecutor, tmp_path: Path
) -> None:
    film(view, packets, 10, pool)
    listed = view.file(PLAYLIST).decode()
    for name in ("01RUN.head.mp4", *names(view)):
        (tmp_path / name).write_bytes(view.file(name))
    (tmp_path / PLAYLIST).write_text(listed + "#EXT-X-ENDLIST\n")
    command = ("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=codec_name,nb_read_frames")
    told = subprocess.run(
        (*command, "-of", "csv=p=0", str(tmp_path / PLAYLIST)), check=True, capture_output=True, text=True
    )
    assert told.stderr == ""
    seen = dict(line.split(",")[:2] for line in told.stdout.splitlines() if line)
    assert int(seen["h264"]) == 30 * len(names(view)) // 2
    assert int(seen["aac"]) > 100


def test_no_piece_reaches_further_than_what_is_proven(
    view: LiveView, packets: tuple[Packet, ...], pool: ThreadPoolExecutor
) -> None:
    film(view, packets, 1.2, pool)
    assert 1 <= len(names(view)) <= 2  # of half a second each
    view.proven(packets[0].pts_us + 2_200_000)
    pool.submit(lambda: None).result(20)
    assert 3 <= len(names(view)) <= 4
    lengths = {line for line in view.file(PLAYLIST).decode().splitlines() if line.startswith("#EXTINF")}
    assert lengths == {"#EXTINF:0.500,"}


def test_when_filming_ends_nothing_of_it_can_be_asked_for_any_more(
    view: LiveView, packets: tuple[Packet, ...], pool: ThreadPoolExecutor
) -> None:
    film(view, packets, 3, pool)
    before = names(view)
    view.ended(packets[-1].pts_us)
    for name in (PLAYLIST, "01RUN.head.mp4", *before):
        with pytest.raises(MatineeError, match="Nothing is shown live"):
            view.file(name)
    film(view, packets, 3, pool)
    assert names(view) == before, "a later run begins anew"


def test_an_evening_that_does_not_ask_for_it_shows_nothing(
    view: LiveView, packets: tuple[Packet, ...], pool: ThreadPoolExecutor
) -> None:
    for packet in packets:
        view.push(packet)
    view.began(replace(RUN, event=EventId("another")), packets[0].pts_us)
    view.proven(packets[-1].pts_us)
    pool.submit(lambda: None).result(20)
    with pytest.raises(MatineeError, match="Nothing is shown live"):
        view.file(PLAYLIST)
