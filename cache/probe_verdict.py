"""Will it play here? A pure judgement of facts against a board's abilities, in words for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.errors import sentences
from cache.boards import TABLE, Abilities, Ability, Board
from cache.probe import FilmFacts, Transfer, Trial

_FLUENT = 1.5
"""A trial this many times faster than the film leaves enough for the rest of the box."""
_BARELY = 1.1
_FAR_KEYS_MS = 12_000
_UNKNOWN_FPS = 30.0
_DEEP_COST = 1.4
_FULL_COLOUR_COST = 1.3
_EIGHT_BITS = 8
_MOST_SPOILT = 4
"""Of the five places that a probe looks at."""


class Level(StrEnum):
    """The three answers."""

    PLAYS = "plays"
    CARE = "care"
    WILL_NOT = "will_not"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not simply "plays"; ``key`` is stable, ``words`` are for people."""

    key: str
    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one film on one board."""

    level: Level
    board: Board
    reasons: tuple[Reason, ...] = ()

    @property
    def why(self) -> str:
        """What weighs most, in words; empty if it simply plays."""
        return "; ".join(reason.words for reason in self.reasons if reason.level is self.level)


def judge(facts: FilmFacts, board: Board, trial: Trial | None = None) -> Verdict:
    """Answer for ``board``; a ``trial`` that was run on it outweighs what the table expects of its speed."""
    reasons = (*_of_speed(facts, TABLE[board], trial), *_of_picture(facts), *_of_damage(facts))
    levels = {reason.level for reason in reasons}
    worst = next((level for level in (Level.WILL_NOT, Level.CARE) if level in levels), Level.PLAYS)
    return Verdict(worst, board, reasons)


def load_of(facts: FilmFacts) -> float:
    """Pixels a second to decode; deeper and fuller colour count for the work that they are."""
    load = facts.width * facts.height * (facts.fps or _UNKNOWN_FPS)
    if facts.bit_depth > _EIGHT_BITS:
        load *= _DEEP_COST
    if "422" in facts.pixel_format or "444" in facts.pixel_format:
        load *= _FULL_COLOUR_COST
    return load


def is_doubtful(verdict: Verdict) -> bool:
    """Whether a decode trial could change the answer."""
    return any(reason.key in {"tight", "too_much", "many_bits"} for reason in verdict.reasons)


def _of_speed(facts: FilmFacts, able: Abilities, trial: Trial | None) -> Iterator[Reason]:
    ability = able.codecs.get(facts.video_codec)
    if ability is None:
        yield _reason(Level.WILL_NOT, "codec", codec=facts.video_codec, board=able.words)
        return
    wide, high = sorted((facts.width, facts.height), reverse=True)
    if wide > able.most_width or high > able.most_height:
        yield _reason(Level.WILL_NOT, "size", size=f"{facts.width}x{facts.height}", board=able.words)
        return
    if trial is not None:
        yield from _of_trial(trial, able)
        return
    yield from _of_load(facts, ability, able)
    if facts.bitrate_kbps > able.easy_kbps:
        yield _reason(Level.CARE, "many_bits", mbits=f"{facts.bitrate_kbps / 1000:.0f}", board=able.words)


def _of_load(facts: FilmFacts, ability: Ability, able: Abilities) -> Iterator[Reason]:
    load = load_of(facts)
    if load > ability.easy:
        level, key = (Level.WILL_NOT, "too_much") if load > ability.hardly else (Level.CARE, "tight")
        picture = f"{facts.width}x{facts.height} at {facts.fps or _UNKNOWN_FPS:.4g} pictures a second"
        yield _reason(level, key, picture=picture, codec=facts.video_codec, board=able.words)


def _of_trial(trial: Trial, able: Abilities) -> Iterator[Reason]:
    if trial.factor < _FLUENT:
        level = Level.WILL_NOT if trial.factor < _BARELY else Level.CARE
        key = "tried_too_slow" if trial.factor < _BARELY else "tried_tight"
        yield _reason(level, key, factor=f"{trial.factor:.1f}", board=able.words)


def _of_picture(facts: FilmFacts) -> Iterator[Reason]:
    if facts.transfer is not Transfer.SDR:
        yield _reason(Level.CARE, "hdr")
    if facts.interlaced:
        yield _reason(Level.CARE, "interlaced")
    if facts.rotation_degrees:
        yield _reason(Level.CARE, "rotated", degrees=facts.rotation_degrees)
    if facts.variable_rate:
        yield _reason(Level.CARE, "uneven")
    if facts.keyframe_ms > _FAR_KEYS_MS:
        yield _reason(Level.CARE, "far_keys", seconds=round(facts.keyframe_ms / 1000))


def _of_damage(facts: FilmFacts) -> Iterator[Reason]:
    if facts.ends_at_ms is not None:
        yield _reason(Level.CARE, "ends_early", at=_clock(facts.ends_at_ms), length=_clock(facts.duration_ms))
    if facts.damaged_ms:
        level = Level.WILL_NOT if len(facts.damaged_ms) >= _MOST_SPOILT else Level.CARE
        yield _reason(level, "damaged", places=", ".join(_clock(place) for place in facts.damaged_ms))


def _reason(level: Level, key: str, **about: object) -> Reason:
    return Reason(key, level, sentences()[f"verdict.{key}"].format(**about))


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes}:{seconds:02}"  # noqa: PLR2004 minutes
