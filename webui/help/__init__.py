"""The manual, on the box: Markdown pages, rendered once, in the frame of whichever app shows them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from flask import Blueprint, Response, make_response, render_template
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from appliance.model.rehearsal_fails import COLUMNS, lines
from webui.languages import FALLBACK, current

EVERYBODY = ("attendees", "privacy")
"""Chapters that attendees may read."""

STAFF = (
    "image",
    *("start", "operator", "clips", "steward", "counter"),
    *("programme", "rehearsal", "films", "network", "public", "people"),
    *("figures", "bucket", "trouble", "threats", "reference"),
)
"""Chapters for those who run the evening."""

ORGANISER = ("organiser", "films", "programme", "people", "clips", "threats")
"""Chapters for who stands behind all of it, in their window."""

PICTURES = ("desk.png", "organiser-live.png", "remote.png", "remote-more.png")
"""Pictures that chapters show: `![...](pictures/desk.png)`."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the manual."""

    name: str
    language: str
    title: str
    body: Markup


@cache
def chapter(name: str, language: str = FALLBACK) -> Chapter:
    """Read and render ``<name>.<language>.md``, else ``<name>.md``; its first line is the title.

    ``FileNotFoundError`` if there is neither.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 a twentieth of an app's start, and few read on

    folder = resources.files("webui.help")
    own = folder.joinpath(f"{name}.{language}.md")
    language = language if own.is_file() else FALLBACK
    text = (own if own.is_file() else folder.joinpath(f"{name}.md")).read_text("utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    html = html.replace("<pre>", '<pre tabindex="0">')  # scrolled by keyboard too (WCAG 2.1.1)
    return Chapter(name, language, title, Markup(html))  # noqa: S704 our own files, HTML in them is escaped


def chapters(frame: str, names: Sequence[str]) -> Blueprint:
    """Make ``/help`` and ``/help/<chapter>`` of ``names``, for an app whose pages extend ``frame``."""
    pages = Blueprint("help", __name__, template_folder="templates")

    @pages.get("/help")
    def contents() -> str:
        """All chapters."""
        return render_template(
            "help/contents.html", frame=frame, chapters=[chapter(n, current()) for n in names]
        )

    @pages.get("/help/<name>")
    def page(name: str) -> str:
        """One chapter."""
        if name not in names:
            raise NotFound
        return render_template("help/chapter.html", frame=frame, chapter=chapter(name, current()))

    if "rehearsal" in names:

        @pages.get("/help/fail-states.csv")
        def fail_states() -> Response:
            """What can be wrong and what to do about it, to keep, to print or to hand on."""
            written = io.StringIO()
            csv.writer(written).writerows([COLUMNS, *lines()])
            return Response("\ufeff" + written.getvalue(), mimetype="text/csv")

    @pages.get("/help/pictures/<name>")
    def picture(name: str) -> Response:
        """A picture of a chapter."""
        if name not in PICTURES:
            raise NotFound
        response = make_response(resources.files("webui.help").joinpath("pictures", name).read_bytes())
        response.mimetype = "image/png"
        return response

    return pages
