"""OSC on the wire, by `python-osc`: messages in packets, and packets in a stream (SLIP)."""

from __future__ import annotations

import logging

from pythonosc import slip
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket, ParseError

from appliance.show.osc_server import Message

_MOST_MESSAGES = 32
"""In one bundle."""
_MOST_BYTES = 8192


def messages_of(packet: bytes) -> list[tuple[str, tuple[object, ...]]]:
    """Return address and arguments of each message in ``packet``; nothing of what is no OSC."""
    try:
        found = [timed.message for timed in OscPacket(packet).messages]
    except (ParseError, ValueError, OverflowError, IndexError, RecursionError):
        return []
    return [(message.address, tuple(message.params)) for message in found[:_MOST_MESSAGES]]


def packet_of(message: Message) -> bytes:
    """One message as a packet."""
    address, values = message
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build().dgram


def in_stream(packet: bytes) -> bytes:
    """One packet as OSC 1.1 sends it over TCP (SLIP, RFC 1055, an END at both sides)."""
    return slip.encode(packet)


class PacketStream:
    """Finds the packets in what comes over TCP."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._rest = b""

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the packets that ``piece`` completes, none that is no SLIP; ``ValueError``: endless."""
        *whole, self._rest = (self._rest + piece).split(slip.END)
        if len(self._rest) > _MOST_BYTES:
            raise ValueError(len(self._rest))
        return [slip.decode(packet) for packet in whole if packet and slip.is_valid(packet)]


def be_quiet() -> None:
    """Keep what `python-osc` says of strange packets out of the log: strangers could fill it."""
    logging.root.addFilter(_is_no_noise)


def _is_no_noise(record: logging.LogRecord) -> bool:
    return "pythonosc" not in record.pathname
