"""A small browser for the evening that plays itself: real HTTP, redirects, cookies; no JavaScript."""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from appliance.dev.page import Form, Page, parse
from appliance.errors import MatineeError

_TIMEOUT_S = 60.0
"""As long as anything may take in the evening that plays itself: several of them share one computer."""


class Browser:
    """One phone: its own cookies, nobody else's."""

    def __init__(self, patience_s: float = _TIMEOUT_S) -> None:
        """Empty; an answer may take ``patience_s`` (an emulated box is slow)."""
        self._patience_s = patience_s
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor())

    def open(self, url: str) -> Page:
        """Fetch ``url`` (http only); a page of any status. ``dev.page_away`` if nobody answers."""
        return self._fetch(Request(url))  # noqa: S310 our own pages on loopback

    def submit(self, form: Form, **fields: str) -> Page:
        """Send ``form`` with ``fields`` filled in over what stands in it."""
        query = urlencode({**form.fields, **fields})
        if form.method == "GET":
            return self.open(f"{form.action.partition('?')[0]}?{query}")
        return self._fetch(Request(form.action, query.encode(), method="POST"))  # noqa: S310 as above

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Page:
        """Send ``body`` to ``url``, as a program does."""
        return self._fetch(Request(url, body, headers, method="POST"))  # noqa: S310 as above

    def _fetch(self, request: Request) -> Page:
        try:
            with self._opener.open(request, timeout=self._patience_s) as answer:
                return parse(answer.url, answer.status, answer.read().decode("utf-8", "replace"))
        except HTTPError as refused:
            with refused:
                return parse(refused.url, refused.code, refused.read().decode("utf-8", "replace"))
        except (OSError, HTTPException) as fault:
            raise MatineeError(
                "dev.page_away", url=request.full_url.partition("?")[0], fault=fault
            ) from fault
