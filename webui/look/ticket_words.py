"""What a ticket shop says of a ticket, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

_WORDS = (
    lazy_gettext("already redeemed"),
    lazy_gettext("blocked"),
    lazy_gettext("cancelled"),
    lazy_gettext("could not be taken back in the shop"),
    lazy_gettext("expired"),
    lazy_gettext("more than one ticket"),
    lazy_gettext("no longer on the shop's list"),
    lazy_gettext("not approved"),
    lazy_gettext("not by the shop's rules"),
    lazy_gettext("not for this door"),
    lazy_gettext("not paid"),
    lazy_gettext("not valid at that time"),
    lazy_gettext("revoked"),
    lazy_gettext("unknown ticket"),
)
"""Marked here, so that they are gathered; others are shown as they came."""


def ticket_words(reason: str) -> str:
    """Say ``reason``; what the shop's own people wrote stands behind a colon and stays."""
    word, colon, explanation = reason.partition(": ")
    return f"{gettext(word) if word else word}{colon}{explanation}"
