"""Make AAC packets of a film self-contained: the ADTS header (ISO/IEC 13818-7, 6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LENGTH = 7
_SYNC = 0xFF
_CONFIG_BYTES = 2
_MOST_PROFILE = 4
_ESCAPE_RATE = 15


def frames(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each whole packet of a stream with headers, however it is cut; what is none is passed over."""
    waiting = b""
    for block in blocks:
        waiting += block
        while len(waiting) >= _LENGTH:
            if waiting[0] != _SYNC or waiting[1] & 0xF6 != _SYNC & 0xF0:
                waiting = waiting[max(1, waiting.find(_SYNC, 1)) :]
                continue
            length = (waiting[3] & 3) << 11 | waiting[4] << 3 | waiting[5] >> 5
            if length < _LENGTH:
                waiting = waiting[1:]
            elif length > len(waiting):
                break
            else:
                yield waiting[:length]
                waiting = waiting[length:]


def without_header(data: bytes) -> bytes:
    """Return what is behind the ADTS header of ``data``."""
    return data[_LENGTH:] if data[1] & 1 else data[_LENGTH + 2 :]


def config_of(data: bytes) -> bytes:
    """Return the AudioSpecificConfig that the ADTS header of ``data`` stands for."""
    profile, rate_index = (data[2] >> 6) + 1, data[2] >> 2 & 15
    channels = (data[2] & 1) << 2 | data[3] >> 6
    return bytes((profile << 3 | rate_index >> 1, (rate_index & 1) << 7 | channels << 3))


@dataclass(frozen=True, slots=True)
class AdtsHeader:
    """The three numbers that every packet repeats."""

    profile: int
    """MPEG-4 audio object type, 1 to 4; 2 is AAC LC."""
    rate_index: int
    channels: int
    """Channel configuration, 1 to 7."""

    @classmethod
    def from_config(cls, config: bytes) -> AdtsHeader | None:
        """Read an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1); None if ADTS can not say what it says."""
        if len(config) < _CONFIG_BYTES:
            return None
        profile = config[0] >> 3
        rate_index = (config[0] & 7) << 1 | config[1] >> 7
        channels = config[1] >> 3 & 15
        if not 1 <= profile <= _MOST_PROFILE or rate_index == _ESCAPE_RATE or not 1 <= channels <= 7:  # noqa: PLR2004
            return None
        return cls(profile, rate_index, channels)

    def before(self, data: bytes) -> bytes:
        """Return ``data`` with its header in front."""
        length = len(data) + _LENGTH
        return (
            bytes(
                (
                    0xFF,
                    0xF1,
                    (self.profile - 1) << 6 | self.rate_index << 2 | self.channels >> 2,
                    (self.channels & 3) << 6 | length >> 11,
                    length >> 3 & 0xFF,
                    (length & 7) << 5 | 0x1F,
                    0xFC,
                )
            )
            + data
        )
