from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.bucket.layout import EPOCHS, RowsKey, box_folder, clip_key, parse_rows_key, state_key
from appliance.ids import BoxId

DAY = date(2026, 11, 27)


def test_keys_are_those_of_the_contract() -> None:
    box = BoxId("cafe")
    assert str(RowsKey("facts", box, "harbour-lights", DAY, 42, 7)) == (
        "boxes/box=cafe/event=harbour-lights/date=2026-11-27/facts-0000000042-00000007.ndjson.gz"
    )
    assert state_key(box) == "boxes/box=cafe/state.json"
    assert clip_key(box, "harbour-lights", "c.landscape.mp4") == (
        "boxes/box=cafe/event=harbour-lights/clips/c.landscape.mp4"
    )


@given(
    lane=st.sampled_from(["facts", "people"]),
    box=st.text(min_size=1, max_size=20),
    event=st.text(max_size=20),
    day=st.dates(),
    epoch=st.sampled_from(EPOCHS),
    number=st.integers(1, 10**8),
)
def test_every_key_is_read_back_and_stays_in_its_box(
    lane: str, box: str, event: str, day: date, epoch: int, number: int
) -> None:
    key = RowsKey(lane, BoxId(box), event, day, epoch, number)
    text = str(key)
    assert parse_rows_key(text) == key
    assert text.startswith(box_folder(BoxId(box)))
    assert not {"", ".", ".."} & set(text.split("/"))


@pytest.mark.parametrize(
    "key",
    [
        "boxes/box=a/state.json",
        "boxes/box=a/event=e/date=2026-13-01/facts-1-1.ndjson.gz",
        "boxes/box=a/event=e/../date=2026-11-27/facts-1-1.ndjson.gz",
        "boxes/box=a/event=e/date=2026-11-27/facts-1-1.ndjson.gz.exe",
        "boxes/box=a/event=e/date=2026-11-27/sales-1-1.ndjson.gz",
        "elsewhere/boxes/box=a/event=e/date=2026-11-27/facts-1-1.ndjson.gz",
    ],
)
def test_what_is_no_object_of_rows_is_not_taken_for_one(key: str) -> None:
    assert parse_rows_key(key) is None
