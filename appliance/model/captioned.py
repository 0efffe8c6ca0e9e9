"""What giving captions to clips came to."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.ids import ClipId


@dataclass(frozen=True, slots=True)
class Captioned:
    """Which clips have captions now."""

    clips: tuple[ClipId, ...]
    cues: int
    """In all of them."""
    left_out: tuple[str, ...] = ()
    """Lines of the file that could not be read, in words; at most twenty."""
