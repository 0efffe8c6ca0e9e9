"""The call to become a member, gates, and places at later evenings; on the real portal."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from appliance.audience.capability import stored
from appliance.audience.passes import Passes, PassKind, PassStatement
from appliance.clock import ClockTrust, HeldClock
from appliance.ids import AttendeeId, BoxId, DropId, EventId, new_secret
from appliance.model.asking import day_of
from appliance.model.counter import CounterWish
from appliance.model.door import DoorAnswer, DoorWish
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from cache.media_store import media_path
from lab.audience import Evening, Phone
from lab.club import CLUB, wish
from lab.organiser_root import PassBox
from webui.portal.portal import EXTENSION, Portal


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, CLUB)


@pytest.fixture
def portal(phone: Phone) -> Portal:
    portal: Portal = phone.client.application.extensions[EXTENSION]
    return portal


@pytest.fixture
def passes(paths: Paths) -> Passes:
    return PassBox(paths, BoxId("box")).passes()


def pay_tier(portal: Portal, evening: Evening, capability: str, tier: str = "friend") -> None:
    subject = portal.desk.door.look(evening.event, f"/pass/{capability}").subject
    paid = CounterWish(new_secret(), item=f"tier:{tier}", subject=subject, way="cash", desk="1")
    portal.shop.tills.receive(evening.event, paid)


def let_in(portal: Portal, evening: Evening, capability: str) -> None:
    done = portal.desk.door.enter(evening.event, DoorWish(new_secret(), f"/pass/{capability}"))
    assert done.answer is DoorAnswer.LET_IN


def facts(rows: AudienceRows, kind: str) -> list[dict[str, object]]:
    return [
        json.loads(row["body"])
        for row in rows.database.query("SELECT body FROM outbox WHERE kind = ? ORDER BY seq", (kind,))
    ]


def brought(phone: Phone, passes: Passes, clock: HeldClock, **said: object) -> str:
    """The capability of somebody who opened an earlier pass."""
    old = PassStatement(
        BoxId("box"), EventId("last-friday"), AttendeeId(new_secret()[:12]), clock.now(), PassKind.ATTENDED,
        **said,  # type: ignore[arg-type]
    )  # fmt: skip
    answer = phone.client.post(f"/p/{passes.sign(old)}", data={"nonce": new_secret()})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removeprefix("/pass/").partition("?")[0]


def status(phone: Phone, path: str) -> int:
    """Of a film's answer, which is closed."""
    with phone.get(path) as answer:
        return answer.status_code


def film(paths: Paths, portal: Portal, extra: str) -> None:
    """Lay down some bytes under the name that the packing list has for that extra."""
    evening = portal.events.tonight()
    assert evening is not None
    path = media_path(paths.media, evening.extras[extra].sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"film of " + extra.encode())


def test_the_call_stands_on_pass_pages_with_tiers_and_nowhere_else(phone: Phone, evening: Evening) -> None:
    capability = phone.capability()
    assert "Stay with us" not in phone.get(f"/pass/{capability}").text
    evening.fire("ask")
    page = phone.get(f"/pass/{capability}").text
    assert "Stay with us" in page
    assert "First at every offer" in page
    assert "Not now" in page
    for path in ("/", "/programme", "/drops", "/watch", "/api/v1/drops"):
        assert "Stay with us" not in phone.get(path).text
    assert phone.get("/api/v1/drops").get_json()["asks"] is True
    evening.fire("ask-no-more")
    assert "Stay with us" not in phone.get(f"/pass/{capability}").text


