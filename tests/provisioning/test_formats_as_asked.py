"""What the owner asked of single formats stands in their templates, and comes about in the show."""

from __future__ import annotations

import re

from appliance.model.programme import ItemKind
from appliance.paths import Paths
from lab.formats import Moment, checked, filled, walk
from provisioning import templating


def size_of(template: str) -> str:
    return next(one.size for one in templating.templates() if one.id == template)


def last(moments: list[Moment], item: str) -> Moment:
    return [moment for moment in moments if moment.item == item][-1]


def test_a_listening_room_is_for_twenty_hears_first_and_then_talks_with_who_made_it(paths: Paths) -> None:
    evening = checked("listening-room")
    assert "10-25 people" in size_of("listening-room")
    assert evening.drop(evening.drops[0].id).stock == 20
    moments = list(walk(paths, "listening-room"))
    order = list(dict.fromkeys(moment.item for moment in moments))
    assert order.index("piece") < order.index("silence") < order.index("talk")
    assert {moment.item for moment in moments if moment.filmed} == {"talk"}, "who listens is left alone"
    assert next(moment.item for moment in moments if moment.open_drops) == "talk"


def test_a_weekend_pilot_is_one_clip_at_one_venue_with_one_paid_tier(paths: Paths) -> None:
    evening = checked("weekend-pilot")
    assert len(evening.films) == 1
    assert sum(item.is_film for item in evening.programme.items) == 1
    (tier,) = evening.tiers
    assert (tier.price_minor, tier.currency, tier.monthly) == (500, "EUR", True)
    assert evening.drops == ()
    moments = list(walk(paths, "weekend-pilot"))
    asked = {moment.item for moment in moments if moment.call}
    assert asked == {"goodnight"}, "it is offered once the talk is over, and only then"


def test_a_charity_screening_names_its_cause_and_gives_it_everything() -> None:
    evening = checked("charity-screening")
    (share,) = evening.till.shares
    assert (share.who, share.share_bp, share.item) == ("some-cause", 10_000, "")
    assert evening.till.suggested_minor == (500, 1000, 2000)
    shown = [one for one in evening.programme.items if "some-cause" in " ".join((one.title, *one.lines))]
    assert shown[0].qr, "the way to give stands beside what it is for"
    assert any(item.id == "thanks" and item.qr for item in evening.programme.items)
    assert "public collection" in " ".join(permit.title for permit in evening.plan.permits)


def test_a_university_screening_is_introduced_discussed_and_costs_nobody_anything() -> None:
    evening = checked("university-screening")
    order = [str(item.id) for item in evening.programme.items]
    assert order.index("introduction") < order.index("film") < order.index("discussion")
    assert all(drop.price_minor == 0 for drop in evening.drops)
    assert evening.tiers == ()
    assert "teaching exception" in " ".join(permit.title for permit in evening.plan.permits)


def test_in_a_conversation_each_piece_leads_to_a_guided_talk_and_people_speak_longer_than_films(
    paths: Paths,
) -> None:
    items = checked("conversation-first").programme.items
    films = [at for at, item in enumerate(items) if item.is_film]
    assert films
    for at in films:
        talk = items[at + 1]
        assert talk.kind is ItemKind.LIVE
        assert talk.lines, "the wall says what to do"
    spoken_s = sum(item.seconds or 0 for item in items if item.kind is ItemKind.LIVE)
    assert spoken_s >= 2 * len(films) * 8 * 60, "shorts of eight minutes are half of it at the most"
    assert "some-host" in " ".join(line for item in items for line in item.lines)
    assert {moment.item for moment in walk(paths, "conversation-first") if moment.filmed} <= {
        item.id for item in items if item.kind is ItemKind.LIVE
    }


def test_a_pilot_has_one_drop_for_ten_minutes_and_a_room_of_fifty_to_a_hundred_and_fifty(
    paths: Paths,
) -> None:
    evening = checked("pilot-microdrop")
    assert "50-150 people" in size_of("pilot-microdrop")
    (drop,) = evening.drops
    assert drop.stock < 50, "not everybody gets one"
    assert next(item for item in evening.programme.items if item.id == "drop").seconds == 600
    moments = list(walk(paths, "pilot-microdrop"))
    assert last(moments, "film").open_drops == ()
    assert last(moments, "drop").open_drops == ("limited",)
    assert last(moments, "talk").open_drops == (), "it closes with its ten minutes"


def test_no_template_sends_people_to_their_phones_for_what_no_page_has() -> None:
    """Phones have the pass, the programme, drops, films and sign-up; a question is asked aloud."""
    for one in templating.templates():
        words = filled(one.id).lower()
        assert not re.search(r"(question|ask|write|sentence)[^\"]*\bphone", words), one.id
        assert not re.search(r"from your phones", words), one.id
