from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from appliance.paths import Service
from appliance.store.outbox import Lane, OutboxMessage
from appliance.sync.planning import group_of, plans_for

START = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)

ROWS = st.dictionaries(
    st.sampled_from([Service.PORTAL, Service.SHOW, Service.CAPTURE]),
    st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.integers(0, 6)), min_size=1, max_size=30),
)


def messages(owner: Service, rows: list[tuple[str, int]]) -> list[OutboxMessage]:
    return [
        OutboxMessage(seq, f"{owner}{seq}", Lane.FACTS, "k", event, START + timedelta(hours=hours), "{}")
        for seq, (event, hours) in enumerate(rows, start=5)
    ]


@given(ROWS)
def test_every_row_stands_in_exactly_one_object(rows: dict[Service, list[tuple[str, int]]]) -> None:
    waiting = {owner: messages(owner, listed) for owner, listed in rows.items()}
    placed = [
        row.id
        for plan in plans_for(Lane.FACTS, waiting)
        for part in plan.parts
        for row in waiting[part.owner]
        if part.first_seq <= row.seq <= part.last_seq and group_of(row) == (plan.event, plan.day)
    ]
    assert sorted(placed) == sorted(row.id for listed in waiting.values() for row in listed)


@given(ROWS)
def test_an_object_counts_its_rows(rows: dict[Service, list[tuple[str, int]]]) -> None:
    waiting = {owner: messages(owner, listed) for owner, listed in rows.items()}
    counted = sum(plan.row_count for plan in plans_for(Lane.FACTS, waiting))
    assert counted == sum(len(listed) for listed in waiting.values())


def test_the_day_is_that_of_utc() -> None:
    late = datetime(2026, 11, 28, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    row = OutboxMessage(1, "i", Lane.FACTS, "k", "e", late, "{}")
    (plan,) = plans_for(Lane.FACTS, {Service.SHOW: [row]})
    assert plan.day.isoformat() == "2026-11-27"


def test_a_clip_goes_film_first_and_description_last() -> None:
    names = ["c.landscape.json", "c.portrait.mp4", "c.landscape.mp4", "c.landscape.jpg"]
    files = ",".join(f'{{"name":"{name}","sha256":"00","cut":"landscape"}}' for name in names)
    row = OutboxMessage(1, "i", Lane.CLIPS, "clip_approved", "e", START, f'{{"files":[{files}]}}')
    plans = plans_for(Lane.CLIPS, {Service.CAPTURE: [row]})
    assert [plan.file for plan in plans] == [
        "c.landscape.mp4", "c.portrait.mp4", "c.landscape.jpg", "c.landscape.json",
    ]  # fmt: skip
    assert [plan.row_count for plan in plans] == [0, 0, 0, 1]


def test_a_clip_that_names_a_file_elsewhere_is_not_read() -> None:
    for name in ("../show.db", "/etc/passwd", ".mp4", "a/b.mp4", "show.db"):
        body = f'{{"files":[{{"name":"{name}","sha256":"00"}}]}}'
        row = OutboxMessage(1, "i", Lane.CLIPS, "clip_approved", "e", START, body)
        (plan,) = plans_for(Lane.CLIPS, {Service.CAPTURE: [row]})
        assert plan.file == ""
