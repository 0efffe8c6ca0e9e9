"""An audience that plays itself: each guest a browser of their own, through the pages that phones see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from appliance.dev.browser import Browser
from appliance.dev.page import Form
from appliance.errors import MatineeError

Answer = TypeVar("Answer")

_NAMES = (
    "Ada",
    "Ben",
    "Cleo",
    "Dev",
    "Edda",
    "Finn",
    "Gala",
    "Hugo",
    "Ines",
    "Jun",
    "Kaya",
    "Luis",
    "Mira",
    "Noor",
)


class Taking(StrEnum):
    """How an attempt to take one of a drop ended, in the page's own words for programs."""

    CLAIMED = "claimed"
    ALREADY = "already"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"
    NOT_OFFERED = "not_offered"
    """Their pass page had no button."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a guest holds after signing up: the address of their page."""

    address: str


class Guest:
    """One person with one phone."""

    def __init__(self, number: int, portal: str, browser: Browser | None = None) -> None:
        """Every third leaves an e-mail address, every fourth says nothing at all."""
        self._number = number
        self._portal = portal
        self._browser = browser or Browser()
        self.held: Pass | None = None
        self._offer: Form | None = None

    def join(self) -> Pass:
        """Sign up on the first page; ``dev.guest_lost`` if no pass comes of it."""
        page = self._browser.open(f"{self._portal}/")
        form = page.form("/join")
        if form is None:
            raise MatineeError("dev.guest_lost", what="sign up", url=page.url, status=page.status)
        landed = self._browser.submit(form, **self._answers(form.names))
        if "/pass/" not in landed.url:
            raise MatineeError("dev.guest_lost", what="get a pass", url=landed.url, status=landed.status)
        self.held = Pass(landed.url.partition("?")[0])
        return self.held

    def sees(self, drop: str) -> bool:
        """Look at the pass page; True if there is a button to take one of ``drop``."""
        if self.held is None:
            return False
        self._offer = self._browser.open(self.held.address).form(f"/drops/{drop}/claim")
        return self._offer is not None

    def take(self) -> Taking:
        """Press the button that was seen; it may be too late."""
        if self._offer is None:
            return Taking.NOT_OFFERED
        landed = self._browser.submit(self._offer)
        just = parse_qs(urlsplit(landed.url).query).get("just", [""])[0]
        return Taking(just) if just in set(Taking) else Taking.NOT_OFFERED

    def tell(self) -> bool:
        """Say how it was, as the pass page asks at the end; True if it was counted."""
        if self.held is None:
            return False
        page = self._browser.open(f"{self.held.address}/feedback")
        form = page.form("/feedback")
        if form is None:
            return False
        words = f"Thank you, {self._number} times." if self._number % 5 == 0 else ""
        landed = self._browser.submit(form, score=str(10 - self._number % 7), words=words)
        return landed.form("/feedback") is None

    def _answers(self, names: Sequence[str]) -> dict[str, str]:
        answers: dict[str, str] = {}
        if self._number % 4:
            answers["name"] = f"{_NAMES[self._number % len(_NAMES)]} {self._number}"
        if self._number % 3 == 0:
            answers["email"] = f"guest{self._number}@example.org"
            answers["news"] = "yes"
        if self._number % 2 == 0:
            answers["clips"] = "yes"
        return {name: value for name, value in answers.items() if name in names}


def all_at_once(guests: Sequence[Guest], act: Callable[[Guest], Answer]) -> list[Answer]:
    """Let every guest ``act`` at the same moment; answers in the order of ``guests``."""
    with ThreadPoolExecutor(max_workers=max(1, len(guests))) as phones:
        return list(phones.map(act, guests))
