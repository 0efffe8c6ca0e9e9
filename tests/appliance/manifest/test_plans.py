"""People, things and papers in a manifest; what is wrong with them names line, key and remedy."""

from __future__ import annotations

from datetime import date

import pytest

from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.model.licence import Outside
from appliance.model.plan import Duty, Origin, Series
from lab.evening import MANIFEST

PLAN = """
[[staff]]
duty = "steward"
who = "Ada"
begins = "18:00"
ends = "00:30"

[[kit]]
thing = "HDMI cable"
count = 2
origin = "venue"

[[supplier]]
name = "Riso Press"
brings = "Posters"
vetted = 2026-05-01

[[pos]]
sku = "POSTER-1"
drop = "poster"

[[permit]]
id = "projection"
title = "Projection permit"
reference = "B-17/2026"
expires = 2026-12-31
without = "refuse"
file = "projection.pdf"

[[step]]
id = "chairs"
half = "set_up"
title = "Chairs out"
minutes = 15
duty = "steward"

[[supporter]]
name = "Grace H."
consented = 2026-10-01

[series]
id = "harbour"
title = "Harbour nights"
number = 2
of = 6

[discovery]
days_before = 14
withdraw = "full"
"""


def test_all_of_it_is_read() -> None:
    plan = event_manifest.check(MANIFEST + PLAN).plan
    (shift,) = plan.staff
    assert (shift.duty, shift.begins and shift.begins.hour, shift.ends and shift.ends.day) == (
        Duty.STEWARD,
        18,
        28,
    )
    assert (plan.kit[0].count, plan.kit[0].origin) == (2, Origin.VENUE)
    assert plan.suppliers[0].vetted == date(2026, 5, 1)
    assert plan.pos[0].sku == "POSTER-1"
    assert plan.permits[0].without is Outside.REFUSE
    assert plan.steps[0].minutes == 15
    assert plan.series == Series("harbour", "Harbour nights", 2, 6)
    assert plan.discovery is not None
    assert plan.discovery.days_before == 14


def test_who_agreed_is_thanked_on_the_card() -> None:
    thanked = MANIFEST.replace('title = "Welcome"', 'title = "Welcome"\nthanks = true')
    names = "".join(f'\n[[supporter]]\nname = "Person {at}"\nconsented = 2026-10-01\n' for at in range(12))
    card = event_manifest.check(thanked + names).programme.items[0]
    assert " · ".join(card.lines) == " · ".join(f"Person {at}" for at in range(12))
    assert len(card.lines) == 3
    assert event_manifest.check(thanked).programme.items[0].lines == ()


@pytest.mark.parametrize(
    ("before", "after", "line_of", "says"),
    [
        ("consented = 2026-10-01", "", "[[supporter]]", "missing required field"),
        ("consented = 2026-10-01", "consented = 2027-01-01", "consented", "says yes after"),
        ("number = 2", "number = 7", "number = 7", "beyond the last"),
        ('drop = "poster"\n', 'drop = "zine"\n', 'drop = "zine"', "no drop"),
        ('drop = "poster"\n', 'drop = "poster"\nvariant = "m"\n', "[[pos]]", "no such size"),
        ("expires = 2026-12-31", "expires = 2026-12-31\nholds_from = 2027-01-01", "expires", "ends before"),
        ('file = "projection.pdf"', 'file = "../../etc/passwd"', "file", "Correct the value"),
        ('duty = "steward"\nwho', 'duty = "king"\nwho', 'duty = "king"', "king"),
        ('withdraw = "full"', 'withdrawn = "full"', "withdrawn", "Remove it, or correct its spelling"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_what_to_do(before: str, after: str, line_of: str, says: str) -> None:
    text = MANIFEST + PLAN.replace(before, after, 1)
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(text)
    assert says in caught.value.sentence
    assert line_of.split(" ", maxsplit=1)[0] in text.splitlines()[int(caught.value.facts["line"]) - 1]
