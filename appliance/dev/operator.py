"""An operator that plays itself: signs in at the console and presses what a remote presses, by HTTP only."""

from __future__ import annotations

import re
from contextlib import suppress
from http import HTTPStatus
from typing import TypeVar

import msgspec

from appliance.dev.browser import Browser
from appliance.dev.page import Form, Page
from appliance.errors import MatineeError
from appliance.ids import ClipId, new_secret
from appliance.model.show_view import ShowView, Verb

Answer = TypeVar("Answer")

_APPROVE = re.compile(r"/remote/clips/([^/]+)/approve$")
_WAITING = re.compile(r"^matinee_outbox_waiting\S* (\d+)", re.MULTILINE)


class _Session(msgspec.Struct, frozen=True):
    csrf: str


class Operator:
    """One signed-in phone or laptop."""

    def __init__(self, console: str, sign_in: str, browser: Browser | None = None) -> None:
        """Open the link and press its one button; ``dev.operator_refused`` if that signs nobody in."""
        self._console = console
        self._browser = browser or Browser()
        shown = self._browser.open(sign_in)
        button = shown.form("/sign-in/")
        landed = self._browser.submit(button) if button is not None else shown
        if landed.status != HTTPStatus.OK or "/remote" not in landed.url:
            raise MatineeError("dev.operator_refused", what="sign in", words=landed.status)
        self._csrf = self._decode(self._browser.open(f"{console}/api/v1/session"), _Session).csrf

    def view(self) -> ShowView:
        """Where the show stands."""
        return self._decode(self._browser.open(f"{self._console}/api/v1/show"), ShowView)

    def press(self, verb: Verb) -> ShowView:
        """One press of a button; where the show then stands."""
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self._csrf}
        body = msgspec.json.encode({"nonce": new_secret()})
        return self._decode(
            self._browser.post(f"{self._console}/api/v1/show/{verb}", body, headers), ShowView
        )

    def sees_filming(self) -> bool:
        """Whether the remote says that the room is being filmed."""
        return "is being filmed" in self._remote().text

    def mark(self) -> None:
        """Mark this moment; saved when this returns."""
        self._submit(self._remote().form("/remote/mark"), "mark this moment")

    def marks(self) -> bool:
        """Mark this moment as a person does: False where the leave to film lapsed, and they press again."""
        with suppress(MatineeError):
            self.mark()
            return True
        return False

    def clips_to_approve(self) -> list[ClipId]:
        """Clips that are cut and wait for a yes."""
        found = (_APPROVE.search(form.action) for form in self._remote().forms)
        return [ClipId(match.group(1)) for match in found if match is not None]

    def approve(self, clip: ClipId) -> None:
        """Let a clip leave the box; saved when this returns."""
        self._submit(self._remote().form(f"/remote/clips/{clip}/approve"), "approve a clip")

    def waiting(self) -> int | None:
        """Rows that have not reached the bucket yet; None while nobody knows."""
        counts = _WAITING.findall(self._browser.open(f"{self._console}/metrics").text)
        return sum(map(int, counts)) if counts else None

    def _remote(self) -> Page:
        return self._browser.open(f"{self._console}/remote")

    def _submit(self, form: Form | None, what: str) -> None:
        if form is None:
            raise MatineeError("dev.operator_refused", what=what, words="there is no such button now")
        landed = self._browser.submit(form)
        if landed.status != HTTPStatus.OK:
            raise MatineeError("dev.operator_refused", what=what, words=landed.status)

    def _decode(self, page: Page, kind: type[Answer]) -> Answer:
        if page.status != HTTPStatus.OK:
            raise MatineeError("dev.operator_refused", what=page.url, words=page.text[:200])
        return msgspec.json.decode(page.text, type=kind)
