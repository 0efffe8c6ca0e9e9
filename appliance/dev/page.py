"""A page as a phone without JavaScript sees it: words, links, and forms to fill in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_VOID_TYPES = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass(slots=True)
class Form:
    """One form: where it goes, and what stands in its fields."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """By name; boxes that are not ticked are not in here, as in a browser."""
    names: list[str] = field(default_factory=list)
    """Every field there is, ticked or not."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    url: str
    status: int
    text: str
    forms: tuple[Form, ...] = ()
    links: tuple[str, ...] = ()

    def form(self, action: str) -> Form | None:
        """The first form whose address contains ``action``."""
        return next((form for form in self.forms if action in form.action), None)


def parse(url: str, status: int, text: str) -> Page:
    """Read forms and links; addresses become absolute."""
    reader = _Reader(url)
    reader.feed(text)
    return Page(url, status, text, tuple(reader.forms), tuple(reader.links))


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        match tag:
            case "a" if "href" in said:
                self.links.append(urljoin(self._url, said["href"]))
            case "form":
                action = urljoin(self._url, said.get("action", ""))
                self._open = Form(action, said.get("method", "get").upper())
                self.forms.append(self._open)
            case "input" | "textarea" if said.get("name"):
                self._field(said)
            case "button" if said.get("name") and said.get("type", "submit") == "submit":
                self._button(said)
            case "select":
                self._select = said.get("name")
            case "option" if self._select:
                self._option(self._select, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None

    def _field(self, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if self._open is None or kind in _VOID_TYPES:
            return
        name = said["name"]
        self._open.names.append(name)
        if kind not in {"checkbox", "radio"}:
            self._open.fields[name] = said.get("value", "")
        elif "checked" in said:
            self._open.fields[name] = said.get("value", "on")

    def _button(self, said: dict[str, str]) -> None:
        if self._open is not None:
            self._open.names.append(said["name"])
            self._open.fields.setdefault(said["name"], said.get("value", ""))

    def _option(self, name: str, said: dict[str, str]) -> None:
        if self._open is not None and (name not in self._open.fields or "selected" in said):
            self._open.names.append(name)
            self._open.fields[name] = said.get("value", "")
