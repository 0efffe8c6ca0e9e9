"""A film that loops is one showing after another, handed over like any two films. Pure."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from appliance.model.picture import Film, Screen

_TURN = "\x1e"
"""Between the showing's own token and the number of the turn; no control character is in a token."""


def showing(token: str) -> str:
    """The token that the show knows, whatever the turn."""
    return token.partition(_TURN)[0]


def turning(screen: Screen, before: Screen | None = None) -> Screen:
    """Let ``now`` be followed by itself if it loops; ``before`` says which turn it is in."""
    now = screen.now
    if not isinstance(now, Film) or not now.loop:
        return screen
    token = now.token
    if before is not None and showing(before.now.token) == token:
        token = before.now.token
    name, _, turn = token.partition(_TURN)
    after = structs.replace(now, token=f"{name}{_TURN}{int(turn or 0) + 1}", start_ms=0)
    return replace(screen, now=structs.replace(now, token=token), next=after)
