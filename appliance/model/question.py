"""What somebody in the room asks, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.ids import QuestionId
from appliance.model.callout import LONGEST_CALLOUT

LONGEST_QUESTION = LONGEST_CALLOUT
"""Characters: what is asked has room on the screen."""
OVER_A_QUESTION = {
    "en": "A question from the room",
    "de": "Eine Frage aus dem Saal",
    "ar": "سؤال من القاعة",
}
"""The quiet line above it there, by the evening's language."""


class QuestionState(StrEnum):
    """Where it stands."""

    WAITS = "waits"
    SHOWN = "shown"
    """On the screen, or said aloud now; at most one."""
    ANSWERED = "answered"
    ASIDE = "aside"
    """Nobody takes it up tonight."""


@dataclass(frozen=True, slots=True)
class Question:
    """Without a name: nobody is told who asked."""

    id: QuestionId
    text: str
    state: QuestionState
    at: datetime


@dataclass(frozen=True, slots=True)
class Questions:
    """Of tonight, in the order they were asked."""

    open: bool = False
    """They are taken now."""
    expected: bool = False
    """Some part of tonight takes them."""
    all: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionWish:
    """What becomes of one; the same again changes nothing."""

    question: QuestionId
    state: QuestionState
