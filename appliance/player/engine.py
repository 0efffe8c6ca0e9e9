"""What decodes and draws one film in one window. Calls go down; events come up as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from appliance.model.picture import Film, Stream


@dataclass(frozen=True, slots=True)
class Prepared:
    """The first picture stands in the window, paused; ``start`` rolls without delay."""

    token: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The film is over; its last picture stands. ``early`` if much of its announced length was missing."""

    token: str
    early: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The film shows no picture. ``reason`` is a sentence for people."""

    token: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passed:
    """Within a reel the film ran into the one that was told to follow, without a seam."""

    token: str


EngineEvent = Prepared | Ended | Passed | Failed


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an engine is."""

    position_ms: int = 0
    """Of the item, which may be a part of its file."""
    duration_ms: int | None = None
    pictures_shown: int = 0
    """Distinct pictures of this film so far; a picture that stands counts once. May lag a second."""
    rolling: bool = False
    left_s: float | None = None
    """Seconds until the last picture has had its time; None while it stands, or if that is unknown."""
    picture_s: float = 0.04
    """How long one picture stands."""


class LiveEngine(Protocol):
    """One stream at a time, in one window. Every call on the owner thread; none waits for a picture."""

    def prepare(self, stream: Stream) -> None:
        """Open ``stream`` unheard. Leads to Prepared; to Failed whenever it is not there, or no longer."""
        ...

    def start(self) -> None:
        """Let it be heard. Only after Prepared."""
        ...

    def set_amplitude(self, amplitude: float) -> None:
        """Loudness as linear amplitude; 1 is the stream's own."""
        ...

    def progress(self) -> Progress:
        """How long its picture has been there."""
        ...

    def take_events(self) -> list[EngineEvent]:
        """What happened since."""
        ...

    def unload(self) -> None:
        """Let go of the stream and fall silent. What the window shows stays."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Engine(Protocol):
    """One film at a time, in one window. Every call on the owner thread; none waits for a picture."""

    def prepare(self, film: Film) -> None:
        """Open ``film`` silently, its picture at ``start_ms`` up and paused. Leads to Prepared or Failed.

        While it gets somewhere, however slowly, neither comes: whoever waits decides for how long.
        """
        ...

    def start(self) -> None:
        """Roll, with sound. Only after Prepared; also ends a pause."""
        ...

    def pause(self) -> None:
        """Stop at the present picture, which stands."""
        ...

    def seek(self, position_ms: int) -> None:
        """Go to ``position_ms`` of the film, rolling or paused as before."""
        ...

    def set_rate(self, rate: float) -> None:
        """Media seconds per second."""
        ...

    def set_amplitude(self, amplitude: float) -> None:
        """Loudness as linear amplitude; 1 is the film's own."""
        ...

    def follow_with(self, film: Film | None) -> None:
        """At the end of this film go on into ``film`` of the same reel; None: stop there."""
        ...

    def progress(self) -> Progress:
        """Where the film is now."""
        ...

    def take_events(self) -> list[EngineEvent]:
        """Carry on with what was begun and return what happened. Ask often: every 20 ms while preparing."""
        ...

    def unload(self) -> None:
        """Let go of the film and fall silent. What the window shows stays."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
