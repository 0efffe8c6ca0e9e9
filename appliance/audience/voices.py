"""How it was, in a number and a few words; and which way of offering something was put to whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, DropId, EventId
from appliance.model.arms import arm_of
from appliance.model.drop import Drop
from appliance.model.plain_words import one_line, plain_words
from appliance.sealing import Sealer
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox, rfc3339
from appliance.store.voice_rows import VoiceRows

MOST_SCORE = 10
LONGEST_WORDS = 500
"""Characters."""
LONGEST_SIGNED = 80
"""Characters of the name that somebody wants under what they said."""
FEEDBACK = "feedback"
"""The kind of a person's row that holds a few words and names nobody."""

_SCORE = re.compile(r"\d|10", re.ASCII)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody said of the evening."""

    score: int
    """0 to 10: would they tell a friend to come to such an evening?"""
    words: str = ""
    release: str = ""
    """The very sentence by which they let the organiser print it, as their page had it; empty: nobody may."""
    signed: str = ""
    """The name they want under it; empty: none."""

    def __repr__(self) -> str:
        """Without their words: a repr ends up in logs."""
        return f"Opinion({self.score})"


def opinion(score: str, words: str, release: str = "", signed: str = "") -> Opinion:
    """Check what was sent: ``audience.no_score``, ``audience.words_too_long``, ``audience.name_too_long``.

    A name without the yes to be printed is dropped: nobody needs it.
    """
    if _SCORE.fullmatch(score) is None:
        raise MatineeError("audience.no_score", most=MOST_SCORE)
    plain = plain_words(words)
    if len(plain) > LONGEST_WORDS:
        raise MatineeError("audience.words_too_long", most=LONGEST_WORDS)
    if not (plain and release):
        return Opinion(int(score), plain)
    name = one_line(signed)
    if len(name) > LONGEST_SIGNED:
        raise MatineeError("audience.name_too_long", most=LONGEST_SIGNED)
    return Opinion(int(score), plain, release, name)


class Voices:
    """Of one box. Each act is one transaction with its facts, durable before it is told.

    A number goes up in the clear, without a name; words go up sealed, without a name; that somebody spoke is
    known, so that a pass speaks once, and what they said can not be found from there.
    """

    def __init__(
        self, rows: VoiceRows, writer: GroupWriter, outbox: Outbox, sealer: Sealer | None, clock: Clock
    ) -> None:
        """``writer`` writes the file of ``rows``; without ``sealer`` words are not asked for."""
        self._rows = rows
        self._writer = writer
        self._outbox = outbox
        self._sealer = sealer
        self._clock = clock

    @property
    def takes_words(self) -> bool:
        """Whether somebody could read them."""
        return self._sealer is not None

    def has_said(self, event: EventId, attendee: AttendeeId) -> bool:
        """Whether that pass has spoken."""
        return self._rows.has_said(event, attendee)

    def say(self, event: EventId, attendee: AttendeeId, said: Opinion) -> bool:
        """Count it; False, and nothing changed, if that pass has spoken; ``store.not_saved``."""
        sealed = self._sealed(said)

        def write(tx: Transaction) -> bool:
            if not self._rows.say(tx, event, attendee):
                return False
            self._outbox.fact(tx, "feedback_given", event, score=said.score)
            if sealed:
                self._outbox.person(tx, FEEDBACK, event, "", sealed)
            return True

        return self._writer.write(write)

    def show(self, event: EventId, attendee: AttendeeId, drops: Iterable[Drop]) -> None:
        """Count each way of offering one of ``drops`` that is put to them now; once each."""
        put = [(drop.id, arm.id) for drop in drops if (arm := arm_of(drop, event, attendee)) is not None]
        known = self._rows.shown(event, attendee) if put else set()
        fresh = [(test, arm) for test, arm in put if test not in known]
        if not fresh:
            return

        def write(tx: Transaction) -> None:
            for test, arm in fresh:
                if self._rows.show(tx, event, attendee, DropId(test)):
                    self._outbox.fact(tx, "arm_shown", event, test=test, arm=arm)

        self._writer.write(write)

    def _sealed(self, said: Opinion) -> str:
        if self._sealer is None or not said.words:
            return ""
        told: dict[str, object] = {"words": said.words, "score": said.score, "at": rfc3339(self._clock.now())}
        if said.release:
            told |= {"release": said.release, "signed": said.signed}
        return self._sealer.seal(msgspec.json.encode(told))
