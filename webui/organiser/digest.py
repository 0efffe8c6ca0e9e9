"""The next-morning letter: looked at here, saved as files, and the listing that neighbours read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from appliance.bucket.layout import FEED_KEY
from appliance.errors import MatineeError
from provisioning.cloud.digest import USUAL_HOURS, Digest, gather_digest
from provisioning.cloud.digest_files import POSTS, announced, digest_files, share_listing
from provisioning.cloud.digest_texts import newsletter_html
from provisioning.cloud.public_address import public_address
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.published_events import PublishedEvents
from webui.organiser.neighbours import known, neighbours_dates
from webui.organiser.window import here

pages = Blueprint("digest", __name__)

_PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: http:; sandbox; frame-ancestors 'self'"
)
"""As a mail program shows it: no script, and pictures from where the letter names them."""


@pages.get("/digest")
def digest() -> str:
    """The letter as it will look, and the texts for networks."""
    return _page()


@pages.get("/digest/newsletter.html")
def letter() -> Response:
    """The block alone, for the frame of the page."""
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Letter</title>'
    response = Response(head + newsletter_html(_told()), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return response


@pages.get("/digest/digest.zip")
def files() -> Response:
    """Everything as files."""
    return zipped(digest_files(_told(), here().clock.now()), "digest.zip")


@pages.post("/digest/listing")
def share() -> ResponseReturnValue:
    """Put the listing where neighbours read it."""
    window = here()
    named = share_listing(window.folder.bucket(), _told(), window.clock.now())
    evenings = "1 evening" if named == 1 else f"{named} evenings"
    return _page(f"The listing names {evenings} now.")


def zipped(found: Mapping[str, bytes], name: str) -> Response:
    """Files as one to save."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in found.items():
            archive.writestr(path, content)
    response = Response(into.getvalue(), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(said: str = "") -> str:
    now = here().clock.now()
    try:
        told = _told()
    except MatineeError as fault:
        return render_template("organiser/digest.html", fault=fault.sentence, told=None, said="")
    texts = [
        (_network(name), content.decode())
        for name, content in digest_files(told, now).items()
        if name.startswith(POSTS)
    ]
    return render_template(
        "organiser/digest.html",
        fault="", said=said, told=told, posts=texts, announced=len(announced(told, now)), hours=USUAL_HOURS,
        kept=known(), feed=public_address(here().folder.bucket(), FEED_KEY),
    )  # fmt: skip


def _network(name: str) -> str:
    """``posts/tide-c1-mastodon.txt``: what a person calls it."""
    return name.removesuffix(".txt").rpartition("-")[2].capitalize()


def _told() -> Digest:
    window = here()
    bucket, now = window.folder.bucket(), window.clock.now()
    try:
        published = PublishedEvents(bucket, ensure_publish_key(window.folder.folder).public_key)
    except MatineeError as fault:
        if fault.key != "bucket.no_object":
            raise
        return Digest(now, neighbours=tuple(neighbours_dates(now)))  # nothing was published yet
    return gather_digest(bucket, published, now, neighbours=neighbours_dates(now))
