"""Health on one page, and the papers: what is wrong, what to do, where; copies that never leave unasked."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from appliance.cli.doctor import doctor
from appliance.clock import ClockTrust, HeldClock
from appliance.ids import EventId
from appliance.manifest.event_folder import lay_event
from appliance.paths import Paths
from appliance.store.console_rows import Role, StaffRows
from appliance.store.outbox import Lane, messages_after
from appliance.store.outboxes import OWNERS, Outboxes
from lab.evening import MANIFEST, PACKING
from lab.staff_room import Person, signed_in_as
from provisioning.health_round import examine
from webui.console.console import Console

CANARY = b"%PDF-1.7 permit-canary-8d2e"
PERMIT = """
[[permit]]
id = "projection"
title = "Projection permit"
expires = 2026-12-10
without = "refuse"
"""
PAGE = "/setup/permits/small-evening/projection"


@pytest.fixture
def papers(paths: Paths) -> Paths:
    lay_event(paths.events, EventId("small-evening"), MANIFEST + PERMIT, PACKING)
    return paths


def bring(person: Person, content: bytes) -> int:
    form = {"csrf": person.csrf, "file": (io.BytesIO(content), "scan")}
    return person.browser.post(PAGE, data=form).status_code


def test_page_and_doctor_say_the_same_and_lead_to_where_it_is_mended(
    operator: Person, papers: Paths, clock: HeldClock
) -> None:
    page = re.sub(r"<[^>]+>", "", unescape(operator.browser.get("/setup/health").text))
    said = CliRunner().invoke(doctor, obj=papers).output
    for finding in examine(papers, clock, thorough=False):
        room = "GB" in finding.what  # others write to the card meanwhile
        assert (finding.what.partition(":")[0] if room else finding.what) in page
        if "GB" not in finding.what and not finding.kind.startswith("bucket"):
            assert finding.what in said
    assert "Projection permit" in page
    assert 'href="/setup/permits"' in operator.browser.get("/setup/health").text
    assert operator.browser.get("/setup/health/support").status_code == 200
    packed = operator.browser.get("/setup/health/support.zip")
    assert packed.data[:2] == b"PK"
    assert "attachment" in packed.headers["Content-Disposition"]


def test_a_copy_is_kept_shown_to_staff_and_overwritten(
    operator: Person, browser: FlaskClient, papers: Paths
) -> None:
    assert "none yet" in operator.browser.get("/setup/permits").text
    assert bring(operator, CANARY) == 303
    shown = operator.browser.get(PAGE)
    assert (shown.data, shown.mimetype) == (CANARY, "application/pdf")
    assert "sandbox" not in shown.headers["Content-Security-Policy"], "Safari shows no PDF in one"
    assert browser.get(PAGE).status_code == 303, "whoever is not signed in is led away"
    (kept,) = papers.permits.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert bring(operator, b"\x89PNG\r\n\x1a\n1") == 303
    assert [path.suffix for path in papers.permits.iterdir()] == [".png"]
    assert "sandbox" in operator.browser.get(PAGE).headers["Content-Security-Policy"]
    (papers.permits / "small-evening__projection.pdf").write_bytes(CANARY)  # a power cut left it
    assert operator.post(PAGE + "/drop").status_code == 303
    assert list(papers.permits.iterdir()) == []
    assert operator.browser.get(PAGE).status_code == 404


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"GIF89a", b"PK\x03\x04"])
def test_what_is_no_paper_is_refused_with_a_sentence(operator: Person, papers: Paths, content: bytes) -> None:
    form = {"csrf": operator.csrf, "file": (io.BytesIO(content), "permit.pdf")}
    answer = operator.browser.post(PAGE, data=form)
    assert answer.status_code == 400
    assert "neither a PDF nor a photograph" in unescape(answer.text)
    assert not papers.permits.exists() or list(papers.permits.iterdir()) == []


@pytest.mark.parametrize("path", ["none/projection", "small-evening/none", "..%2f..%2fkeys/x", "a__b/c"])
def test_a_paper_that_nobody_asks_for_has_no_place(operator: Person, papers: Paths, path: str) -> None:
    assert papers
    assert operator.post(f"/setup/permits/{path}").status_code == 404
    assert operator.browser.get(f"/setup/permits/{path}").status_code == 404


def test_no_row_that_goes_up_knows_what_is_in_a_copy(
    operator: Person, papers: Paths, console: Console
) -> None:
    assert bring(operator, CANARY) == 303
    assert console.permit_audit.round()
    outboxes = Outboxes(papers)
    for lane in Lane:
        for service in OWNERS:
            for row in outboxes.after(service, lane, 0):
                assert "canary" not in row.body


def test_the_papers_are_looked_through_once_a_day_and_it_is_a_fact(
    papers: Paths, console: Console, rows: StaffRows, clock: HeldClock
) -> None:
    assert papers
    assert console.permit_audit.round()
    assert not console.permit_audit.round()
    clock.advance(timedelta(hours=25).total_seconds() - timedelta(hours=12).total_seconds())
    assert not console.permit_audit.round()
    clock.advance(timedelta(hours=11, minutes=1).total_seconds())
    clock.trust = ClockTrust.NONE
    assert not console.permit_audit.round(), "nobody knows the day"
    clock.trust = ClockTrust.PROVEN
    assert console.permit_audit.round()
    facts = [
        row.body for row in messages_after(rows.database, Lane.FACTS, 0) if row.kind == "permits_audited"
    ]
    assert len(facts) == 2
    assert (
        '"needing":[{"event":"small-evening","permit":"projection","state":"missing","refuses":true}]'
        in facts[0]
    )


def test_an_operator_is_told_of_them_and_a_steward_sees_nothing(
    app: Flask, console: Console, rows: StaffRows, clock: HeldClock, papers: Paths
) -> None:
    assert papers
    steward = signed_in_as(app, console, rows, clock, Role.STEWARD)
    for page in ("/setup/health", "/setup/health/support.zip", "/setup/permits", "/setup/figures"):
        assert steward.browser.get(page).status_code == 403


def test_what_was_posted_can_be_asked_for_again(operator: Person) -> None:
    answer = operator.browser.get("/setup/uplink")
    assert (answer.status_code, answer.location) == (303, "/setup#uplink")
