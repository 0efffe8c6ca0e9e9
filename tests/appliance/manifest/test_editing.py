"""A manifest is changed table by table, and nothing else of it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.manifest import editing
from lab.audience import SAMPLE

TEXT = '''\
matinee = 1
# of the head

[event]
id = "a"   # kept
text = """
[[item]]
id = "no table"
"""
lines = [
    "one",
    "[two]",
]

# about the first
[[item]]
id = "first"

[[drop]]
id = "shirt"
[[drop.variant]]
id = "m"
[[drop.variant]]
id = "l"

[[item]]
id = "second"
'''


def test_a_table_moves_with_its_comment_and_its_own_tables() -> None:
    moved = editing.move(TEXT, "item", 0, 1)
    assert [one["id"] for one in tomllib.loads(moved)["item"]] == ["second", "first"]
    assert '# about the first\n[[item]]\nid = "first"' in moved
    assert len(tomllib.loads(moved)["drop"][0]["variant"]) == 2
    assert editing.move(moved, "item", 1, 0) == TEXT


def test_keys_are_set_added_and_removed_in_their_place() -> None:
    changed = editing.change(TEXT, "event", 0, {"text": "short", "id": None, "title": 'A "b"', "lines": None})
    assert tomllib.loads(changed)["event"] == {"text": "short", "title": 'A "b"'}
    sized = editing.change(TEXT, "drop", 0, {"title": "Shirt"})
    assert tomllib.loads(sized)["drop"] == [
        {"id": "shirt", "title": "Shirt", "variant": [{"id": "m"}, {"id": "l"}]}
    ]
    assert tomllib.loads(editing.change(TEXT, "till", 0, {"tax": "19"}))["till"] == {"tax": "19"}
    assert "# of the head" in changed


def test_what_is_not_there_is_said() -> None:
    for act in (
        lambda: editing.remove(TEXT, "item", 2),
        lambda: editing.move(TEXT, "item", 0, 9),
        lambda: editing.change(TEXT, "cue", 1, {}),
    ):
        with pytest.raises(MatineeError) as caught:
            act()
        assert caught.value.key == "manifest.no_such_place"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8), st.data())
def test_whatever_is_done_to_items_nothing_else_differs(
    moves: list[tuple[int, int]], data: st.DataObject
) -> None:
    text = SAMPLE.read_text("utf-8")
    before = tomllib.loads(text)
    items = list(before["item"])
    for at, to in moves:
        text = editing.move(text, "item", at, to)
        items.insert(to, items.pop(at))
    said = data.draw(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40))
    text = editing.change(text, "item", 2, {"title": said})
    items[2] = {**items[2], "title": said}
    assert tomllib.loads(text) == {**before, "item": items}
    if len(items) > 1:
        assert tomllib.loads(editing.remove(text, "item", 0))["item"] == items[1:]
    added = tomllib.loads(editing.append(text, "item", {"id": "new", "lines": [said]}))
    assert added["item"] == [*items, {"id": "new", "lines": [said]}]
