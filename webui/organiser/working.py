"""The work that runs: how far it is, and how to stop it; closing the window."""

from __future__ import annotations

import os
import signal
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.model.way_words import way_words
from provisioning.jobs import Job
from webui.organiser.window import here

pages = Blueprint("working", __name__)


@pages.get("/work")
def work() -> str:
    """The part of every page that is asked for again and again while something runs."""
    return render_template("organiser/work.html", back=_local(request.args.get("back", "/")))


@pages.post("/work/stop")
def stop() -> ResponseReturnValue:
    """Stop it."""
    here().jobs.stop()
    return redirect(_back(), HTTPStatus.SEE_OTHER)


@pages.post("/work/dismiss")
def dismiss() -> ResponseReturnValue:
    """What came of it was read."""
    here().jobs.dismiss()
    return redirect(_back(), HTTPStatus.SEE_OTHER)


@pages.post("/close")
def close() -> ResponseReturnValue:
    """End the window; work that runs goes on when it is opened again."""
    os.kill(os.getppid(), signal.SIGTERM)
    return render_template("organiser/closed.html")


@pages.app_template_filter("way")
def way(job: Job) -> str:
    """How far the present file is, in words; empty while nothing is known."""
    now = job.coming
    return way_words(now.done_bytes, now.size_bytes, now.rate_bytes_s, now.left_s) if now.size_bytes else ""


def _back() -> str:
    return _local(request.form.get("back", "/"))


def _local(path: str) -> str:
    """The page of ours that it was pressed on; never another's."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
