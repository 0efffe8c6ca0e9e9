"""One evening's figures as they may be told: counts of fewer than five people stay untold. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from appliance.errors import sentences
from appliance.store.figure_rows import Coming, OfferSums
from appliance.store.page_rows import BOUNDS_MS, Answered
from provisioning.cloud.small_groups import SMALLEST, shown
from webui.morning.charts import Bar, bars, columns

FEW = f"fewer than {SMALLEST}"
_WIDTHS_MIN = (10, 20, 30, 60, 120, 240, 720)
_MOST_COLUMNS = 36
_QUICK_MS, _SLOW_MS = 200, 1000
_HOLE = re.compile(r"\{[^}]*\}")
_PAGES: Mapping[str, str] = {
    "home.join": "Sign up",
    "drops.claim": "Reserve one",
    "home": "First page",
    "arrivals": "Welcome",
    "drops": "Offers",
    "promises": "Promises to pay",
    "passes": "Passes",
    "programme": "Programme",
    "members": "Membership",
    "receipt": "What I agreed to",
    "watch": "Watch again",
    "room": "The room, live",
    "removal": "Please do not show me",
    "feedback": "How was it?",
    "polls": "The room is asked",
    "questions": "Questions from the room",
    "extras": "Extras",
    "quiet": "Privacy",
    "help": "Manual",
}
_PHONES: Mapping[str, str] = {
    "iphone": "iPhones",
    "android": "Android phones",
    "computer": "computers",
    "other": "other devices",
}
_STATUSES: Mapping[str, str] = {
    "404": "There was no such page.",
    "405": "A form was opened as a page.",
    "413": "What was sent was too long.",
    "429": "It was asked too often.",
    "500": "Something went wrong in the box.",
    "503": "The box was not ready.",
}


@dataclass(frozen=True, slots=True)
class Speed:
    """How quickly one page answered."""

    page: str
    answers: int
    half: str
    """Within this half of them came."""
    most: str
    """Within this 95 of 100 came."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What was refused, and to whom."""

    page: str
    what: str
    whom: str
    count: str


def number(count: int) -> str:
    """``128``; of a few people no more than that they were few."""
    return FEW if 0 < count < SMALLEST else f"{count:,}".replace(",", "\u202f")


def who(coming: Coming) -> Markup | None:
    """Bars of how often people had come before; None if nobody signed up."""
    if not coming.signed_up:
        return None
    told = shown({"First time": coming.first, "Second or third": coming.again, "Regulars": coming.regular})
    rows = [
        Bar(
            label,
            (0,) * at + (count or 0,),
            "untold" if count is None else f"{count} of {coming.signed_up}",
        )
        for at, (label, count) in enumerate(told.items())
    ]
    return bars(f"How often people had come before, n = {coming.signed_up}", rows)


