"""Real sound through real packets, decoder and network: what is a moment, and when it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from appliance.capture.camera_loop import read_film
from appliance.capture.hearing import LATE_S
from appliance.capture.listening.detector_dsp import DspDetector
from appliance.capture.looking.faces import NoFaces
from appliance.capture.packet import Packet
from appliance.capture.scoring import ScoredMoment
from appliance.capture.senses import Senses, open_senses
from lab.applause import applause, make_audience, room


@pytest.fixture(scope="module")
def ovation(tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    """Three seconds of nobody, four of applause, four of nobody, and fifteen of an ovation without an end."""
    sound = np.concatenate((room(3), applause(4), room(4), room(4), applause(15)))
    return list(read_film(make_audience(tmp_path_factory.mktemp("senses") / "ovation.mp4", sound)))


def _told(senses: Senses, packets: list[Packet]) -> list[tuple[float, ScoredMoment]]:
    found = []
    for packet in packets:
        moment = senses.take(packet)
        if moment is not None:
            found.append((packet.pts_us / 1_000_000, moment))
    return found


def test_applause_is_a_moment_and_an_ovation_is_told_while_it_lasts(ovation: list[Packet]) -> None:
    senses = open_senses()
    (first_s, first), (second_s, second) = _told(senses, ovation)
    assert first.at_s == pytest.approx(3, abs=1.5)
    assert first_s < 7 + 4
    assert "applause" in first.why
    assert second.at_s == pytest.approx(15, abs=1.5)
    assert second_s - second.at_s < LATE_S
    assert second.score > first.score
    assert senses.going_on() is None  # its rest belongs to what was told


def test_what_has_not_ended_is_known_and_forgotten_at_the_end(ovation: list[Packet]) -> None:
    senses = open_senses()
    assert _told(senses, [packet for packet in ovation if packet.pts_us < 6_000_000]) == []
    going_on = senses.going_on()
    assert going_on is not None
    assert going_on.at_s == pytest.approx(3, abs=1.5)
    assert dict(senses.now())["applause"] > 0.5
    senses.end()
    assert senses.going_on() is None
    assert set(dict(senses.now()).values()) == {0.0}


def test_an_empty_room_is_no_moment_by_whatever_detector(tmp_path: Path) -> None:
    packets = list(read_film(make_audience(tmp_path / "room.mp4", room(6))))
    for senses in (open_senses(), Senses(DspDetector(), NoFaces())):
        assert _told(senses, packets) == []
