from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.programme import ItemKind
from appliance.model.show_view import CueView, ItemView, Phase, ShowView, Verb
from appliance.show import osc_server
from appliance.show.osc_pythonosc import messages_of
from appliance.show.osc_server import Ask, Deed, Enter, Fire, Mark, Press, SeekTo, Subscribe, Trigger, Unknown

ITEMS = (
    ItemView("welcome", "Welcome", ItemKind.CARD),
    ItemView("short", "The Short", ItemKind.SHORT, 12_000),
    ItemView("talk", "Questions", ItemKind.LIVE),
)
VIEW = ShowView(
    Phase.RUNNING, "e", "An Evening", "SHOW", ITEMS, 1, 3000, 12_000, cues=(CueView("glow", "", "go"),)
)


@pytest.mark.parametrize(
    ("address", "arguments", "expected"),
    [
        ("/go", (), Press(Verb.GO)),
        ("/stop", (), Press(Verb.HOLD)),
        ("/pause", (), Press(Verb.PAUSE)),
        ("/resume", (), Press(Verb.RESUME)),
        ("/reset", (), Press(Verb.STANDBY)),
        ("/panic", (), Press(Verb.PANIC)),
        ("/workspace/SHOW/go", (), Press(Verb.GO)),
        ("/cue/selected/start", (), Press(Verb.GO)),
        ("/cue/1/start", (), Enter("welcome")),
        ("/go/3", (), Enter("talk")),
        ("/cue/talk/start", (), Enter("talk")),
        ("/workspace/SHOW/cue/glow/start", (), Fire("glow")),
        ("/cue/2/pause", (), Press(Verb.PAUSE)),
        ("/cue/active/panic", (), Press(Verb.PANIC)),
        ("/cue/3/pause", (), Unknown()),  # it is not on
        ("/cue/99/start", (), Unknown()),
        ("/cue/0/start", (), Unknown()),
        ("/cue/2/loadAt", (61.5,), SeekTo(61_500)),
        ("/cue/2/loadAt", ("x",), Unknown()),
        ("/cue/2/loadAt", (float("nan"),), Unknown()),
        ("/trigger/bar-bell", (), Trigger("bar-bell")),
        ("/mark", (), Mark()),
        ("/updates", (1,), Subscribe(on=True)),
        ("/updates", (0,), Subscribe(on=False)),
        ("/cue/2/isRunning", (), Ask(True)),
        ("/cue/2/name", (), Ask("The Short")),
        ("/version", (), Ask("5.0")),
        ("/fadeAndStop", (), Unknown()),
        ("", (), Unknown()),
    ],
)
def test_qlabs_words_mean_ours(address: str, arguments: tuple[object, ...], expected: Deed) -> None:
    assert osc_server.deed(address, arguments, VIEW) == expected


@given(
    st.lists(
        st.sampled_from(["cue", "go", "workspace", "start", "talk", "٣", "9" * 40, "loadAt", ""]) | st.text()
    ).map("/".join),
    st.lists(st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.booleans(), max_size=3),
    st.sampled_from([VIEW, ShowView(Phase.NONE), ShowView(Phase.STANDBY, items=ITEMS)]),
)
def test_no_address_and_no_argument_is_too_strange(
    address: str, arguments: list[object], view: ShowView
) -> None:
    found = osc_server.deed(address, arguments, view)
    if isinstance(found, Enter):
        assert found.item in {item.id for item in view.items}


@given(st.binary(max_size=300) | st.binary(max_size=120).map(lambda noise: b"#bundle\0" + noise))
def test_no_datagram_is_too_strange(datagram: bytes) -> None:
    for address, _ in messages_of(datagram):
        assert address.startswith("/")


def test_a_bundle_in_a_bundle_in_a_bundle_is_dropped_or_read_but_never_deadly() -> None:
    nested = b"/go\0,\0\0\0"
    for _ in range(350):
        nested = b"#bundle\0" + bytes(7) + b"\1" + len(nested).to_bytes(4, "big") + nested
    assert messages_of(nested) in ([], [("/go", ())])
    flood = b"#bundle\0" + bytes(7) + b"\1" + (b"\0\0\0\x08/go\0,\0\0\0") * 500
    assert len(messages_of(flood)) <= 32


def test_an_answer_is_qlabs() -> None:
    address, (body,) = osc_server.reply("/cueLists", "ok", [1], VIEW)
    assert address == "/reply/cueLists"
    assert json.loads(str(body)) == {
        "workspace_id": "SHOW",
        "address": "/cueLists",
        "status": "ok",
        "data": [1],
    }


def test_only_what_changed_is_told() -> None:
    everything = dict(osc_server.updates(None, VIEW))
    assert everything["/matinee/now"] == ("The Short",)
    assert everything["/update/workspace/SHOW/cueList/programme/playbackPosition"] == ("talk",)
    assert osc_server.updates(VIEW, VIEW) == []
    paused = ShowView(Phase.PAUSED, "e", "An Evening", "SHOW", ITEMS, 1, 3000, 12_000, cues=VIEW.cues)
    assert dict(osc_server.updates(VIEW, paused))["/matinee/phase"] == ("paused",)