def over_time(moments: Sequence[datetime], zone: datetime) -> tuple[Markup, int] | None:
    """Sign-ups over time, in columns so wide that none tells of a few; and how many minutes wide.

    ``zone`` is any moment in the evening's own offset. None where even the widest would tell too much.
    """
    for width in _WIDTHS_MIN:
        counted = Counter(_begin(moment.astimezone(zone.tzinfo), width) for moment in moments)
        if not counted or any(count < SMALLEST for count in counted.values()):
            continue
        first, last, step = min(counted), max(counted), timedelta(minutes=width)
        begins = [first + step * at for at in range((last - first) // step + 1)]
        if len(begins) > _MOST_COLUMNS:
            continue
        rows = [Bar(f"{at:%H:%M}", (counted[at],), str(counted[at] or "")) for at in begins]
        return columns(f"Sign-ups in {width} minutes each, n = {len(moments)}", rows), width
    return None


def offers(titles: Mapping[str, str], sums: Mapping[str, OfferSums]) -> Markup | None:
    """Bars of units: collected, and reserved beyond that; None if nothing was reserved."""
    known = [(titles.get(drop, drop), one) for drop, one in sums.items() if one.reserved or one.waiting]
    if not known:
        return None
    rows = [
        Bar(title, (one.collected, one.reserved - one.collected), f"{one.collected} of {one.reserved}")
        for title, one in sorted(known, key=lambda pair: -pair[1].reserved)
    ]
    total = sum(one.reserved for _, one in known)
    return bars(f"Units collected, of those reserved, n = {total}", rows)


def speeds(answered: Mapping[Answered, int]) -> list[Speed]:
    """How quickly each page answered, the slowest first; pages that few asked for count as one."""
    by_page: dict[str, Counter[int]] = defaultdict(Counter)
    for one, count in answered.items():
        by_page[page_name(one.page)][one.within_ms] += count
    few = [page for page, counts in by_page.items() if counts.total() < SMALLEST]
    for page in few:
        by_page["All other pages"].update(by_page.pop(page))
    found = [
        (
            _share(counts, 95),
            Speed(page, counts.total(), _words(_share(counts, 50)), _words(_share(counts, 95))),
        )
        for page, counts in by_page.items()
    ]
    return [speed for _, speed in sorted(found, key=lambda pair: (-pair[0], -pair[1].answers))]


def quickness(answered: Mapping[Answered, int]) -> Markup | None:
    """One bar of all pages: at once, within a second, later; None if nobody asked."""
    counts: Counter[int] = Counter()
    for one, count in answered.items():
        counts[one.within_ms or BOUNDS_MS[-1] + 1] += count
    if not counts:
        return None
    quick = sum(count for bound, count in counts.items() if bound <= _QUICK_MS)
    fair = sum(count for bound, count in counts.items() if _QUICK_MS < bound <= _SLOW_MS)
    late = counts.total() - quick - fair
    rows = [
        Bar("Within 0.2 s", (quick,), _of(quick, counts.total())),
        Bar("Within 1 s", (0, fair), _of(fair, counts.total())),
        Bar("Later", (0, 0, late), _of(late, counts.total())),
    ]
    return bars(f"How quickly pages answered, n = {counts.total()}", rows)


def failures(answered: Mapping[Answered, int], devices: Mapping[str, int]) -> list[Failure]:
    """What was refused and to whom; a kind of phone of which there were few is not told apart."""
    small = {kind for kind in _PHONES if devices.get(kind, 0) < SMALLEST}
    counted: Counter[tuple[str, str, str]] = Counter()
    for one, count in answered.items():
        if one.outcome:
            whom = "phones of any kind" if one.phone in small else _PHONES[one.phone]
            counted[page_name(one.page), outcome_words(one.outcome), whom] += count
    return [Failure(page, what, whom, number(count)) for (page, what, whom), count in counted.most_common()]


def page_name(page: str) -> str:
    """What a person calls it."""
    return _PAGES.get(page) or _PAGES.get(page.partition(".")[0]) or "Pages that do not exist"


def outcome_words(outcome: str) -> str:
    """The sentence that people read, without what was filled in."""
    sentence = sentences().get(outcome)
    if sentence is not None:
        return _HOLE.sub("\u2026", sentence)
    return _STATUSES.get(outcome, f"The form was not filled in right ({outcome}).")


def _begin(moment: datetime, width: int) -> datetime:
    minutes = moment.hour * 60 + moment.minute
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(minutes=minutes - minutes % width)


def _share(counts: Counter[int], percent: int) -> float:
    """The bound within which so many of 100 came; infinite if beyond all."""
    reached = 0
    for bound in BOUNDS_MS:
        reached += counts[bound]
        if reached * 100 >= counts.total() * percent:
            return bound
    return float("inf")


def _words(bound_ms: float) -> str:
    if bound_ms == float("inf"):
        return f"over {BOUNDS_MS[-1] // 1000} s"
    return f"{bound_ms / 1000:g} s"


def _of(part: int, total: int) -> str:
    return f"{100 * part / total:.0f} %"


def newest_first(loaded: Iterable[str], signed: Iterable[str]) -> list[str]:
    """Every evening of this box, once: those that were on, then those at which only sign-ups are left."""
    return list(dict.fromkeys((*loaded, *signed)))
