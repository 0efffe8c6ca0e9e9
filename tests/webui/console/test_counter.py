"""The counter over the real console, the portal's real verbs at its socket, and a real file."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter as Tally
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from flask import Flask

from appliance.audience.shop import Shop
from appliance.clock import HeldClock
from appliance.config import BoxTable, Config
from appliance.ids import AttendeeId, BoxId, DropId, new_secret
from appliance.ipc.server import ControlServer
from appliance.paths import Paths, Service
from appliance.store.console_rows import Role
from appliance.store.outbox import Outbox
from lab.audience import Evening, hidden
from lab.desk_room import Steward, said
from lab.door_desk import DoorBox, door_box
from lab.shop import MANIFEST
from webui.console.console import Console
from webui.portal.counter_routes import counter_routes
from webui.portal.door_routes import door_routes
from webui.portal.evening import ShowEvents

WINDOW = MANIFEST.replace(
    'id = "print"\n', 'id = "print"\npick_up_from = "21:00"\npick_up_until = "23:30"\n', 1
)


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, WINDOW)


@pytest.fixture
def box(paths: Paths, clock: HeldClock, evening: Evening) -> Iterator[DoorBox]:
    assert evening
    box = door_box(paths, clock, name="lab")
    yield box
    box.close()


@pytest.fixture
def shop(paths: Paths, clock: HeldClock, box: DoorBox) -> Iterator[Shop]:
    outbox, config = Outbox(BoxId("lab"), clock), Config(box=BoxTable(id="lab"))
    shop = Shop.opened(paths, config, box.audience, box.writer, outbox, box.words, clock)
    events = ShowEvents(paths)
    routes = [*door_routes(box.desk, events), *counter_routes(shop, box.desk, events)]
    server = ControlServer(paths.socket(Service.PORTAL), routes, lambda work: work())
    yield shop
    server.close()


@pytest.fixture
def steward(app: Flask, console: Console, shop: Shop) -> Steward:
    assert shop
    return Steward.signed_in(app, console)


@pytest.fixture
def late(clock: HeldClock, evening: Evening) -> None:
    """A quarter past nine, where the event is."""
    clock.set_wall(evening.event.starts.replace(hour=21, minute=15))


def _reserve(box: DoorBox, shop: Shop, evening: Evening, drop: str, variant: str = "") -> AttendeeId:
    who = box.sign_up(evening.event).id
    answer = shop.offers.claim(
        evening.event.id, evening.event.drop(DropId(drop)), who, new_secret(), is_open=True, variant=variant
    )
    assert answer == "claimed"
    return who


def _press(steward: Steward, verb: str, **fields: str) -> str:
    return steward.post(f"/desk/counter/{verb}", **fields).text


def _claim(steward: Steward, code: str) -> str:
    return hidden(_press(steward, "find", text=code), "claim")


@pytest.mark.usefixtures("late")
def test_it_is_handed_over_once_and_the_other_desk_hears_when_and_by_whom(
    steward: Steward, box: DoorBox, shop: Shop, evening: Evening, clock: HeldClock
) -> None:
    code = box.words.of(_reserve(box, shop, evening, "print"))
    claim = _claim(steward, code)
    fields = {"claim": claim, "way": "cash", "desk": "2", "nonce": steward.nonce()}
    assert said(_press(steward, "hand-over", **fields)) == "Hand it over"
    assert said(_press(steward, "hand-over", **fields)) == "Hand it over"  # the form sent twice
    clock.advance(120)
    again = _press(steward, "hand-over", claim=claim, way="cash", desk="1")
    assert said(again) == "Already collected, 21:15, by desk 2"
    assert "Collected, 21:15, by desk 2" in _press(steward, "find", text=code)
    assert len(shop.rows.payments(evening.event.id)) == 1


@pytest.mark.usefixtures("late")
def test_two_taps_before_the_page_changed_are_two_acts_or_a_refusal_never_a_false_yes(
    steward: Steward, box: DoorBox, shop: Shop, evening: Evening
) -> None:
    first, second = (_claim(steward, box.words.of(_reserve(box, shop, evening, "print"))) for _ in range(2))
    page = steward.browser.get("/desk/counter").text
    pair = r'hand-over".*?name="nonce" value="([^"]+)".*?name="claim" value="([^"]+)"'
    forms = dict(re.findall(pair, page))
    assert set(forms.values()) == {first, second}
    assert len(forms) == 2  # each form has a nonce of its own
    for nonce, claim in forms.items():
        assert said(_press(steward, "hand-over", claim=claim, way="cash", nonce=nonce)) == "Hand it over"
    assert len(shop.rows.all_handed(evening.event.id)) == 2


@pytest.mark.usefixtures("late")
def test_a_form_that_was_sent_for_something_else_says_so(
    steward: Steward, app: Flask, console: Console, box: DoorBox, shop: Shop, evening: Evening
) -> None:
    first, second = (_claim(steward, box.words.of(_reserve(box, shop, evening, "print"))) for _ in range(2))
    console.sessions.ensure_operator()
    operator = Steward.signed_in(app, console, Role.OPERATOR)
    for path, done, other in [
        ("hand-over", {"claim": first, "way": "cash"}, {"claim": second, "way": "cash"}),
        ("receive", {"item": "entry", "way": "cash"}, {"item": "donation", "way": "cash", "amount": "5"}),
        ("stock", {"drop": "print", "units": "2"}, {"drop": "shirt", "variant": "m", "units": "2"}),
        ("switch", {"drop": "print", "state": "open"}, {"drop": "print", "state": "closed"}),
    ]:
        once = {"nonce": steward.nonce()}
        for _ in range(2):  # the form sent twice is one act, and no fault
            assert operator.post(f"/desk/counter/{path}", **once, **done).status_code in {200, 303}
        refused = operator.post(f"/desk/counter/{path}", **once, **other)
        assert refused.status_code == 409, path
        assert "This form is too old" in refused.text
    assert set(shop.rows.all_handed(evening.event.id)) == {first}
    assert [line.item for line in shop.rows.payments(evening.event.id)] == ["print", "entry"]


@pytest.mark.usefixtures("late")
def test_undo_takes_a_minute_and_its_payment_with_it(
    steward: Steward, box: DoorBox, shop: Shop, evening: Evening, clock: HeldClock
) -> None:
    claim = _claim(steward, box.words.of(_reserve(box, shop, evening, "print")))

    def hand_over() -> str:
        page = _press(steward, "hand-over", claim=claim, way="reader")
        found = re.search(r'action="/desk/counter/(undo/[^"]+)"', page)
        assert found
        return found[1]

    assert said(_press(steward, hand_over(), claim=claim)) == "Undone"
    assert sum(line.amount_minor for line in shop.rows.payments(evening.event.id)) == 0
    undo = hand_over()
    clock.advance(61)
    assert said(_press(steward, undo, claim=claim)) == "Too late to undo"
    assert sum(line.amount_minor for line in shop.rows.payments(evening.event.id)) == 1200


def test_before_and_after_its_time_it_stays_unless_a_steward_says_all_the_same(
    steward: Steward, box: DoorBox, shop: Shop, evening: Evening, clock: HeldClock
) -> None:
    claim = _claim(steward, box.words.of(_reserve(box, shop, evening, "print")))
    clock.set_wall(evening.event.starts.replace(hour=20, minute=59))
    assert said(_press(steward, "hand-over", claim=claim)) == "Not yet"
    clock.set_wall(evening.event.starts.replace(hour=23, minute=31))
    page = _press(steward, "hand-over", claim=claim, way="cash")
    assert said(page) == "Too late"
    form = re.search(
        r'action="/desk/counter/hand-over">((?:(?!</form>).)*)Hand over all the same', page, re.DOTALL
    )
    assert form
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))
    assert said(steward.browser.post("/desk/counter/hand-over", data=fields).text) == "Hand it over"
    (line,) = shop.rows.payments(evening.event.id)
    assert (line.way, line.amount_minor) == ("cash", 1200)


@pytest.mark.usefixtures("late")
def test_two_stewards_at_once_hand_each_parcel_over_once(
    app: Flask, console: Console, box: DoorBox, shop: Shop, evening: Evening
) -> None:
    both = [Steward.signed_in(app, console), Steward.signed_in(app, console)]
    for _ in range(3):
        _reserve(box, shop, evening, "print")
    claims = [parcel.claim for parcel in shop.view.look(evening.event, frozenset()).pick_list]
    with ThreadPoolExecutor(2) as desks:
        heard = list(
            desks.map(
                lambda one: [said(_press(one, "hand-over", claim=claim, way="cash")) for claim in claims],
                both,
            )
        )
    for answers in zip(*heard, strict=True):
        assert sorted(answer[:7] for answer in answers) == ["Already", "Hand it"]
    assert [line.amount_minor for line in shop.rows.payments(evening.event.id)] == [1200] * 3


@pytest.mark.usefixtures("late")
def test_what_comes_back_frees_its_unit_and_its_money_and_an_exchange_keeps_both(
    steward: Steward, box: DoorBox, shop: Shop, evening: Evening
) -> None:
    code = box.words.of(_reserve(box, shop, evening, "shirt", "m"))
    claim = _claim(steward, code)
    _press(steward, "hand-over", claim=claim, way="cash")
    assert said(_press(steward, "exchange", claim=claim, variant="l")) == "Exchanged"
    (line,) = [one for one in shop.rows.payments(evening.event.id) if not one.refunded and not one.refunds]
    assert (line.variant, line.amount_minor) == ("l", 2500)
    piles = shop.offers.rows.piles(evening.event)[DropId("shirt")]
    assert (piles["m"].taken, piles["l"].taken) == (0, 1)
    other = _claim(steward, box.words.of(_reserve(box, shop, evening, "shirt", "m")))
    assert said(_press(steward, "exchange", claim=other, variant="l")) == "None of that size is left"
    fresh = _claim(steward, code)
    assert said(_press(steward, "return", claim=fresh, broken="yes")) == "Taken back"
    assert shop.offers.rows.piles(evening.event)[DropId("shirt")]["l"].stock == 0
    assert sum(line.amount_minor for line in shop.rows.payments(evening.event.id)) == 0


@pytest.mark.parametrize("amount", ["-3", "1e3", "3.999", "9" * 14, "x"])
def test_what_is_no_amount_is_refused_and_nothing_is_kept(
    steward: Steward, shop: Shop, evening: Evening, amount: str
) -> None:
    answer = steward.post("/desk/counter/receive", item="donation", amount=amount, way="cash")
    assert answer.status_code == 409
    assert "is no amount of EUR" in answer.text
    assert shop.rows.payments(evening.event.id) == []


@pytest.mark.usefixtures("late")
def test_cash_up_tax_and_shares_are_what_a_recount_of_the_file_says(
    steward: Steward, box: DoorBox, shop: Shop, evening: Evening
) -> None:
    for drop, kind, way in [("print", "", "cash"), ("print", "", "reader"), ("shirt", "m", "cash")]:
        claim = _claim(steward, box.words.of(_reserve(box, shop, evening, drop, kind)))
        _press(steward, "hand-over", claim=claim, way=way)
    for item, amount, way in [("donation", "7,77", "cash"), ("entry", "8", "online"), ("entry", "", "given")]:
        _press(steward, "receive", item=item, amount=amount, way=way)
    given = next(line for line in shop.rows.payments(evening.event.id) if line.item == "entry")
    for _ in range(2):
        _press(steward, f"refund/{given.id}")
    page = steward.browser.get("/desk/counter/cash-up").text
    rows = list(csv.DictReader(io.StringIO(steward.browser.get("/desk/counter/sales.csv").text)))
    total = sum(Fraction(row["amount"]) for row in rows)
    assert total == Fraction("56.77")
    assert f"{float(total):.2f} EUR" in page
    ways: Tally[str] = Tally()
    net = {"print": Fraction(0), "": Fraction(0)}
    for row in rows:
        amount, rate = Fraction(row["amount"]), Fraction(row["tax_percent"])
        ways[row["way"]] += amount  # type: ignore[assignment]
        tax = Fraction(int(abs(amount) * rate / (100 + rate) * 100 + Fraction(1, 2)), 100)
        net["print" if row["item"] == "print" else ""] += amount - (tax if amount > 0 else -tax)
    for way, words in (("cash", "Cash"), ("reader", "Card reader"), ("online", "Paid online")):
        assert re.search(rf"{words}(<br><small>[^<]*</small>)?</th><td><b>{float(ways[way]):.2f}</b>", page)
    parts = [Fraction(found) for found in re.findall(r" %</td><td><b>([\d.]+)</b>", page)]
    club, venue, artist, rest = parts
    assert club + venue == net[""]
    assert artist + rest == net["print"]
    for got, pot, share in (
        (club, net[""], 60),
        (venue, net[""], 40),
        (artist, net["print"], Fraction("66.67")),
    ):
        assert abs(got - pot * share / 100) < Fraction(1, 100)


def test_nobody_who_is_not_staff_reaches_it_and_while_the_portal_restarts_it_says_so(
    app: Flask, console: Console, paths: Paths, evening: Evening
) -> None:
    assert paths
    assert evening
    nobody = app.test_client()
    assert nobody.get("/desk/counter").headers["Location"] == "/pair"  # nobody runs this box yet
    assert nobody.post("/desk/counter/hand-over", data={"claim": "x"}).status_code == 401
    nobody.post(f"/sign-in/{console.sessions.new_link(Role.STEWARD)}")
    answer = nobody.get("/desk/counter")
    assert answer.status_code == 503
    assert "The counter is restarting" in answer.text
