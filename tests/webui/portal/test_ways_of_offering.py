"""Two ways to put one offer: each person sees one of them, and facts say which, of whom they do not."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from appliance.audience.capability import stored
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId, new_id, new_secret
from appliance.manifest import event_manifest
from appliance.model.arms import arm_of
from appliance.model.counter import CounterWish
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from lab.audience import Evening, Phone
from lab.shop import MANIFEST
from webui.portal.portal import EXTENSION, Portal

ARMS = """
[[drop.arm]]
id = "thing"
text = "A print, signed on its back."
[[drop.arm]]
id = "gift"
text = "A print to give away."
"""


def with_arms(manifest: str, arms: str = ARMS) -> str:
    """``arms`` below the drop called print."""
    head, drop, rest = manifest.partition('id = "print"\n')
    table, mark, after = rest.partition("\n[[")
    return f"{head}{drop}{table}\n{arms}{mark}{after}"


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, with_arms(MANIFEST))


def facts(rows: AudienceRows, kind: str) -> list[dict[str, object]]:
    found = rows.database.query("SELECT body FROM outbox WHERE kind = ? ORDER BY seq", (kind,))
    return [json.loads(row["body"]) for row in found]


def test_each_person_sees_one_way_and_it_is_counted_once(
    phone: Phone, evening: Evening, rows: AudienceRows
) -> None:
    portal: Portal = phone.client.application.extensions[EXTENSION]
    drop = evening.event.drop("print")  # type: ignore[arg-type]
    portal.shop.offers.switch(evening.event.id, drop.id, "open", new_secret(), "ada")
    shown: Counter[str] = Counter()
    for _ in range(12):
        capability = phone.capability()
        attendee = rows.attendee(stored(capability))
        assert attendee is not None
        arm = arm_of(drop, evening.event.id, attendee.id)
        assert arm is not None
        for _ in range(2):
            page = phone.get(f"/pass/{capability}").text
            assert [one.text in page for one in drop.arms] == [one is arm for one in drop.arms]
        shown[arm.id] += 1
    told = facts(rows, "arm_shown")
    assert Counter(fact["arm"] for fact in told) == shown
    assert {fact["test"] for fact in told} == {"print"}
    assert not {"attendee", "pass", "subject"} & {name for fact in told for name in fact}


def test_what_is_reserved_and_paid_says_in_which_way_it_was_offered(
    phone: Phone, evening: Evening, rows: AudienceRows
) -> None:
    portal: Portal = phone.client.application.extensions[EXTENSION]
    drop = evening.event.drop("print")  # type: ignore[arg-type]
    portal.shop.offers.switch(evening.event.id, drop.id, "open", new_secret(), "ada")
    capability = phone.capability()
    attendee = rows.attendee(stored(capability))
    assert attendee is not None
    arm = arm_of(drop, evening.event.id, attendee.id)
    assert arm is not None
    phone.claim(capability, new_secret(), "print")
    (claimed,) = facts(rows, "drop_claimed")
    assert claimed["arms"] == {"print": arm.id}
    (held,) = portal.shop.rows.claims_of(evening.event.id, attendee.id)
    portal.shop.counter.hand_over(
        evening.event, CounterWish(new_secret(), claim=held.id, way="cash", desk="1")
    )
    (paid,) = facts(rows, "paid")
    assert paid["arms"] == {"print": arm.id}


def test_without_a_pass_it_is_put_as_ever_and_nothing_is_counted(
    phone: Phone, evening: Evening, rows: AudienceRows
) -> None:
    page = phone.get("/drops").text
    assert not any(one.text in page for one in evening.event.drop("print").arms)  # type: ignore[arg-type]
    assert facts(rows, "arm_shown") == []


def test_ways_share_the_room_and_two_evenings_have_nothing_to_do_with_each_other() -> None:
    drop = event_manifest.check(with_arms(MANIFEST)).drop("print")  # type: ignore[arg-type]
    people = [AttendeeId(new_id()) for _ in range(2000)]
    friday = [arm_of(drop, EventId("friday"), one) for one in people]
    saturday = [arm_of(drop, EventId("saturday"), one) for one in people]
    assert 850 < friday.count(drop.arms[0]) < 1150
    assert 850 < sum(one is other for one, other in zip(friday, saturday, strict=True)) < 1150


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        ('[[drop.arm]]\nid = "one"\ntext = "Alone"\n', "compares with nothing"),
        (ARMS.replace('"gift"', '"thing"'), "two ways have one id"),
        (ARMS.replace("A print to give away.", ""), "text"),
    ],
)
def test_a_comparison_that_can_not_be_is_refused(arms: str, says: str) -> None:
    with pytest.raises(MatineeError, match=says):
        event_manifest.check(with_arms(MANIFEST, arms))
