"""What the room lacks, in words for the operators. The show goes on without it."""

from __future__ import annotations

from appliance.errors import MatineeError
from appliance.player.display import Display


def lacks(display: Display, *, sound: bool) -> tuple[str, ...]:
    """Sentences that say what to plug in. Where there is no screen at all nobody sits and listens either."""
    missing = []
    if not display.lit:
        missing.append(MatineeError("player.no_projector").sentence)
    if not sound and not display.virtual:
        missing.append(MatineeError("player.no_sound").sentence)
    return tuple(missing)
