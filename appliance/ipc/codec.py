"""Decoders, each made once: msgspec 0.22 crashes when two threads meet a type for the first time together."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

Kind = TypeVar("Kind")

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_making = threading.Lock()


def decode(content: bytes, kind: type[Kind]) -> Kind:
    """Parse JSON as ``kind``, from any thread; raise msgspec's errors if it is none."""
    with _making:
        decoder = _decoders.get(kind)
        if decoder is None:
            decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    value: Kind = decoder.decode(content)
    return value
