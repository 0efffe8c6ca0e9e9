"""What keeps packets beside the ring, and is told how far they may be kept."""

from __future__ import annotations

from typing import Protocol

from appliance.capture.gate import Keeper
from appliance.capture.scoring import ScoredMoment
from appliance.model.capture import Listening, Run


class RunKeeper(Keeper, Protocol):
    """One that follows whole runs. All but ``push`` on the owner thread; none of it waits."""

    def began(self, run: Run, began_us: int) -> None:
        """A run began with the packet of ``began_us``, which was pushed before."""
        ...

    def proven(self, until_us: int) -> None:
        """What was pushed up to ``until_us`` was allowed; what came after is only presumed so."""
        ...

    def ended(self, until_us: int) -> None:
        """The run is over: nothing after ``until_us`` may ever reach the card. Nothing more is pushed."""
        ...


class Ear(RunKeeper, Protocol):
    """A keeper that keeps nothing: it listens to a run, and tells which moments were worth a clip."""

    def now(self) -> Listening | None:
        """What the room sounds like; None outside a run."""
        ...

    def going_on(self) -> ScoredMoment | None:
        """What has not ended yet and was not told of, as far as it has come."""
        ...
