"""Answers for machines that watch the box: ``/healthz`` and ``/metrics``. Counts only, and no sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from flask import Blueprint, Response, make_response

from appliance.errors import MatineeError
from appliance.health import checks
from appliance.model.show_view import ShowView
from appliance.model.sync_view import SyncView
from appliance.paths import Service
from appliance.store.outbox import rfc3339
from webui.console import metrics
from webui.console.console import here
from webui.console.metrics import Metric, Sample

pages = Blueprint("machines", __name__)

Answer = TypeVar("Answer")


@pages.get("/healthz")
def health() -> Response:
    """``pass``, ``warn`` or ``fail`` (the evening itself is in danger), with every issue.

    Always 200: the console is well enough to say so.
    """
    issues = here().vitals.issues()
    grave = any(issue.grave for issue in issues)
    body = {
        "status": "fail" if grave else "warn" if issues else "pass",
        "issues": [
            {
                "key": issue.key,
                "sentence": issue.sentence,
                "suggestion": issue.suggestion,
                "since": rfc3339(issue.since),
            }
            for issue in issues
        ],
    }
    response = make_response(msgspec.json.encode(body))
    response.mimetype = "application/json"
    return response


@pages.get("/metrics")
def figures() -> Response:
    """Prometheus text; what can not be asked now is not said."""
    console = here()
    away = {issue.key.partition(":")[2] for issue in console.vitals.issues()}
    ups = tuple(Sample(float(service not in away), {"service": service}) for service in Service)
    show, sync = _ask(console.show.status), _ask(console.sync.status)
    house = console.house.look()
    every = [
        Metric("matinee_service_up", "Whether the service answers.", ups),
        Metric("matinee_disk_free_bytes", "Room on the card.", _one(checks.free_bytes(console.paths))),
        Metric("matinee_sign_ups", "Attendees of tonight's event.", _one(house.signed_up)),
        *_show(show),
        *_sync(sync),
    ]
    response = make_response(metrics.text(every))
    response.headers["Content-Type"] = metrics.CONTENT_TYPE
    return response


def _show(show: ShowView | None) -> list[Metric]:
    if show is None:
        return []
    pictures = _one(show.screen.pictures_shown)
    return [
        Metric("matinee_pictures_shown_total", "Pictures since the player started.", pictures, "counter"),
        Metric("matinee_position_seconds", "Place in the current item.", _one(show.position_ms / 1000)),
        Metric("matinee_show_phase", "1 for the phase the show is in.", (Sample(1, {"phase": show.phase}),)),
    ]


def _sync(sync: SyncView | None) -> list[Metric]:
    if sync is None:
        return []
    waiting = tuple(Sample(lane.count, {"lane": lane.lane}) for lane in sync.lanes)
    pushed = tuple(Sample(lane.pushed, {"lane": lane.lane}) for lane in sync.lanes)
    sizes = tuple(Sample(lane.size_bytes, {"lane": lane.lane}) for lane in sync.lanes)
    ages = tuple(Sample(lane.oldest_s, {"lane": lane.lane}) for lane in sync.lanes)
    states = (Sample(1, {"state": sync.bucket}),)
    return [
        Metric("matinee_outbox_waiting", "Rows that wait for the bucket.", waiting),
        Metric("matinee_outbox_waiting_bytes", "What they weigh, of clips their rows only.", sizes),
        Metric("matinee_outbox_oldest_seconds", "Age of the oldest of them; 0 if none waits.", ages),
        Metric("matinee_bucket_state", "1 for how the bucket answers.", states),
        Metric("matinee_outbox_pushed_total", "Rows that are in the bucket.", pushed, "counter"),
    ]


def _one(value: float) -> tuple[Sample, ...]:
    return (Sample(float(value)),)


def _ask(question: Callable[[], Answer]) -> Answer | None:
    try:
        return question()
    except MatineeError:
        return None
