"""Whoever speaks OSC to the show: what they ask is done, answered, and told to those who follow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Protocol, assert_never

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.show_view import Phase, ShowView
from appliance.show import osc_pythonosc, osc_server
from appliance.show.director import Director
from appliance.show.osc_server import (
    Ask,
    Enter,
    Fire,
    Mark,
    Message,
    Press,
    SeekTo,
    Subscribe,
    Trigger,
    Unknown,
)
from appliance.show.routes import Act

_PER_S = 60.0
"""Messages that are carried out; a person with a tablet does not press faster."""
_MOST_FOLLOWERS = 16

Perform = Callable[[Act], ShowView]


class Caller(Protocol):
    """Somebody at the other end."""

    @property
    def name(self) -> Hashable:
        """The same as long as it is the same one."""
        ...

    @property
    def forgotten_after_s(self) -> float:
        """If they say nothing for so long they follow no more."""
        ...

    def send(self, packet: bytes) -> None:
        """Send; never waits, and what is lost is lost."""
        ...


class OscDesk:
    """One for all ways in: they share one allowance. Safe to use from any thread."""

    def __init__(self, perform: Perform, clock: Clock, mark: Callable[[], object]) -> None:
        """``perform`` carries out an act on the owner thread and returns where the show then stands.

        ``mark`` asks the capture to keep this moment, or raises what it says.
        """
        self._perform = perform
        self._mark = mark
        self._clock = clock
        self._turn = threading.Lock()
        self._following: dict[Hashable, tuple[Caller, float]] = {}
        self._told: ShowView | None = None
        self._allowance = _PER_S
        self._spent_at = clock.monotonic()

    def hear(self, caller: Caller, packet: bytes) -> None:
        """Carry out what ``packet`` asks, and answer; too much is dropped."""
        for address, arguments in osc_pythonosc.messages_of(packet):
            if self._may(caller):
                self._answer(caller, address, arguments)

    def forget(self, caller: Caller) -> None:
        """They are gone."""
        with self._turn:
            self._following.pop(caller.name, None)

    def tell(self, view: ShowView, always: tuple[Caller, ...] = ()) -> None:
        """Send those who follow, and ``always`` these, what changed; from the owner thread, never waits."""
        messages = osc_server.updates(self._told, view)
        self._told = view
        now = self._clock.monotonic()
        with self._turn:
            asked = [who for who, since in self._following.values() if now - since < who.forgotten_after_s]
        for caller in {who.name: who for who in (*always, *asked)}.values():
            for message in messages:
                _send(caller, message)

    def _may(self, caller: Caller) -> bool:
        with self._turn:
            now = self._clock.monotonic()
            if caller.name in self._following:
                self._following[caller.name] = (caller, now)
            self._allowance = min(_PER_S, self._allowance + (now - self._spent_at) * _PER_S)
            self._spent_at = now
            if self._allowance < 1:
                return False
            self._allowance -= 1
            return True

    def _answer(self, caller: Caller, address: str, arguments: tuple[object, ...]) -> None:
        try:
            view = self._perform(_nothing)
            asked = osc_server.deed(address, arguments, view)
            status, data = "ok", asked.data if isinstance(asked, Ask) else None
            if isinstance(asked, Unknown):
                status = "error"
            elif isinstance(asked, Subscribe):
                self._follow(caller, view, on=asked.on)
            elif isinstance(asked, Mark):
                self._mark()
            elif not isinstance(asked, Ask):
                view = self._perform(_act(asked))
        except MatineeError as refused:
            status, data, view = "error", refused.sentence, self._told or ShowView(Phase.NONE)
        _send(caller, osc_server.reply(address, status, data, view))

    def _follow(self, caller: Caller, view: ShowView, *, on: bool) -> None:
        with self._turn:
            self._following.pop(caller.name, None)
            follows = on and len(self._following) < _MOST_FOLLOWERS
            if follows:
                self._following[caller.name] = (caller, self._clock.monotonic())
        if follows:
            for message in osc_server.updates(None, view):
                _send(caller, message)


def _send(caller: Caller, message: Message) -> None:
    caller.send(osc_pythonosc.packet_of(message))


def _act(asked: Press | Enter | Fire | Trigger | SeekTo) -> Act:
    match asked:
        case Press(verb=verb):
            return lambda director: director.press(verb)
        case Enter(item=item):
            return lambda director: director.enter(item)
        case Fire(cue=cue):
            return lambda director: director.fire(cue)
        case Trigger(name=name):
            return lambda director: director.trigger(name)
        case SeekTo(position_ms=position_ms):
            return lambda director: director.seek(position_ms)
        case _:
            assert_never(asked)


def _nothing(_director: Director) -> None:
    """Only look."""