def test_a_page_that_is_open_gets_the_call_as_a_part_and_who_may_not_be_asked_gets_none(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    capability, member = phone.capability(), phone.capability()
    pay_tier(portal, evening, member)
    assert phone.get(f"/pass/{capability}/call").status_code == 204
    evening.fire("ask")
    part = phone.get(f"/pass/{capability}/call")
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Stay with us" in part.text
    assert phone.get(f"/pass/{member}/call").status_code == 204


def test_not_now_is_for_the_whole_evening_and_one_evening_counts_once(
    phone: Phone, evening: Evening, rows: AudienceRows
) -> None:
    evening.fire("ask")
    capability = phone.capability()
    for _ in range(3):
        assert "Stay with us" in phone.get(f"/pass/{capability}").text
    assert len(facts(rows, "asked")) == 1
    for _ in range(2):
        assert phone.client.post(f"/pass/{capability}/not-now").status_code == 303
    assert "Stay with us" not in phone.get(f"/pass/{capability}").text
    assert len(facts(rows, "declined")) == 1


def test_nobody_is_asked_beyond_the_cap_and_the_pass_alone_knows(
    phone: Phone, evening: Evening, passes: Passes, clock: HeldClock
) -> None:
    evening.fire("ask")
    today = day_of(clock.now())
    twice = brought(phone, passes, clock, asked=(today - 20, today - 3))
    long_ago = brought(phone, passes, clock, asked=(today - 40, today - 3))
    assert "Stay with us" not in phone.get(f"/pass/{twice}").text
    assert "Stay with us" in phone.get(f"/pass/{long_ago}").text


def test_what_was_asked_tonight_goes_on_with_the_pass(
    phone: Phone, portal: Portal, evening: Evening, clock: HeldClock
) -> None:
    evening.fire("ask")
    capability = phone.capability()
    phone.get(f"/pass/{capability}")
    (attendee,) = portal.rows.attendee_ids(evening.event.id)
    row = portal.rows.attendee(stored(capability))
    assert row is not None
    assert row.id == attendee
    stated = portal.desk.reader.read(portal.desk.pass_of(row, evening.event))
    assert stated.asked == (day_of(clock.now()),)


def test_with_a_clock_that_nobody_vouches_for_every_asking_counts(
    phone: Phone, evening: Evening, passes: Passes, clock: HeldClock
) -> None:
    evening.fire("ask")
    today = day_of(clock.now())
    capability = brought(phone, passes, clock, asked=(today - 400, today - 300))
    clock.trust = ClockTrust.NONE
    assert "Stay with us" not in phone.get(f"/pass/{capability}").text


def test_a_tier_runs_out_and_a_monthly_one_after_five_weeks(
    phone: Phone, portal: Portal, evening: Evening, passes: Passes, clock: HeldClock
) -> None:
    over = brought(phone, passes, clock, tier="friend", tier_until=clock.now() - timedelta(days=1))
    lasts = brought(phone, passes, clock, tier="friend", tier_until=clock.now() + timedelta(days=1))
    paid = phone.capability()
    pay_tier(portal, evening, paid)
    row = portal.rows.attendee(stored(paid))
    assert row is not None
    stated = portal.desk.reader.read(portal.desk.pass_of(row, evening.event))
    assert stated.tier_until is not None
    assert (stated.tier_until - clock.now()).days in {34, 35}
    assert [
        "Friend</span>" in phone.get(f"/pass/{each}").text for each in (over, lasts, paid)
    ] == [False, True, True]  # fmt: skip


def test_who_has_the_wrong_tier_reads_how_to_get_there_and_the_route_refuses_too(
    phone: Phone, portal: Portal, evening: Evening, paths: Paths
) -> None:
    film(paths, portal, "talk")
    other, member = phone.capability(), phone.capability()
    pay_tier(portal, evening, member)
    page = phone.get(f"/pass/{other}/watch").text
    assert "For you, if you are a member (Friend) or came to 3 evenings" in page
    assert "talk.mp4" not in page
    for path in ("/extras/talk.mp4", f"/pass/{other}/extras/talk.mp4"):
        refused = phone.get(path)
        assert refused.status_code == 403
        assert "are a member (Friend)" in refused.text
    with phone.get(f"/pass/{member}/extras/talk.mp4") as sent:
        assert (sent.status_code, sent.data) == (200, b"film of talk")
        assert sent.headers["Cache-Control"] == "private, no-cache"
    evening_now = portal.events.tonight()
    assert evening_now is not None
    assert phone.get(f"/media/{evening_now.extras['talk'].sha256}").status_code == 404
    assert phone.get("/pass/AAAAAAAAAAAAAAAAAAAAAA/extras/talk.mp4").status_code == 404


def test_three_evenings_open_what_one_does_not(
    phone: Phone, portal: Portal, evening: Evening, passes: Passes, clock: HeldClock, paths: Paths
) -> None:
    film(paths, portal, "talk")
    twice = brought(phone, passes, clock, stamps=2)
    assert status(phone, f"/pass/{twice}/extras/talk.mp4") == 403
    let_in(portal, evening, twice)
    assert status(phone, f"/pass/{twice}/extras/talk.mp4") == 200
    helped = brought(phone, passes, clock, stamps=1, rewards=("aaaaaaaa", "bbbbbbbb"))
    assert status(phone, f"/pass/{helped}/extras/talk.mp4") == 200


def test_a_replay_is_for_who_was_let_in_and_for_two_days(
    phone: Phone, portal: Portal, evening: Evening, clock: HeldClock, paths: Paths
) -> None:
    film(paths, portal, "again")
    capability = phone.capability()
    clock.set_wall(evening.event.starts + timedelta(hours=2))
    assert status(phone, f"/pass/{capability}/extras/again.mp4") == 403
    let_in(portal, evening, capability)
    assert status(phone, f"/pass/{capability}/extras/again.mp4") == 200
    clock.set_wall(evening.event.starts + timedelta(hours=48))
    over = phone.get(f"/pass/{capability}/extras/again.mp4")
    assert over.status_code == 403
    assert "until Sunday, 29 November" in over.text
    assert status(phone, "/extras/teaser.mp4") == 404  # not on the card: never a fault of ours


def test_an_offer_for_members_is_refused_by_its_route_and_says_for_whom(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    portal.shop.offers.switch(evening.event.id, DropId("print"), "open", new_secret(), "operator")
    other, member = phone.capability(), phone.capability()
    pay_tier(portal, evening, member)

    def take(capability: str, verb: str = "claim") -> str:
        form = {"pass": capability, "nonce": new_secret()}
        answer = phone.client.post(f"/drops/print/{verb}", data=form)
        return parse_qs(urlsplit(answer.headers["Location"]).query)["just"][0]

    assert take(other) == "locked"
    assert take(other, "wait") == "locked"
    assert "are a member (Friend) or came to 3 evenings" in phone.get(f"/pass/{other}?just=locked").text
    assert take(member) == "claimed"


def test_a_place_at_the_next_evening_is_members_first_and_stands_on_the_pass(
    phone: Phone, portal: Portal, evening: Evening, clock: HeldClock
) -> None:
    portal.shop.offers.switch(evening.event.id, DropId("seat"), "open", new_secret(), "operator")
    other, member = phone.capability(), phone.capability()
    pay_tier(portal, evening, member)
    form = {"nonce": new_secret()}
    said = phone.client.post("/drops/seat/claim", data={"pass": other, **form}).headers["Location"]
    assert "members_first" in said
    phone.client.post("/drops/seat/claim", data={"pass": member, **form})
    row = portal.rows.attendee(stored(member))
    assert row is not None
    assert portal.desk.reader.read(portal.desk.pass_of(row, evening.event)).places == ("next-friday",)
    assert clock


def test_a_place_that_was_kept_elsewhere_is_told_at_this_evening(
    phone: Phone, passes: Passes, clock: HeldClock, evening: Evening
) -> None:
    capability = brought(phone, passes, clock, places=(EventId(evening.event.id),))
    assert "A place is kept for you tonight" in phone.get(f"/pass/{capability}").text


def test_a_wish_is_counted_once_and_taken_back(
    phone: Phone, portal: Portal, evening: Evening, rows: AudienceRows
) -> None:
    capability = phone.capability()
    path, form = wish("shirt", capability)
    for _ in range(2):
        assert phone.client.post(path, data=form).status_code == 303
    assert portal.community.rows.wishes(evening.event.id) == {"shirt": 1}
    (fact,) = facts(rows, "wished")
    assert "attendee" not in fact, "without a yes nobody is named"
    assert "You would take one" in phone.get(f"/pass/{capability}").text
    phone.client.post(path, data={**form, "undo": "1"})
    assert portal.community.rows.wishes(evening.event.id) == {}
    assert facts(rows, "unwished")[0]["wish"] == fact["wish"]


def test_to_be_told_wants_a_yes_to_news_that_still_stands(
    phone: Phone, portal: Portal, evening: Evening, rows: AudienceRows
) -> None:
    without = phone.capability()
    path, form = wish("shirt", without, tell="yes")
    refused = phone.client.post(path, data=form)
    assert refused.status_code == 409
    assert "say yes to news" in refused.text
    assert portal.community.rows.wishes(evening.event.id) == {}
    assert "Tell me when it is back" not in phone.get(f"/pass/{without}").text
    reader = phone.capability(email="ada@example.org", news="yes")
    assert "Tell me when it is back" in phone.get(f"/pass/{reader}").text
    path, form = wish("shirt", reader, tell="yes")
    assert phone.client.post(path, data=form).status_code == 303
    assert facts(rows, "wished")[-1]["attendee"]
    phone.client.post(f"/pass/{reader}/receipt", data={"act": "withdrew"})
    path, form = wish("print", reader, tell="yes")
    assert phone.client.post(path, data=form).status_code == 409


def test_three_evenings_and_a_wish_lead_to_a_reservation_in_one_session(
    phone: Phone, portal: Portal, evening: Evening, passes: Passes, clock: HeldClock
) -> None:
    """Watch, wish, take: with stamps of other evenings, on the pass page alone."""
    capability = brought(phone, passes, clock, stamps=3)
    assert "The talk" in phone.get(f"/pass/{capability}/watch").text
    path, form = wish("print", capability)
    assert phone.client.post(path, data=form).status_code == 303
    assert "You would take one" in phone.get(f"/pass/{capability}").text
    portal.shop.offers.switch(evening.event.id, DropId("print"), "open", new_secret(), "operator")
    taken = phone.client.post("/drops/print/claim", data={"pass": capability, "nonce": new_secret()})
    assert "just=claimed" in taken.headers["Location"]
    assert "Reserved for you" in phone.get(f"/pass/{capability}").text


def test_a_friend_thanks_their_host_with_four_words_and_nobody_else_is_counted(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    host, stranger = phone.capability(), phone.capability()
    row = portal.rows.attendee(stored(host))
    assert row is not None
    invitation = portal.desk.invitation_of(row)
    answer = phone.client.post(f"/p/{invitation}", data={"nonce": new_secret()})
    friend = answer.headers["Location"].removeprefix("/pass/").partition("?")[0]
    assert "Thank who brought you" not in phone.get(f"/pass/{friend}").text
    let_in(portal, evening, friend)
    page = phone.get(f"/pass/{friend}").text
    thanks = re.search(r'href="http://box.test(/p/[^"]+/thanks)"', page)
    assert thanks is not None
    assert "Type the four words" in phone.get(thanks[1]).text
    words = {each: portal.words.of(portal.rows.attendee(stored(each)).id) for each in (host, stranger)}  # type: ignore[union-attr]
    refused = phone.client.post(thanks[1], data={"code": words[stranger]})
    assert refused.status_code == 403
    assert "Somebody else invited this friend" in refused.text
    assert phone.client.post(thanks[1], data={"code": "amber-bridge-comet-daisy"}).status_code == 422
    for _ in range(2):
        done = phone.client.post(thanks[1], data={"code": words[host]})
        assert done.headers["Location"].startswith(f"/pass/{host}?just=thanked")
    assert "Friends and invitations count as 1 evening more" in phone.get(f"/pass/{host}").text
    statement = thanks[1].removeprefix("/p/").removesuffix("/thanks")
    assert phone.client.post(f"/p/{statement}", data={"nonce": new_secret()}).status_code == 404
    assert phone.get(f"/p/{statement}/receipt").status_code == 404
