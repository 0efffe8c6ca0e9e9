"""How quickly pages answered is counted in the portal; nothing that tells on anybody reaches the card."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.paths import Paths, Service
from appliance.store.page_rows import BOUNDS_MS, PageRows
from lab.audience import Evening, Phone
from webui.portal.portal import EXTENSION, Portal
from webui.portal.stopwatch import kind_of_phone

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) canary-agent-5521"
ANDROID = "Mozilla/5.0 (Linux; Android 16; Pixel 10)"


@pytest.fixture
def portal(client: FlaskClient) -> Portal:
    found: Portal = client.application.extensions[EXTENSION]
    return found


@pytest.mark.parametrize(
    ("agent", "kind"),
    [(IPHONE, "iphone"), (ANDROID, "android"), ("Mozilla/5.0 (Windows NT 10.0)", "computer"), ("", "other")],
)
def test_of_a_browser_only_the_kind_of_phone_is_looked_at(agent: str, kind: str) -> None:
    assert kind_of_phone(agent) == kind


def test_pages_and_refusals_are_counted_by_kind_of_phone(
    client: FlaskClient, portal: Portal, phone: Phone, evening: Evening, paths: Paths
) -> None:
    assert phone
    assert evening
    for number in range(7):
        named = {"X-Real-IP": f"10.41.0.{77 + number}", "User-Agent": IPHONE}
        assert client.get("/", headers=named).status_code == 200
        assert client.get("/nothing-of-the-kind", headers=named).status_code == 404
    assert client.post("/drops/none/claim", headers={"User-Agent": ANDROID}).status_code >= 400
    portal.stopwatch.save()
    rows = PageRows.reader(paths)
    tonight = portal.events.tonight()
    assert tonight is not None
    counts = rows.answered(tonight.event.id)
    first = {one: count for one, count in counts.items() if one.page.startswith("home.") and not one.outcome}
    assert sum(first.values()) == 7
    assert {one.phone for one in first} == {"iphone"}
    assert sum(count for one, count in counts.items() if one.outcome == "404") == 7
    assert any(one.outcome and one.phone == "android" for one in counts)
    devices = rows.devices(tonight.event.id)
    assert devices["iphone"] == 7
    rows.close()
    raw = b"".join(
        (paths.root / f"{paths.database(Service.PORTAL).name}{end}").read_bytes() for end in ("", "-wal")
    )
    assert b"10.41.0.77" not in raw
    assert b"canary-agent" not in raw
    assert b"nothing-of-the-kind" not in raw


def test_a_slow_page_is_counted_by_the_bound_it_kept(portal: Portal, clock: HeldClock, paths: Paths) -> None:
    for seconds in (0.01, 0.4, 9.0):
        began = portal.stopwatch.begin()
        clock.advance(seconds)
        portal.stopwatch.end(began, "e", "home", ANDROID, "", "one")
    portal.stopwatch.save()
    portal.stopwatch.save()  # again is not twice
    rows = PageRows.reader(paths)
    counted = {one.within_ms: count for one, count in rows.answered("e").items()}
    assert counted == {BOUNDS_MS[0]: 1, 500: 1, 0: 1}
    assert rows.devices("e") == {"android": 1}
    rows.close()


def test_a_phone_that_looks_for_the_internet_is_no_page(
    client: FlaskClient, portal: Portal, paths: Paths
) -> None:
    client.get(
        "/generate_204", base_url="http://connectivitycheck.gstatic.com", headers={"User-Agent": ANDROID}
    )
    client.get("/healthz")
    portal.stopwatch.save()
    rows = PageRows.reader(paths)
    assert rows.answered("") == {}
    rows.close()
