"""Look into H.264 as encoders deliver it: NAL units behind start codes (ITU-T H.264, annex B)."""

from __future__ import annotations

import re

_START = re.compile(rb"\x00?\x00\x00\x01")
_TYPE = 0x1F
_SPS, _PPS = 7, 8


def units(data: bytes) -> list[bytes]:
    """Split ``data`` into its NAL units, without start codes."""
    return [unit for unit in _START.split(data) if unit]


def parameter_sets(data: bytes) -> bytes:
    """Return the sequence and picture parameter sets in ``data``, each behind a start code; empty if none."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units(data) if unit[0] & _TYPE in (_SPS, _PPS))
