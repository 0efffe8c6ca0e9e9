"""OSC over UDP by `python-osc`: asks come in on one port, replies and updates go out to another.

One thread, one datagram at a time. Whatever comes in that is no OSC, or too much of it, is dropped.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import assert_never

from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket, ParseError

from appliance.clock import Clock
from appliance.config import OscTable
from appliance.errors import MatineeError
from appliance.model.show_view import Phase, ShowView
from appliance.show import osc_server
from appliance.show.director import Director
from appliance.show.osc_server import Ask, Enter, Fire, Message, Press, SeekTo, Subscribe, Trigger, Unknown
from appliance.show.routes import Act

_MOST_BYTES = 8192
_MOST_MESSAGES = 32
"""In one bundle."""
_PER_S = 60.0
"""Messages that are carried out; a person with a tablet does not press faster."""
_FOLLOWS_S = 61.0
"""QLab forgets a UDP client that says nothing for this long."""
_MOST_FOLLOWERS = 16
_AGAIN_S = 5.0

Perform = Callable[[Act], ShowView]

_log = logging.getLogger(__name__)


class OscListener:
    """Listens until stopped. A port that is taken is tried again: the show goes on without."""

    def __init__(self, table: OscTable, perform: Perform, clock: Clock) -> None:
        """``perform`` carries out an act on the owner thread and returns where the show then stands."""
        self._table = table
        self._perform = perform
        self._clock = clock
        self._socket: socket.socket | None = None
        self._sending = threading.Lock()
        self._followers: dict[str, float] = {}
        self._told: ShowView | None = None
        self._refused = False
        self._allowance = _PER_S
        self._spent_at = clock.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="osc", daemon=True)

    def start(self) -> None:
        """Begin to listen, if the config says where."""
        if self._table.listen:
            logging.root.addFilter(_is_no_noise)
            self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2)

    @property
    def address(self) -> tuple[str, int] | None:
        """Where it listens; None while it does not."""
        sock = self._socket
        return None if sock is None else sock.getsockname()[:2]

    def tell(self, view: ShowView) -> None:
        """Send those who follow what changed; from the owner thread, never waits."""
        messages = osc_server.updates(self._told, view)
        self._told = view
        now = self._clock.monotonic()
        asked = [host for host, since in list(self._followers.items()) if now - since < _FOLLOWS_S]
        for host in dict.fromkeys((*self._table.tell, *asked)):
            for message in messages:
                self._send(host, message)

    def _run(self) -> None:
        while not self._stopping.is_set():
            opened = self._open()
            if opened is None:
                self._stopping.wait(_AGAIN_S)
                continue
            with opened:
                self._socket = opened
                self._listen(opened)
            self._socket = None

    def _open(self) -> socket.socket | None:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            opened.bind((self._table.listen, self._table.port))
        except OSError as fault:
            opened.close()
            if not self._refused:
                _log.warning("osc not listening port=%s fault=%s", self._table.port, fault)
            self._refused = True
            return None
        if self._refused:
            _log.info("osc is listening port=%s", self._table.port)
        self._refused = False
        opened.settimeout(0.5)
        return opened

    def _listen(self, opened: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                datagram, (host, _port) = opened.recvfrom(_MOST_BYTES)
            except TimeoutError:
                continue
            except OSError as fault:
                _log.warning("osc socket lost fault=%s", fault)
                return
            for address, arguments in messages_of(datagram):
                if self._may():
                    self._answer(host, address, arguments)

    def _may(self) -> bool:
        now = self._clock.monotonic()
        self._allowance = min(_PER_S, self._allowance + (now - self._spent_at) * _PER_S)
        self._spent_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _answer(self, host: str, address: str, arguments: tuple[object, ...]) -> None:
        if host in self._followers:
            self._followers[host] = self._clock.monotonic()
        try:
            view = self._perform(_nothing)
            asked = osc_server.deed(address, arguments, view)
            status, data = "ok", asked.data if isinstance(asked, Ask) else None
            if isinstance(asked, Unknown):
                status = "error"
            elif isinstance(asked, Subscribe):
                self._follow(host, view, on=asked.on)
            elif not isinstance(asked, Ask):
                view = self._perform(_act(asked))
        except MatineeError as refused:
            status, data, view = "error", refused.sentence, self._told or ShowView(Phase.NONE)
        self._send(host, osc_server.reply(address, status, data, view))

    def _follow(self, host: str, view: ShowView, *, on: bool) -> None:
        self._followers.pop(host, None)
        if on and len(self._followers) < _MOST_FOLLOWERS:
            self._followers[host] = self._clock.monotonic()
            for message in osc_server.updates(None, view):
                self._send(host, message)

    def _send(self, host: str, message: Message) -> None:
        sock = self._socket
        if sock is None:
            return
        address, values = message
        builder = OscMessageBuilder(address)
        for value in values:
            builder.add_arg(value)
        try:
            with self._sending:
                sock.sendto(builder.build().dgram, (host, self._table.reply_port))
        except OSError as fault:
            _log.debug("osc reply lost host_port=%s fault=%s", self._table.reply_port, fault)


def messages_of(datagram: bytes) -> list[tuple[str, tuple[object, ...]]]:
    """Return address and arguments of each message in ``datagram``; nothing of what is no OSC."""
    try:
        found = [timed.message for timed in OscPacket(datagram).messages]
    except (ParseError, ValueError, OverflowError, IndexError, RecursionError):
        return []
    return [(message.address, tuple(message.params)) for message in found[:_MOST_MESSAGES]]


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


def _is_no_noise(record: logging.LogRecord) -> bool:
    """Drop what `python-osc` says of strange packets, on the root logger: strangers could fill the log."""
    return "pythonosc" not in record.pathname


def _nothing(_director: Director) -> None:
    """Only look."""
