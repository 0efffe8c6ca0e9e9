"""Questions from the room: asked on phones during a talk, chosen by the host, never with a name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId, ItemId, QuestionId
from appliance.model.plain_words import one_line
from appliance.model.question import LONGEST_QUESTION, Question, QuestionState
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.question_rows import QuestionRows

MOST_WAITING = 3
"""Of one pass."""
MOST_OF_ONE = 20
"""Of one pass, in an evening."""
MOST_IN_ALL = 500
"""More than anybody reads."""
_SHORTEST_NONCE = 16


def question_of(nonce: str) -> QuestionId:
    """The id of what a form asks: a form sent twice is one question. It does not tell its nonce."""
    if len(nonce) < _SHORTEST_NONCE:
        raise MatineeError("audience.stale_form")
    return QuestionId(hashlib.sha256(f"question {nonce}".encode()).hexdigest()[:26])


class RoomQuestions:
    """Of one box. Each act is one transaction, durable before it is told."""

    def __init__(self, rows: QuestionRows, writer: GroupWriter, outbox: Outbox, clock: Clock) -> None:
        """``writer`` writes the file of ``rows``."""
        self._rows = rows
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def ask(self, event: EventId, item: ItemId, attendee: AttendeeId, text: str, nonce: str) -> Question:
        """Take it; the same form again is the same question.

        ``audience.no_question``, ``audience.question_too_long``, ``audience.questions_wait``,
        ``audience.questions_full``, ``audience.stale_form``, ``store.not_saved``.
        """
        said = one_line(text)
        if not said:
            raise MatineeError("audience.no_question")
        if len(said) > LONGEST_QUESTION:
            raise MatineeError("audience.question_too_long", most=LONGEST_QUESTION, letters=len(said))
        asked = Question(question_of(nonce), said, QuestionState.WAITS, self._clock.now())

        def write(tx: Transaction) -> None:
            known = self._rows.known(tx, asked.id)
            if known == (attendee, said):
                return
            if known is not None:  # an old form with another question in it, or one that was taken back
                raise MatineeError("audience.stale_form")
            count = self._rows.counted(tx, event, attendee)
            if count.waiting >= MOST_WAITING:
                raise MatineeError("audience.questions_wait", most=MOST_WAITING)
            if count.own >= MOST_OF_ONE or count.everybodys >= MOST_IN_ALL:
                raise MatineeError("audience.questions_full")
            self._rows.ask(tx, asked, event, item, attendee)
            self._outbox.fact(tx, "question_asked", event, item=item)

        self._writer.write(write)
        return asked

    def of(self, event: EventId, attendee: AttendeeId) -> tuple[Question, ...]:
        """What that pass asked."""
        return self._rows.of(event, attendee)

    def all(self, event: EventId) -> tuple[Question, ...]:
        """What everybody asked."""
        return self._rows.of_event(event)

    def become(self, event: EventId, question: QuestionId, state: QuestionState) -> None:
        """It stands so now; ``audience.question_gone`` if whoever asked took it back."""
        if not self._writer.write(lambda tx: self._rows.become(tx, event, question, state)):
            raise MatineeError("audience.question_gone")

    def take_back(self, attendee: AttendeeId, question: QuestionId) -> Sequence[str]:
        """Whoever asked would rather not have; return what it said: it may stand on the screen."""
        return self._writer.write(lambda tx: self._rows.take_back(tx, attendee, question))

    def forget(self, attendee: AttendeeId) -> Sequence[str]:
        """Whoever asked is forgotten, with all that they asked; return what that was."""
        return self._writer.write(lambda tx: self._rows.forget(tx, attendee))
