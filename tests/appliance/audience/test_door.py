"""The door over a real file: who is let in, once, and how full the room is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.audience.passes import PassKind
from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.door import DoorAnswer, DoorDone, DoorWish
from appliance.model.revocations import Revocations
from appliance.paths import Paths
from appliance.store.outbox import Lane, messages_after
from appliance.store.revocation_rows import RevocationRows
from lab.door_desk import DoorBox, door_box, evening

TONIGHT = evening()


@pytest.fixture
def box(paths: Paths, clock: HeldClock) -> Iterator[DoorBox]:
    box = door_box(paths, clock)
    yield box
    box.close()


def facts(box: DoorBox, kind: str) -> list[dict[str, object]]:
    rows = messages_after(box.audience.database, Lane.FACTS, 0, 10_000)
    return [json.loads(row.body) for row in rows if row.kind == kind]


def refusal(box: DoorBox, text: str) -> str:
    with pytest.raises(MatineeError) as refused:
        box.enter(TONIGHT, text)
    return refused.value.key


def test_a_pass_lets_in_once_and_says_since_when(box: DoorBox, clock: HeldClock) -> None:
    text = box.pass_of(TONIGHT)
    first = box.enter(TONIGHT, f"http://box.test/p/{text}\n")
    since = clock.now()
    clock.advance(600)
    again = box.enter(TONIGHT, text)
    assert (first.answer, first.room.inside) == (DoorAnswer.LET_IN, 1)
    assert (again.answer, again.room.inside, again.person.since) == (DoorAnswer.ALREADY_IN, 1, since)
    assert len(facts(box, "checked_in")) == 1


def test_the_four_words_and_the_pass_are_the_same_person(box: DoorBox) -> None:
    row = box.sign_up(TONIGHT)
    code = box.words.of(row.id)
    assert box.enter(TONIGHT, f" {code.upper().replace('-', ' ')} ").answer is DoorAnswer.LET_IN
    assert box.enter(TONIGHT, box.desk.pass_of(row)).answer is DoorAnswer.ALREADY_IN


def test_so_is_the_address_of_their_page(box: DoorBox) -> None:
    row = box.sign_up(TONIGHT)
    page = f"http://box.test/pass/{box.words.capability(row.id)}?just=joined"
    assert box.enter(TONIGHT, page).answer is DoorAnswer.LET_IN
    assert box.enter(TONIGHT, box.desk.pass_of(row)).answer is DoorAnswer.ALREADY_IN


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ("", "door.nothing_typed"),
        ("   ", "door.nothing_typed"),
        ("amber bridge acorn butter", "door.unknown_code"),
        ("nobody knows this", "door.unknown"),
        ("http://box.test/pass/AAAAAAAAAAAAAAAAAAAAAA", "door.unknown"),
        ("a.b.c", "audience.not_our_pass"),
        ("'; DROP TABLE door_act; --", "door.unknown"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}ssap", "door.unknown"),
    ],
)
def test_what_nobody_can_be_let_in_by_is_refused_with_a_sentence(box: DoorBox, shown: str, key: str) -> None:
    assert refusal(box, shown) == key


def test_an_invitation_lets_nobody_in(box: DoorBox) -> None:
    assert refusal(box, box.desk.invitation_of(box.sign_up(TONIGHT))) == "door.only_an_invitation"


def test_the_same_press_twice_is_one_act(box: DoorBox) -> None:
    text, nonce = box.pass_of(TONIGHT), new_secret()
    first, second = box.enter(TONIGHT, text, nonce), box.enter(TONIGHT, text, nonce)
    assert (second.answer, second.act) == (DoorAnswer.LET_IN, first.act)
    other = box.enter(TONIGHT, box.pass_of(TONIGHT), nonce)  # a stale page, another person
    assert (other.answer, other.room.inside) == (DoorAnswer.LET_IN, 2)
    walk = box.walk_in(TONIGHT, nonce)
    assert box.walk_in(TONIGHT, nonce).act == walk.act
    assert box.desk.door.view(TONIGHT).room.inside == 3


def test_who_went_out_comes_back_and_leaves_a_place_meanwhile(box: DoorBox) -> None:
    small = evening(capacity=1)
    text, other = box.pass_of(small), box.pass_of(small)
    box.enter(small, text)
    assert box.enter(small, other).answer is DoorAnswer.FULL
    assert box.leave(small, text).answer is DoorAnswer.WENT_OUT
    assert box.leave(small, text).answer is DoorAnswer.NOT_INSIDE
    assert box.enter(small, other).answer is DoorAnswer.LET_IN
    assert box.enter(small, text).answer is DoorAnswer.FULL
    box.leave(small, other)
    back = box.enter(small, text)
    assert (back.answer, back.room.inside) == (DoorAnswer.CAME_BACK, 1)
    assert box.desk.door.view(small).came == 2


def test_full_is_refused_and_an_operator_may_say_otherwise_which_is_written_down(box: DoorBox) -> None:
    small = evening(capacity=2)
    assert box.walk_in(small, people=2).answer is DoorAnswer.LET_IN
    text = box.pass_of(small)
    assert box.enter(small, text).answer is DoorAnswer.FULL
    assert box.walk_in(small).answer is DoorAnswer.FULL
    done = box.enter(small, text, override=True)
    assert (done.answer, done.room.inside, done.room.capacity) == (DoorAnswer.LET_IN, 3, 2)
    assert [fact["overridden"] for fact in facts(box, "checked_in")] == [False, True]


def test_access_places_are_counted_apart(box: DoorBox) -> None:
    room = evening(access_places=1)
    first, second = box.pass_of(room), box.pass_of(room)
    assert box.enter(room, first, access_place=True).room.access_taken == 1
    assert box.enter(room, second, access_place=True).answer is DoorAnswer.NO_ACCESS_PLACE
    assert box.enter(room, second).answer is DoorAnswer.LET_IN
    box.leave(room, first)
    assert box.desk.door.view(room).room.access_taken == 0


def test_undo_takes_back_the_last_act_once_and_the_same_tap_does_not_bring_it_again(box: DoorBox) -> None:
    text, nonce = box.pass_of(TONIGHT), new_secret()
    act = box.enter(TONIGHT, text, nonce).act
    assert box.undo(TONIGHT, act).answer is DoorAnswer.UNDONE
    assert box.undo(TONIGHT, act).answer is DoorAnswer.NOTHING_TO_UNDO
    assert box.desk.door.view(TONIGHT).room.inside == 0
    assert box.enter(TONIGHT, text, nonce).answer is DoorAnswer.UNDONE
    first = box.enter(TONIGHT, text)
    assert first.answer is DoorAnswer.LET_IN
    out = box.leave(TONIGHT, text)
    assert box.undo(TONIGHT, first.act).answer is DoorAnswer.NOTHING_TO_UNDO
    assert box.undo(TONIGHT, out.act).answer is DoorAnswer.UNDONE
    assert box.desk.door.view(TONIGHT).room.inside == 1


def test_a_walk_in_gets_a_pass_without_a_name_that_can_be_printed(box: DoorBox) -> None:
    done = box.walk_in(TONIGHT)
    assert done.attendee is not None
    page = box.audience.attendee(_stored(done.capability))
    assert page is not None
    assert page.id == done.attendee
    assert box.enter(TONIGHT, box.desk.pass_of(page)).answer is DoorAnswer.ALREADY_IN
    with pytest.raises(MatineeError, match="20 people"):
        box.walk_in(TONIGHT, people=21)


def test_stamps_come_from_passes_and_grow_by_one_each_evening(box: DoorBox) -> None:
    evenings = [evening(event=f"night-{number}") for number in range(4)]
    row = box.sign_up(evenings[0])
    text = box.desk.pass_of(row)
    for number, night in enumerate(evenings):
        done = box.enter(night, text)
        assert (done.answer, done.person.stamps) == (DoorAnswer.LET_IN, number)
        assert done.attendee is not None
        text = box.desk.pass_of(box.row(done.attendee, night))
        stated = box.desk.reader.read(text)
        assert (stated.kind, stated.stamps) == (PassKind.ATTENDED, number + 1)
    assert [fact["stamps"] for fact in facts(box, "checked_in")] == [0, 1, 2, 3]


def test_an_earlier_pass_counts_once_an_evening_however_it_is_shown(box: DoorBox) -> None:
    before = evening(event="last-friday")
    old = box.pass_of(before)
    stated = box.desk.reader.read(old)
    nonce = new_secret()
    capability = box.desk.bringing.take(TONIGHT.id, stated, nonce)
    assert box.desk.bringing.take(TONIGHT.id, stated, nonce) == capability
    with pytest.raises(MatineeError, match="another phone"):
        box.desk.bringing.take(TONIGHT.id, stated, new_secret())
    assert box.enter(TONIGHT, old).answer is DoorAnswer.LET_IN
    page = box.audience.attendee(_stored(capability))
    assert page is not None
    assert box.enter(TONIGHT, box.desk.pass_of(page)).answer is DoorAnswer.ALREADY_IN
    assert box.desk.door.view(TONIGHT).room.inside == 1


def test_who_invited_whom_stands_in_the_pass_and_the_facts_without_a_name(box: DoorBox) -> None:
    host = box.sign_up(TONIGHT)
    invitation = box.desk.reader.read(box.desk.invitation_of(host))
    for _ in range(3):
        capability = box.desk.bringing.take(TONIGHT.id, invitation, new_secret())
        guest = box.audience.attendee(_stored(capability))
        assert guest is not None
        assert box.desk.reader.read(box.desk.pass_of(guest)).invited_by == host.id
    assert [fact["by"] for fact in facts(box, "invited")] == [host.id] * 3


def test_a_pass_of_box_a_is_let_in_at_box_b_that_never_spoke_with_it(
    tmp_path: Path, clock: HeldClock
) -> None:
    organiser = tmp_path / "organiser"
    a = door_box(Paths(tmp_path / "a").ensure(), clock, organiser, "a")
    b = door_box(Paths(tmp_path / "b").ensure(), HeldClock(datetime(1970, 1, 1, tzinfo=UTC), ClockTrust.NONE),
                 organiser, "b")  # fmt: skip
    x = door_box(Paths(tmp_path / "x").ensure(), clock, tmp_path / "someone-else", "a")
    text = a.pass_of(TONIGHT)
    assert b.enter(TONIGHT, text).answer is DoorAnswer.LET_IN
    assert b.enter(TONIGHT, text).answer is DoorAnswer.ALREADY_IN
    assert refusal(b, x.pass_of(TONIGHT)) == "audience.foreign_pass"
    head, body, tail = text.split(".", 2)
    assert refusal(b, f"{head}.{body[:-2]}AA.{tail}") == "audience.not_our_pass"
    earlier = a.pass_of(evening(event="last-friday"))
    assert b.enter(TONIGHT, earlier).answer is DoorAnswer.LET_IN
    for box in (a, b, x):
        box.close()


def test_many_stewards_at_once_let_each_in_once_and_never_too_many(box: DoorBox) -> None:
    small = evening(capacity=7)
    passes = [box.pass_of(small) for _ in range(12)] * 3
    with ThreadPoolExecutor(8) as stewards:
        done: list[DoorDone] = list(stewards.map(lambda text: box.enter(small, text), passes))
    let_in = [one for one in done if one.answer is DoorAnswer.LET_IN]
    assert len(let_in) == 7
    assert len({one.person.subject for one in let_in}) == 7
    assert box.desk.door.view(small).room.inside == 7
    assert len(facts(box, "checked_in")) == 7


def test_what_was_told_is_there_after_the_next_start(paths: Paths, clock: HeldClock) -> None:
    first = door_box(paths, clock)
    text = first.pass_of(TONIGHT)
    first.enter(TONIGHT, text)
    first.close()
    second = door_box(paths, clock)
    assert second.enter(TONIGHT, text).answer is DoorAnswer.ALREADY_IN
    wish = DoorWish(new_secret(), subject=f"pass:{second.sign_up(TONIGHT).id}", staff="steward")
    assert second.desk.door.enter(TONIGHT, wish).answer is DoorAnswer.LET_IN
    second.close()


def test_a_name_that_nobody_has_opens_nothing(box: DoorBox) -> None:
    for subject in ("pass:nobody-knows", "pass:", "guest:nobody", "else"):
        for act in (box.desk.door.enter, box.desk.door.leave):
            with pytest.raises(MatineeError) as refused:
                act(TONIGHT, DoorWish(new_secret(), subject=subject, staff="steward"))
            assert refused.value.key == "door.unknown"
    other = box.sign_up(evening(event="last-friday"))
    with pytest.raises(MatineeError):
        box.desk.door.enter(TONIGHT, DoorWish(new_secret(), subject=f"pass:{other.id}", staff="steward"))
    known = DoorWish("", subject=f"pass:{box.sign_up(TONIGHT).id}", staff="steward")
    with pytest.raises(MatineeError, match="too old"):
        box.desk.door.enter(TONIGHT, known)
    with pytest.raises(MatineeError, match="too old"):
        box.desk.door.leave(TONIGHT, known)


def test_a_withdrawn_pass_opens_the_door_in_no_spelling_and_lets_who_is_in_go_out(
    paths: Paths, clock: HeldClock, box: DoorBox
) -> None:
    row, again = box.sign_up(TONIGHT), box.sign_up(TONIGHT)
    subject = DoorWish(new_secret(), subject=f"pass:{row.id}", staff="steward")
    box.enter(TONIGHT, box.desk.pass_of(again))
    listed = frozenset({f"pass:{row.id}", f"pass:{again.id}"})
    RevocationRows(box.audience.database).keep(Revocations(1, clock.now(), listed))
    knowing = door_box(paths, clock)
    for shown in (
        knowing.desk.pass_of(row),
        knowing.words.of(row.id),
        f"http://box.test/pass/{knowing.words.capability(row.id)}",
    ):
        assert refusal(knowing, shown) == "audience.pass_revoked"
    with pytest.raises(MatineeError, match="withdrawn"):
        knowing.desk.door.enter(TONIGHT, subject)
    out = DoorWish(new_secret(), subject=f"pass:{again.id}", staff="steward")
    assert knowing.desk.door.leave(TONIGHT, out).answer is DoorAnswer.WENT_OUT
    assert knowing.enter(TONIGHT, knowing.pass_of(TONIGHT)).answer is DoorAnswer.LET_IN
    knowing.close()


def _stored(capability: str) -> str:
    from appliance.audience.capability import stored  # noqa: PLC0415 only here

    return stored(capability)
