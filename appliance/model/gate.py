"""Who may have what is not for everybody: by a tier, by evenings they came to, or by being here tonight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Gate:
    """What one of is enough. A gate that names nothing is open to everybody."""

    tiers: tuple[str, ...] = ()
    """Ids of memberships."""
    stamps: int = 0
    """So many evenings, friends who came counted in; 0: no number of them opens it."""
    attended: bool = False
    """Who was let in tonight."""

    @property
    def is_free(self) -> bool:
        """Whether it is no gate at all."""
        return not (self.tiers or self.stamps or self.attended)


FREE = Gate()
"""For everybody."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody's pass says of them. No name."""

    tier: str = ""
    """A membership that has not run out; empty: none."""
    stamps: int = 0
    """Evenings, with tonight if they were let in."""
    rewards: int = 0
    """Friends who came because of them, and their own first time by an invitation."""
    here: bool = False
    """Let in tonight."""

    @property
    def points(self) -> int:
        """What gates count."""
        return self.stamps + self.rewards


EMPTY_HANDED = Holding()
"""Who shows no pass."""


def opens(gate: Gate, holding: Holding) -> bool:
    """Tell whether who holds that may pass; any one of what the gate names is enough."""
    if gate.is_free or (gate.attended and holding.here):
        return True
    if gate.stamps and holding.points >= gate.stamps:
        return True
    return bool(holding.tier) and holding.tier in gate.tiers


class ExtraKind(StrEnum):
    """Under which heading it stands."""

    EXTRA = "extra"
    """An interview, a scene that was left out."""
    REPLAY = "replay"
    """Tonight's film, once more."""
    TEASER = "teaser"
    """A short stream before the evening: on the public page, for everybody."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A film to watch on phones that is not part of the show."""

    id: str
    title: str
    film: str
    """As the packing list names it."""
    kind: ExtraKind = ExtraKind.EXTRA
    text: str = ""
    gate: Gate = FREE
    opens: datetime | None = None
    closes: datetime | None = None
    public: bool = False
    """Also on the event's public page, for whoever passes the gate."""

    @property
    def is_on_public_page(self) -> bool:
        """Whether the organiser said that it goes there; nothing else of an evening does."""
        return self.public or self.kind is ExtraKind.TEASER
