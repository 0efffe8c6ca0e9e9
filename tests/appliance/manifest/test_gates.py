"""For whom, when and where: what a manifest says of it, and what it may not say."""

from __future__ import annotations

import pytest

from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.manifest.gates import MONTHLY_DAYS
from appliance.model.asking import AskCap
from appliance.model.cue import CallMembers, ShowCard, ShowOverlay
from appliance.model.gate import ExtraKind, Gate
from lab.club import CLUB
from lab.shop import MANIFEST


def test_extras_gates_and_the_cap_are_what_the_manifest_says() -> None:
    event = event_manifest.check(CLUB)
    talk, again, teaser = event.extras
    assert (talk.gate, talk.kind) == (Gate(("friend",), 3), ExtraKind.EXTRA)
    assert (again.gate, again.kind) == (Gate(attended=True), ExtraKind.REPLAY)
    assert teaser.gate.is_free
    assert event.films == ("tide.mp4", "talk.mp4", "teaser.mp4"), "each once, those of phones too"
    assert event.asking == AskCap(2, 30)
    assert event.highlights == Gate(attended=True)
    assert event.tiers[0].lasts_days == MONTHLY_DAYS
    assert [drop.place_at for drop in event.drops] == [None, None, "next-friday"]


def test_one_cue_asks_on_the_screen_and_on_phones_with_the_same_words() -> None:
    card = 'item = "welcome"\non = "entry"\ndo = [{ ask_members = "Stay with us" }]'
    text = CLUB.replace('on = "outside"\ntrigger = "ask"\ndo = [{ ask_members = "Stay with us" }]', card)
    (ask, _) = event_manifest.check(text).cues
    assert ask.actions == (
        CallMembers("Stay with us", asks=True),
        ShowCard("Stay with us", ("Friend, 4.00 EUR each month: First at every offer",)),
    )
    german = text.replace('id = "market"', 'id = "market"\nlanguage = "de"', 1)
    (_, shown) = event_manifest.check(german).cues[0].actions
    assert isinstance(shown, ShowCard)
    assert shown.lines == ("Friend, 4.00 EUR im Monat: First at every offer",)
    (phones, over) = event_manifest.check(CLUB).cues[0].actions  # of the whole evening: a film may be on
    assert isinstance(phones, CallMembers)
    assert isinstance(over, ShowOverlay)


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ('tiers = ["friend"]', 'tiers = ["patron"]', 'there is no tier "patron"'),
        ('id = "again"', 'id = "talk"', "two extras have one id"),
        ("closes = 2026-11-29T20:00:00+01:00", 'when = "later"', "when"),
        ("most = 2", "most = 13", "asking.most"),
        ("evenings = 3", "evenings = -1", "evenings"),
        ('place_at = "next-friday"', 'place_at = "Next Friday"', "place_at"),
        ('[[tier]]\nid = "friend"\ntitle = "Friend"', '[[share]]\nid = "x"', "share"),
    ],
)
def test_what_can_not_work_is_named_before_the_evening(was: str, now: str, sentence: str) -> None:
    assert was in CLUB
    with pytest.raises(MatineeError) as refused:
        event_manifest.check(CLUB.replace(was, now, 1))
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(
    ("windows", "sentence"),
    [
        ("{ opens = 2026-11-27T20:00:00+01:00 }", "closes or hours"),
        ("{ opens = 2026-11-27T20:00:00+01:00, closes = 2026-11-27T20:00:00+01:00 }", "before it opens"),
        ("{ opens = 2026-11-27T20:00:00+01:00, hours = 48, regions = ['Germany'] }", "regions"),
        (
            "{ opens = 2026-11-27T20:00:00Z, hours = 4, regions = ['DE'] }, "  # noqa: ISC004 one text
            "{ opens = 2026-11-29T20:00:00Z, hours = 4, regions = ['AT', 'DE'] }",
            "two windows for one region",
        ),
        ("{ opens = 2026-11-27T20:00:00, hours = 4 }", "opens"),
    ],
)
def test_dates_that_contradict_are_named(windows: str, sentence: str) -> None:
    text = MANIFEST.replace('id = "print"\n', f'id = "print"\nwindow = [{windows}]\n', 1)
    with pytest.raises(MatineeError) as refused:
        event_manifest.check(text)
    assert sentence in refused.value.sentence


def test_nobody_is_asked_to_become_what_is_not_offered() -> None:
    cue = '[[cue]]\nid = "ask"\non = "outside"\ntrigger = "a"\ndo = [{ ask_members = "Join" }]\n'
    head, _, tail = MANIFEST.partition("[[tier]]")
    text = head + "[[item]]" + tail.partition("[[item]]")[2] + cue
    with pytest.raises(MatineeError, match="nothing to become"):
        event_manifest.check(text)
