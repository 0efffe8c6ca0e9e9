"""Figures of an evening, on the box and without the cloud; and how long things stay here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.model import keeping
from appliance.model.capture import ClipState
from appliance.model.event import Event
from appliance.model.poll import bars
from appliance.paths import Service
from appliance.store.audience_rows import AudienceRows
from appliance.store.capture_rows import CaptureReader
from appliance.store.console_rows import Role
from appliance.store.database import Database
from appliance.store.figure_rows import FigureRows, RunRows
from appliance.store.page_rows import PageRows
from appliance.store.poll_rows import PollRows
from provisioning.cloud.small_groups import SMALLEST
from provisioning.rehearsal_film import EVENT as TEST_FILM
from webui.console import figures
from webui.console.console import here
from webui.console.guard import owner_only, signed_in, staff_only
from webui.look.words import exactly

pages = Blueprint("setup_figures", __name__)

Found = TypeVar("Found")
_WAYS = {"cash": "In cash", "reader": "By card", "online": "Online"}
_PROMISES = {"entry": "Entry", "donation": "Donations"}


@pages.get("/setup/figures")
@staff_only()
def evenings() -> ResponseReturnValue:
    """Every evening of this box, and how long things stay here."""
    return _overview()


@pages.get("/setup/figures/<event>")
@staff_only()
def evening(event: str) -> ResponseReturnValue:
    """All that is counted of one."""
    loaded, signed = _evenings()
    if event not in {*loaded, *signed} - {TEST_FILM}:
        raise MatineeError("figures.no_evening")
    plan = _plan(loaded.get(event))
    audience = _read(Service.PORTAL, lambda file: _audience(file, event, plan)) or {}
    began, ended = _read(Service.SHOW, lambda file: RunRows(file).span(event)) or (None, None)
    clips = _read(Service.CAPTURE, lambda file: CaptureReader(file).clips(EventId(event))) or []
    made = [one for one in clips if one.state in {ClipState.MADE, ClipState.APPROVED}]
    return render_template(
        "console/setup_figures_evening.html",
        title=event if plan is None else plan.title,
        plan=plan,
        began=_local(began, plan),
        ended=_local(ended, plan),
        minutes=round((ended - began).total_seconds() / 60) if began and ended else None,
        clips=len(made),
        approved=sum(one.state is ClipState.APPROVED for one in made),
        number=figures.number,
        **audience,
    )


@pages.post("/setup/figures/keeping")
@owner_only
def keep() -> ResponseReturnValue:
    """From now on things stay so many days; where that is shorter, in a day."""
    form = request.form
    try:
        wanted = keeping.Keeping(_days(form.get("people", "")), _days(form.get("clips", "")))
    except MatineeError as fault:
        return make_response(_overview(fault.sentence), HTTPStatus.BAD_REQUEST)
    return _say(wanted)


@pages.post("/setup/figures/keeping/undo")
@owner_only
def undo() -> ResponseReturnValue:
    """As it was before the last answer."""
    said = here().keeping.said()
    return _say(said[1].keeping if len(said) > 1 else keeping.DEFAULT)


def _say(wanted: keeping.Keeping) -> ResponseReturnValue:
    if wanted != keeping.said_now(here().keeping.said()):
        here().keeping.say(wanted, here().clock.now(), signed_in().staff.role)
    return redirect("/setup/figures#keeping", HTTPStatus.SEE_OTHER)


def _overview(wrong: str = "") -> str:
    said, now = here().keeping.said(), here().clock.now()
    waiting = _read(Service.PORTAL, lambda file: FigureRows(file).to_shred())
    gone = _read(Service.PORTAL, lambda file: FigureRows(file).shredded())
    clips = _read(Service.CAPTURE, lambda file: CaptureReader(file).clips()) or []
    return render_template(
        "console/setup_figures.html",
        evenings=_known(),
        wanted=keeping.said_now(said),
        counts=keeping.in_force(said, now),
        last=said[0] if said else None,
        may_change=signed_in().staff.role is Role.ORGANISER or not here().sessions.has_organiser(),
        proven=here().clock.trust is ClockTrust.PROVEN,
        waiting=waiting or (0, 0),
        gone=gone or (0, None),
        clips=sum(one.state in {ClipState.MADE, ClipState.APPROVED} for one in clips),
        wrong=wrong,
    )


def _audience(file: Database, event: str, plan: Event | None) -> dict[str, object]:
    rows = FigureRows(file)
    coming, moments = rows.coming(event), rows.signed_up_at(event)
    counts = AudienceRows(file).counts(EventId(event))
    zone = plan.starts if plan is not None else here().clock.now()
    answered, devices = PageRows(file).answered(event), PageRows(file).devices(event)
    titles = {str(drop.id): drop.title for drop in plan.drops} if plan is not None else {}
    speeds, failed = figures.speeds(answered), figures.failures(answered, devices)
    money = rows.money(event)
    polls = PollRows(file)
    votes = polls.counts(polls.latest(EventId(event)))
    return {
        "coming": coming,
        "purposes": counts.purposes,
        "who": figures.who(coming),
        "over_time": figures.over_time(moments, zone),
        "offers": figures.offers(titles, rows.offers(event)),
        "money": money,
        "money_rows": [
            (_WAYS[way], figures.number(one.payments), exactly(one.amount_minor, currency))
            for (way, currency), one in money.items()
        ],
        "promised_rows": [
            (_promise(item, plan), figures.number(one.payments), exactly(one.amount_minor, currency))
            for (item, currency), one in rows.promised(event).items()
            if one.payments >= SMALLEST
        ],
        "answered_rows": [
            (item.title, bar.label, figures.number(bar.count))
            for item in (plan.programme.everything if plan is not None else ())
            if item.id in votes
            for bar in bars(item.poll, votes[item.id])
        ],
        "quickness": figures.quickness(answered),
        "speed_rows": [(one.page, one.answers, one.half, one.most) for one in speeds],
        "failures": failed,
        "failure_rows": [(one.page, one.what, one.whom, one.count) for one in failed],
        "answers": sum(answered.values()),
        "devices": sum(devices.values()),
    }


def _promise(item: str, plan: Event | None) -> str:
    """What was promised, as people read it."""
    tiers = {f"tier:{tier.id}": tier.title for tier in plan.tiers} if plan is not None else {}
    return _PROMISES.get(item) or tiers.get(item) or item


def _known() -> list[tuple[str, str]]:
    """Id and title of every evening, the latest first."""
    loaded, signed = _evenings()
    return [
        (event, _title(event, loaded.get(event)))
        for event in figures.newest_first(loaded, signed)
        if event != TEST_FILM
    ]


def _evenings() -> tuple[dict[str, str], list[str]]:
    """Those that were on, with their manifests, and those at which somebody signed up; the latest first."""
    loaded = dict(_read(Service.SHOW, lambda file: RunRows(file).loaded()) or [])
    return loaded, _read(Service.PORTAL, lambda file: FigureRows(file).evenings()) or []


def _title(event: str, manifest: str | None) -> str:
    plan = _plan(manifest)
    return event if plan is None else plan.title


def _plan(manifest: str | None) -> Event | None:
    """As it was loaded last; None if it has gone from this box, or a newer Matinee wrote it."""
    try:
        return None if manifest is None else event_manifest.check(manifest)
    except MatineeError:
        return None


def _local(moment: datetime | None, plan: Event | None) -> datetime | None:
    if moment is None or plan is None:
        return moment
    return moment.astimezone(plan.starts.tzinfo)


def _days(said: str) -> int:
    text = said.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(keeping.MOST_DAYS))):
        raise MatineeError("keeping.bad_days", most=keeping.MOST_DAYS)
    return int(text)


def _read(owner: Service, look: Callable[[Database], Found]) -> Found | None:
    """What ``look`` finds in the file of ``owner``; None while that service has not run."""
    try:
        database = Database.open_reader(here().paths.database(owner))
        with closing(database):
            return look(database)
    except MatineeError as fault:
        if fault.key != "store.missing":
            raise
        return None
