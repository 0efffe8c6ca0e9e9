"""Preflight on representative devices: each asked for through the real front door."""

from __future__ import annotations

import re

from appliance.front.captive import FAMILIES
from lab.free_port import free_port
from lab.front_box import GUESTS, PORTAL, WIRE, FrontBox
from webui.console.setup_phones import look
from webui.console.staff import ensure_operator, make_link


def test_the_page_says_of_every_family_that_it_finds_the_portal(front_box: FrontBox) -> None:
    ensure_operator(front_box.paths)
    crew = {"host": WIRE, "at": (WIRE, front_box.http), "phone": "127.2.0.7"}
    signed = front_box.ask(make_link(front_box.paths), method="POST", body="", **crew)
    cookie = signed.headers["Set-Cookie"].partition(";")[0]
    page = front_box.ask("/setup/phones", Cookie=cookie, **crew).text
    for family in FAMILIES:
        assert family.devices.replace("'", "&#39;") in page
    assert page.count("The page opens by itself.") == len(FAMILIES)
    assert not re.search("Not as it should be|Nobody answers", page)


def test_a_door_that_does_not_answer_and_one_that_leads_astray_are_named(front_box: FrontBox) -> None:
    closed = look(FAMILIES[0], ("127.0.0.1", free_port()), f"{PORTAL}/")
    assert (closed.finds, "matinee front" in closed.sentence) == (False, True)
    astray = look(FAMILIES[0], (GUESTS, front_box.http), "http://elsewhere.internal/")
    assert (astray.finds, "302" in astray.sentence) == (False, True)
