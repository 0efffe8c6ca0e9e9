"""What waits for the bucket, and the way out of a venue without internet: one file on a phone."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from appliance.model.sync_view import SyncView
from appliance.model.way_words import size_words, time_left
from webui.console.console import here
from webui.console.guard import staff_only

pages = Blueprint("setup_courier", __name__)

_LONGEST_RECEIPT_BYTES = 16 << 20
_LANES = {"people": "Sign-ups", "facts": "What happened", "clips": "Clips"}


def waiting_lines(sync: SyncView | None) -> list[tuple[str, str]]:
    """Each kind of thing that waits: how many, how large, how old."""
    return [
        (
            _LANES[lane.lane],
            f"{lane.count} ({size_words(lane.size_bytes)}), the oldest {time_left(lane.oldest_s)} old",
        )
        for lane in (sync.lanes if sync is not None else ())
        if lane.count
    ]


@pages.before_request
def roomy() -> None:
    """A receipt names every object that arrived."""
    if request.endpoint == "setup_courier.receipt":
        request.max_content_length = _LONGEST_RECEIPT_BYTES


@pages.post("/setup/courier")
@staff_only()
def pack() -> ResponseReturnValue:
    """Everything that waits, as one sealed file."""
    packed = here().sync.pack_for_courier()
    response = send_file(
        packed.path, mimetype="application/octet-stream", as_attachment=True, download_name=packed.name
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/setup/courier")
@staff_only()
def key() -> ResponseReturnValue:
    """Whose signature the organiser is told once."""
    return render_template("console/setup_courier_key.html", key=here().sync.courier_key().key)


@pages.post("/setup/courier/receipt")
@staff_only()
def receipt() -> ResponseReturnValue:
    """What the organiser's computer wrote when the file had arrived."""
    sent = request.files.get("receipt")
    text = sent.stream.read(_LONGEST_RECEIPT_BYTES).decode("utf-8", "replace") if sent is not None else ""
    here().sync.courier_receipt(text)
    return redirect("/setup#courier", HTTPStatus.SEE_OTHER)
