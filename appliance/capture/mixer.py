"""Which channels of a mixer are the room: ``hw:1 5,6 of 18``. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.errors import MatineeError


@dataclass(frozen=True, slots=True)
class Wired:
    """An ALSA device, and which of its channels are heard."""

    device: str
    channels: int = 0
    """So many it has; 0: it is asked for two."""
    taken: tuple[int, ...] = ()
    """Counted from 1, as on the mixer."""

    @property
    def asked(self) -> tuple[str, ...]:
        """For ffmpeg, before ``-i``."""
        return ("-channels", str(self.channels)) if self.channels else ()

    @property
    def mix(self) -> str:
        """As a filter of ffmpeg: two channels stay left and right, others are heard in the middle."""
        if not self.taken:
            return ""
        if len(self.taken) == 2:  # noqa: PLR2004 left and right
            left, right = (f"c{one - 1}" for one in self.taken)
        else:
            left = right = "+".join(f"{1 / len(self.taken):.4f}*c{one - 1}" for one in self.taken)
        return f"pan=stereo|c0={left}|c1={right}"


def wired(sound: str) -> Wired:
    """Read what ``[capture] sound`` says; ``capture.no_channel`` if the mixer has no such channel."""
    device, _, wanted = sound.partition(" ")
    if not wanted:
        return Wired(device)
    taken, _, channels = wanted.partition(" of ")
    every = tuple(int(one) for one in taken.split(","))
    for one in every:
        if not 1 <= one <= int(channels):
            raise MatineeError("capture.no_channel", sound=sound, channel=one, channels=channels)
    return Wired(device, int(channels), every)
