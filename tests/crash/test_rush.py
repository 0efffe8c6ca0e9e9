"""200 phones at 20 items in the same second, with a kill in the middle."""

from __future__ import annotations

from collections import Counter

import pytest

from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Lane, messages_after
from lab.rush import Rush

SOAK = [pytest.param(200, 20, after, marks=pytest.mark.soak) for after in (1, 3, 15, 40, 120, 190)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("phones", "items", "kill_after"), [(200, 20, 8), *SOAK])
def test_exactly_as_many_hold_one_as_there_are_and_each_was_told_what_is_so(
    paths: Paths, phones: int, items: int, kill_after: int
) -> None:
    rush = Rush.prepared(paths, phones, items)
    rush.run(kill_after)
    assert Counter(phone.answer for phone in rush.phones) == {"claimed": items, "sold_out": phones - items}
    holders = rush.holders()
    assert len(holders) == len(set(holders)) == items
    assert set(holders) == rush.told("claimed")
    facts = messages_after(AudienceRows.reader(paths).database, Lane.FACTS, 0, 10_000)
    assert sum(fact.kind == "drop_claimed" for fact in facts) == items
    assert any(phone.presses > 1 for phone in rush.phones), "nobody was cut off: the kill came too late"
