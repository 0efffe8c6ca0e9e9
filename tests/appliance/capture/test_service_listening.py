"""The capture as a process listens: applause becomes a clip, and during a film it is noted alone."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from appliance.ids import EventId
from appliance.model.capture import LISTENING, ClipState
from appliance.paths import Paths
from appliance.store.outbox import Lane, messages_after
from lab.applause import applause, make_audience, room
from lab.capture_process import POST_ROLL_S, PRE_ROLL_S, CaptureProcess, files_on_card, until
from lab.simulated_lease import SimulatedLease

EVENT = EventId("friday")


@pytest.fixture
def show(paths: Paths) -> Iterator[SimulatedLease]:
    with SimulatedLease(paths) as show:
        yield show


@pytest.fixture(scope="session")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of nobody, three of applause, and a long silence: played round and round."""
    sound = np.concatenate((room(2), applause(3), room(25)))
    return make_audience(tmp_path_factory.mktemp("questions") / "questions.mp4", sound)


@pytest.fixture
def listening(paths: Paths, questions: Path, show: SimulatedLease) -> Iterator[CaptureProcess]:
    assert show is not None
    capture = CaptureProcess(paths, questions, listen=True)
    yield capture
    assert capture.signal(signal.SIGTERM) == 0


@pytest.mark.alone
def test_applause_becomes_a_clip_by_itself_and_the_silence_after_it_does_not(
    listening: CaptureProcess, show: SimulatedLease
) -> None:
    capture = listening
    show.grant()
    clip = capture.newest(ClipState.MADE)
    assert (clip.by, clip.item, clip.state) == (LISTENING, "qa", ClipState.MADE)
    assert clip.reason.startswith("applause ")
    assert clip.reason.endswith(" of qa")
    assert clip.score is not None
    assert clip.moment_ms >= 1000, "what led to it is in the clip"
    now = until(lambda: capture.client.status().listening)
    assert now.detector == "YAMNet"
    assert {sound for sound, _ in now.sounds} == {"laughter", "applause", "cheer", "speech", "music"}
    assert len(capture.client.clips()) <= len(capture.rows.runs(EVENT)), "one of each time that it was played"
    show.refuse()
    until(lambda: capture.client.status().listening is None)


@pytest.mark.alone
def test_applause_that_lasts_as_the_item_ends_is_a_clip_too(
    listening: CaptureProcess, show: SimulatedLease
) -> None:
    capture = listening
    show.grant()
    until(lambda: _heard(capture, "applause") > 0.5)
    capture.buffered(4)
    show.refuse()
    clip = capture.newest(ClipState.MADE)
    assert clip.by == LISTENING


def test_applause_is_not_heard_without_a_lease_or_if_nobody_is_to_listen(
    paths: Paths, questions: Path, show: SimulatedLease
) -> None:
    capture = CaptureProcess(paths, questions)
    assert capture.client.status().listening is None
    show.grant()
    capture.buffered(POST_ROLL_S + PRE_ROLL_S)
    assert capture.client.status().listening is None
    assert capture.signal(signal.SIGTERM) == 0
    assert capture.rows.clips(EVENT) == []


@pytest.mark.alone
def test_applause_during_a_film_is_noted_where_it_was_and_no_sound_is_on_the_card(
    listening: CaptureProcess, show: SimulatedLease
) -> None:
    capture = listening
    until(lambda: show.wait_until_asked() is None)
    before = files_on_card(capture.paths)
    show.let_listen()
    reaction = until(capture.client.reactions)[0]
    assert (reaction.sound, reaction.item, reaction.event) == ("applause", "short", EVENT)
    assert reaction.words.startswith("applauded at 00:0")
    assert reaction.words.endswith(" of short")
    status = capture.client.status()
    assert (status.attending, status.recording, status.allowed) == (True, False, False)
    assert status.reacted[0] == reaction.words
    show.refuse()
    until(lambda: not capture.client.status().attending)
    assert capture.client.status().listening is None
    assert files_on_card(capture.paths) == before
    assert (capture.client.clips(), capture.rows.runs(EVENT)) == ([], [])
    told = [message.kind for message in messages_after(capture.rows.database, Lane.FACTS, 0)]
    assert (told[0], told[-1]) == ("listening_started", "listening_stopped")


def _heard(capture: CaptureProcess, sound: str) -> float:
    now = capture.client.status().listening
    return 0.0 if now is None else dict(now.sounds).get(sound, 0.0)
