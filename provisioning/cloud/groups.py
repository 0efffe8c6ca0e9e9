"""Figures of groups of evenings: a venue's, a series', everybody's; and the rates that people read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segments:
    """Visits, by how often those who came had come before, as their passes say."""

    first: int
    again: int
    """The second or third time."""
    regular: int
    """The fourth time or more."""


@dataclass(frozen=True, slots=True)
class Nps:
    """Would you tell a friend? Answers from 0 to 10."""

    answers: int
    promoters: int
    """9 and 10."""
    detractors: int
    """0 to 6."""

    @property
    def score(self) -> int | None:
        """From -100 to 100; None: nobody answered."""
        return round(100 * (self.promoters - self.detractors) / self.answers) if self.answers else None


@dataclass(frozen=True, slots=True)
class Group:
    """Some box-evenings together. Money is in each currency's smallest unit."""

    name: str
    """The box's id, or the series'; empty: everything, or what was sold elsewhere."""
    title: str
    evenings: int
    """Events."""
    came: int
    """Visits: people let in, or where no door was kept, sign-ups and earlier passes."""
    people: int
    """Of them, each once however often they came, as far as passes say."""
    at_door: int
    signed_up: int
    news: int
    """Who signed up and agreed to be written to."""
    segments: Segments
    invited: int
    """Who came by a friend's invitation."""
    thanked: int
    """Friends for whom somebody was thanked."""
    claims: int
    """Reserved, and not given back."""
    collected: int
    """Handed over, and not brought back."""
    merch: int
    """Things sold, without entry, donations and memberships."""
    merch_72h: int
    """Of them, within 72 hours from the beginning on."""
    members: int
    """Memberships sold."""
    members_30d: int
    """Of them, within 30 days from the beginning on."""
    members_by_letter: int
    """Of these, by the link of a letter afterwards."""
    revenue: dict[str, int]
    """All that was paid and did not go back, by currency."""
    gifts: int
    """Donations."""
    given: dict[str, int]
    """What they came to."""
    nps: Nps
    unsure: int = 0
    """Facts whose time nobody can believe: they count, but in no window of hours or days."""


@dataclass(frozen=True, slots=True)
class Money:
    """What came in from the evenings of a month, by days since each began."""

    to_30: int
    to_60: int
    to_90: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everybody whose first evening was in one month."""

    month: str
    evenings: int
    people: int
    """New faces."""
    came_again: int
    """Of them, again within 90 days, by the same pass."""
    revenue: dict[str, Money]
    """By currency."""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One venue, one rate, one currency; refunds are taken off."""

    box: str
    currency: str
    rate_bp: int
    """In hundredths of a per cent."""
    gross_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a comparison."""

    test: str
    arm: str
    seen: int
    """How often it was shown."""
    claims: int
    paid: int
    """Units."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What is counted over evenings."""

    all: Group
    venues: tuple[Group, ...] = ()
    series: tuple[Group, ...] = ()
    cohorts: tuple[Cohort, ...] = ()
    tax: tuple[TaxLine, ...] = ()
    arms: tuple[Arm, ...] = ()


NOTHING = Group(
    "", "", 0, 0, 0, 0, 0, 0, Segments(0, 0, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, {}, 0, {}, Nps(0, 0, 0)
)
NO_GROUPS = Groups(NOTHING)
