"""Which camera or microphone is tried first."""

from __future__ import annotations

from appliance.capture.camera_inputs import Form
from appliance.capture.form_order import FormOrder

BEST, BACKUP, NONE = Form(("best",), "hw:1"), Form(("backup",), "hw:2"), Form(("none",))


def test_what_failed_comes_last_until_it_is_forgiven() -> None:
    order = FormOrder((BEST, BACKUP, NONE))
    assert order.in_turn(0) == (BEST, BACKUP, NONE)
    order.failed(BEST, 10)
    assert order.in_turn(11) == (BACKUP, NONE, BEST)
    order.works(BACKUP)
    order.failed(BACKUP, 200)
    assert order.in_turn(201) == (NONE, BEST, BACKUP)
    assert order.in_turn(499) == (NONE, BEST, BACKUP)
    assert order.in_turn(500) == (BEST, BACKUP, NONE)


def test_what_works_is_kept() -> None:
    order = FormOrder((BEST, BACKUP, NONE))
    order.works(BACKUP)
    assert order.in_turn(0) == (BACKUP, BEST, NONE)
    order.failed(BEST, 1)
    order.works(BEST)
    assert order.in_turn(2) == (BEST, BACKUP, NONE)
