"""A whole evening that plays itself: an operator and an audience, through HTTP only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.clock import Clock
from appliance.dev.audience import Guest, Taking, all_at_once
from appliance.dev.diary import Diary
from appliance.dev.operator import Operator
from appliance.dev.readiness import wait_until
from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.model.show_view import Phase, ShowView, Verb

PATIENCE_S = 60.0
"""How long anything may take that has no length of its own."""
_CUT_S = 300.0
"""A clip is cut when nobody else wants the processor: beside other venues that takes its time."""


@dataclass(slots=True)
class Deeds:
    """What people were told was saved: all of it has to be in the bucket in the end."""

    passes: int = 0
    takings: dict[str, list[Taking]] = field(default_factory=dict)
    """By drop."""
    clips: list[ClipId] = field(default_factory=list)
    answers: int = 0
    """How many said how it was."""
    items: list[str] = field(default_factory=list)
    """Ids, in the order they were on screen."""

    def claimed(self, drop: str) -> int:
        """How many were told that one is theirs."""
        return self.takings[drop].count(Taking.CLAIMED)


class Evening:
    """Doors, films, drop, questions, good night."""

    def __init__(
        self,
        operator: Operator,
        guests: list[Guest],
        speed: float,
        pre_roll_s: float,
        diary: Diary,
        clock: Clock,
    ) -> None:
        """``clock`` is the room's: real seconds."""
        self._operator = operator
        self._guests = guests
        self._speed = speed
        self._pre_roll_s = pre_roll_s
        self._diary = diary
        self._clock = clock
        self.deeds = Deeds()

    def play(self) -> Deeds:
        """From standby to the end; ``dev.evening_stuck`` names what did not go on."""
        view = self._operator.press(Verb.GO)
        while view.phase is not Phase.OVER:
            view = self._attend(view)
        self._diary.note("the show is over")
        self._ask()
        self._deliver()
        return self.deeds

    def _attend(self, view: ShowView) -> ShowView:
        """Do what there is to do in the current item, then go on to the next."""
        index = view.index
        if index is None:
            raise MatineeError("dev.evening_stuck", what="the show shows no item")
        item = view.items[index]
        self.deeds.items.append(item.id)
        self._diary.note(f"on screen: {item.title} ({item.kind})")
        if not self.deeds.passes:
            self._sign_up()
        for drop in view.open_drops:
            if drop not in self.deeds.takings:
                self._take(drop)
        if view.capture_allowed:
            self._film()
        return self._go_on(index, item.duration_ms)

    def _go_on(self, index: int, duration_ms: int | None) -> ShowView:
        length_s = (duration_ms or 0) / 1000 / self._speed
        standing = duration_ms is None

        def has_moved() -> bool:
            now = self._operator.view()
            if now.index == index and (standing or now.phase is Phase.HELD) and now.phase is not Phase.OVER:
                now = self._operator.press(Verb.GO)
            return now.index != index or now.phase is Phase.OVER

        self._await(has_moved, f"item {index + 1} does not end", length_s + PATIENCE_S)
        return self._operator.view()

    def _sign_up(self) -> None:
        all_at_once(self._guests, Guest.join)
        self.deeds.passes = len(self._guests)
        self._diary.note(f"{len(self._guests)} people signed up, each with a pass")

    def _take(self, drop: str) -> None:
        wanting = [guest for guest in self._guests if guest.sees(drop)]
        takings = all_at_once(wanting, Guest.take)
        self.deeds.takings[drop] = takings
        words = ", ".join(
            f"{takings.count(kind)} {kind.replace('_', ' ')}" for kind in Taking if kind in takings
        )
        self._diary.note(f'drop "{drop}" is open: {len(wanting)} reached for it: {words}')

    def _film(self) -> None:
        self._await(self._operator.sees_filming, "the camera does not film")
        filmed = self._clock.monotonic() + self._pre_roll_s
        self._await(lambda: self._clock.monotonic() >= filmed, "time stands still")
        self._await(self._operator.marks, "no moment can be marked")
        self._diary.note("a moment was marked")
        self._await(lambda: bool(self._operator.clips_to_approve()), "the clip is not made", _CUT_S)
        for clip in self._operator.clips_to_approve():
            self._operator.approve(clip)
            self.deeds.clips.append(clip)
            self._diary.note(f"clip {clip} approved")

    def _ask(self) -> None:
        self.deeds.answers = all_at_once(self._guests, Guest.tell).count(True)
        self._diary.note(f"{self.deeds.answers} said how it was")

    def _deliver(self) -> None:
        self._await(lambda: self._operator.waiting() == 0, "not everything reached the bucket")
        self._diary.note("everything is in the bucket")

    def _await(self, condition: Callable[[], bool], otherwise: str, timeout_s: float = PATIENCE_S) -> None:
        if not wait_until(condition, self._clock, timeout_s):
            raise MatineeError("dev.evening_stuck", what=otherwise)
