from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cache.boards import TABLE, Board
from cache.convert import plan
from cache.probe import FilmFacts, Transfer, Trial
from cache.probe_verdict import Level, is_doubtful, judge

FULL_HD = FilmFacts(5_400_000, "h264", 1920, 1080, 24.0, "aac", pixel_format="yuv420p", bitrate_kbps=6000)
UHD_HEVC = replace(FULL_HD, video_codec="hevc", width=3840, height=2160, bit_depth=10, transfer=Transfer.PQ)

films = st.builds(
    FilmFacts,
    duration_ms=st.integers(1, 10**7),
    video_codec=st.sampled_from([*TABLE[Board.PC].codecs, "hap", "jpeg2000"]),
    width=st.integers(16, 9000),
    height=st.integers(16, 9000),
    fps=st.sampled_from([0.0, 12.0, 23.976, 24.0, 25.0, 29.97, 30.0, 48.0, 50.0, 59.94, 60.0, 120.0, 240.0]),
    audio_codec=st.sampled_from(["", "aac", "ac3"]),
    pixel_format=st.sampled_from(["yuv420p", "yuv422p10le", "yuv444p"]),
    bit_depth=st.sampled_from([8, 10, 12]),
    transfer=st.sampled_from(Transfer),
    rotation_degrees=st.sampled_from([0, 90, 180, 270]),
    sample_aspect=st.sampled_from([1.0, 0.9, 64 / 45, 2.0]),
    interlaced=st.booleans(),
    variable_rate=st.booleans(),
    keyframe_ms=st.integers(0, 60_000),
    bitrate_kbps=st.integers(0, 400_000),
)


@pytest.mark.parametrize(
    ("facts", "board", "level"),
    [
        (FULL_HD, Board.PI_4, Level.PLAYS),
        (FULL_HD, Board.PI_400, Level.PLAYS),
        (FULL_HD, Board.CM4, Level.PLAYS),
        (FULL_HD, Board.PI_3, Level.CARE),
        (FULL_HD, Board.ZERO_2_W, Level.WILL_NOT),
        (replace(FULL_HD, fps=30.0), Board.PI_4, Level.CARE),
        (replace(FULL_HD, fps=60.0), Board.PI_4, Level.WILL_NOT),
        (replace(FULL_HD, fps=60.0), Board.PI_5, Level.PLAYS),
        (replace(FULL_HD, video_codec="hevc"), Board.PI_4, Level.WILL_NOT),
        (replace(FULL_HD, video_codec="hevc"), Board.PI_5, Level.PLAYS),
        (UHD_HEVC, Board.PI_4, Level.WILL_NOT),
        (UHD_HEVC, Board.PC, Level.CARE),
        (replace(FULL_HD, video_codec="jpeg2000"), Board.PC, Level.WILL_NOT),
    ],
)
def test_what_field_notes_say_plays(facts: FilmFacts, board: Board, level: Level) -> None:
    assert judge(facts, board).level is level


@pytest.mark.parametrize(
    ("change", "key", "level"),
    [
        ({"transfer": Transfer.HLG}, "hdr", Level.CARE),
        ({"interlaced": True}, "interlaced", Level.CARE),
        ({"rotation_degrees": 90}, "rotated", Level.CARE),
        ({"variable_rate": True}, "uneven", Level.CARE),
        ({"keyframe_ms": 20_000}, "far_keys", Level.CARE),
        ({"bitrate_kbps": 90_000}, "many_bits", Level.CARE),
        ({"ends_at_ms": 2_000_000}, "ends_early", Level.CARE),
        ({"damaged_ms": (540_000,)}, "damaged", Level.CARE),
        ({"damaged_ms": (1, 2, 3, 4, 5)}, "damaged", Level.WILL_NOT),
        ({"width": 9000}, "size", Level.WILL_NOT),
        ({"video_codec": "hap"}, "codec", Level.WILL_NOT),
    ],
)
def test_each_doubt_has_its_words(change: dict[str, object], key: str, level: Level) -> None:
    verdict = judge(replace(FULL_HD, **change), Board.PI_4)  # type: ignore[arg-type]  # as the table says
    (reason,) = verdict.reasons
    assert (reason.key, reason.level, verdict.level) == (key, level, level)
    assert verdict.why == reason.words
    assert "{" not in reason.words


def test_places_are_named_as_people_read_clocks() -> None:
    verdict = judge(replace(FULL_HD, ends_at_ms=2_431_000, damaged_ms=(3_720_000,)), Board.PI_4)
    assert verdict.why == (
        "it stops at 40:31 of 1:30:00, so it was not copied whole: get it again; "
        "it is damaged at 1:02:00: get it again"
    )


@pytest.mark.parametrize(
    ("took_s", "level"),
    [(2.0, Level.PLAYS), (7.0, Level.CARE), (9.0, Level.WILL_NOT), (30.0, Level.WILL_NOT)],
)
def test_a_trial_on_the_board_settles_the_doubt(took_s: float, level: Level) -> None:
    tight = replace(FULL_HD, fps=30.0)
    assert is_doubtful(judge(tight, Board.PI_4))
    settled = judge(tight, Board.PI_4, Trial(8.0, took_s, 240))
    assert settled.level is level
    assert not is_doubtful(settled)


def test_no_trial_makes_a_missing_decoder_play() -> None:
    assert judge(replace(FULL_HD, video_codec="hap"), Board.PC, Trial(8.0, 0.1, 1)).level is Level.WILL_NOT


@given(films, st.sampled_from(Board))
def test_what_the_ffmpeg_line_makes_plays_on_that_board(facts: FilmFacts, board: Board) -> None:
    made = plan(facts, board).facts(facts)
    verdict = judge(made, board)
    assert verdict.level is Level.PLAYS, verdict
    assert made.width % 2 == made.height % 2 == 0


@given(films, st.sampled_from(Board))
def test_a_heavier_film_never_plays_better(facts: FilmFacts, board: Board) -> None:
    order = [Level.PLAYS, Level.CARE, Level.WILL_NOT]
    heavier = replace(facts, width=facts.width * 2, bitrate_kbps=facts.bitrate_kbps * 2)
    assert order.index(judge(heavier, board).level) >= order.index(judge(facts, board).level)


@given(films, st.sampled_from(Board))
def test_every_answer_but_plays_says_why(facts: FilmFacts, board: Board) -> None:
    verdict = judge(facts, board)
    assert (verdict.level is Level.PLAYS) == (not verdict.reasons)
    assert bool(verdict.why) == bool(verdict.reasons)
