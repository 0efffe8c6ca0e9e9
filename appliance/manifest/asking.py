"""The call to become a member, as cues make it: the same words on the screen and on phones, at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appliance.model import money
from appliance.model.cue import Action, CallMembers, ShowCard, ShowOverlay
from appliance.model.drop import Tier
from appliance.model.picture import OverlayKind
from appliance.model.programme import Item

MOST_LINES = 6
"""That fit on a card."""
OVERLAY = "ask-members"
"""Its id, for ``hide_overlay``."""
_MONTHLY: Mapping[str, str] = {"en": "{} each month", "de": "{} im Monat", "ar": "{} شهريًا"}
"""What a card says, in the evening's language; where it is none of these, in English."""


def tier_lines(tiers: Iterable[Tier], language: str) -> tuple[str, ...]:
    """One line for each tier: its title, its price, the first that it promises."""
    return tuple(_line(tier, language) for tier in tiers)[:MOST_LINES]


def ask(text: str, lines: tuple[str, ...], item: Item | None) -> tuple[Action, ...]:
    """On phones; and on the screen as a card where a card may stand, else over the running picture."""
    phones = CallMembers(text, asks=True)
    if item is None or item.is_film:
        return phones, ShowOverlay(OVERLAY, OverlayKind.LOWER_THIRD, text[:80], " · ".join(lines)[:120])
    return phones, ShowCard(text, lines)


def _line(tier: Tier, language: str) -> str:
    price = f"{money.plain(tier.price_minor, tier.currency)} {tier.currency}"
    if tier.monthly:
        price = _MONTHLY.get(language, _MONTHLY["en"]).format(price)
    promise = f": {tier.promises[0]}" if tier.promises else ""
    return f"{tier.title}, {price}{promise}"[:120]
