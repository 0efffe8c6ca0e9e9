"""The box at a glance: what is ready, and what is not."""

from __future__ import annotations

import re

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.health import checks
from appliance.model.sync_view import BucketState, SyncView
from webui.console.console import here
from webui.console.guard import staff_only
from webui.console.setup_courier import waiting_lines
from webui.console.setup_films import arriving
from webui.console.setup_time import time_words
from webui.console.setup_uplink import clip_words

pages = Blueprint("setup", __name__)

_TYPED = re.compile(r"`([^`]+)`")


@pages.get("/setup")
@staff_only()
def setup() -> ResponseReturnValue:
    """Box, event, films, people, bucket, health."""
    console, sync = here(), _sync()
    return render_template(
        "console/setup.html",
        config=console.config,
        house=console.house.look(),
        key=bool(console.config.people.recipients),
        bucket=bucket_words(sync, _place(console.config.bucket)),
        waiting=waiting_lines(sync),
        clip=clip_words(sync),
        held=sync.held if sync is not None else (),
        allowance=sync.allowance if sync is not None else None,
        replaced=sync.replaced if sync is not None else "",
        free=f"{checks.free_bytes(console.paths) / 1e9:.1f} GB",
        issues=console.vitals.issues(),
        time=time_words(),
        **arriving(),
    )


def _place(settings: BucketTable) -> str:
    return settings.endpoint or settings.folder or settings.webdav


def bucket_words(sync: SyncView | None, where: str) -> str:
    """How the organiser's bucket is, in a sentence."""
    if sync is not None and sync.replaced:
        return f"{sync.waiting} wait here for the courier. Nothing goes up from this card by itself."
    if not where:
        return "None is set up. Everything stays on this box."
    if sync is None:
        return "The sync service is restarting."
    match sync.bucket:
        case BucketState.NONE:
            return "None is set up. Everything stays on this box."
        case BucketState.READY:
            return "Everything is there." if sync.waiting == 0 else f"{sync.waiting} on their way."
        case BucketState.AWAY | BucketState.REFUSED:
            return f"{sync.sentence} {sync.waiting} wait."


@pages.app_template_filter("typed")
def typed(sentence: str) -> Markup:
    """Set what is to be typed, which sentences put in backquotes, as code."""
    return Markup(_TYPED.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 escaped just here


def _sync() -> SyncView | None:
    try:
        return here().sync.status()
    except MatineeError:
        return None
