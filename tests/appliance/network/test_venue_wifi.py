"""Joining the venue's Wi-Fi: the rules, with a radio that has levers."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.model.wifi_view import HeardNetwork, Lock, WifiState
from appliance.network.venue_wifi import RadioSeen, Step, Try, Wanted, Why, is_password, judged, listed
from appliance.network.venue_wifi_none import SimulatedVenueRadio
from appliance.network.wifi_desk import WifiDesk
from appliance.paths import Paths
from appliance.requested import Requests
from appliance.requested import Wanted as Request

VENUE = HeardNetwork("Venue", 70, Lock.PASSWORD)


@pytest.fixture
def radio() -> SimulatedVenueRadio:
    radio = SimulatedVenueRadio()
    radio.now = RadioSeen(there=True)
    radio.networks = [VENUE, HeardNetwork("Venue", 40, Lock.PASSWORD), HeardNetwork("Uni", 60, Lock.ACCOUNT)]
    return radio


@pytest.fixture
def desk(radio: SimulatedVenueRadio, paths: Paths, clock: HeldClock) -> WifiDesk:
    return WifiDesk(radio, "DE", Requests(paths.requests), clock)


def test_a_network_is_joined_and_kept(desk: WifiDesk, radio: SimulatedVenueRadio) -> None:
    desk.join(Wanted("Venue", "correct horse"))
    assert (desk.view().state, desk.view().joining, radio.joins) == (WifiState.JOINING, "Venue", ["Venue"])
    radio.now = RadioSeen(there=True, step=Step.MOVING, ssid="Venue")
    desk.round()
    radio.now = RadioSeen(there=True, step=Step.JOINED, ssid="Venue", address=True)
    desk.round()
    view = desk.view()
    assert (view.state, view.fault, view.networks[0]) == (
        WifiState.JOINED, "", HeardNetwork("Venue", 70, Lock.PASSWORD, known=True, joined=True),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("why", "word"), [(Why.PASSWORD, "password"), (Why.GONE, "found"), (Why.NO_ADDRESS, "full")]
)
def test_what_went_wrong_is_said_and_the_network_is_not_forgotten(
    desk: WifiDesk, radio: SimulatedVenueRadio, why: Why, word: str
) -> None:
    desk.join(Wanted("Venue", "wrong horse"))
    radio.now = RadioSeen(there=True, step=Step.MOVING, ssid="Venue")
    desk.round()
    radio.now = RadioSeen(there=True, step=Step.FAILED, why=why, ssid="Venue")
    desk.round()
    view = desk.view()
    assert word in view.fault
    assert (view.state, radio.known()) == (WifiState.AWAY, ["Venue"])
    desk.join(Wanted("Venue", "correct horse"))
    assert desk.view().fault == ""


def test_no_try_lasts_and_no_two_run_at_once(desk: WifiDesk, clock: HeldClock) -> None:
    desk.join(Wanted("Venue", "correct horse"))
    with pytest.raises(MatineeError, match="being joined"):
        desk.join(Wanted("Other"))
    clock.advance(46)
    desk.round()
    assert "45 seconds" in desk.view().fault


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(""), "wifi.bad_name"),
        (Wanted("ü" * 17), "wifi.bad_name"),
        (Wanted("Venue"), "wifi.no_password"),
        (Wanted("Venue", "short"), "wifi.bad_password"),
        (Wanted("Venue", "x" * 64), "wifi.bad_password"),
        (Wanted("Uni", "long enough"), "wifi.account"),
    ],
)
def test_what_can_not_work_is_said_before_the_radio_is_asked(
    desk: WifiDesk, radio: SimulatedVenueRadio, wanted: Wanted, key: str
) -> None:
    with pytest.raises(MatineeError) as refused:
        desk.join(wanted)
    assert refused.value.key == key
    assert (radio.joins, radio.kept) == ([], {})


def test_without_a_country_nothing_is_joined(
    radio: SimulatedVenueRadio, paths: Paths, clock: HeldClock
) -> None:
    with pytest.raises(MatineeError, match="country"):
        WifiDesk(radio, "", Requests(paths.requests), clock).join(Wanted("Venue", "correct horse"))


def test_what_the_card_asked_for_is_taken_up_once_there_is_somebody_to(
    desk: WifiDesk, radio: SimulatedVenueRadio, paths: Paths
) -> None:
    requests = Requests(paths.requests)
    asked = msgspec.json.encode([{"ssid": "Venue", "password": "correct horse", "hidden": False}])
    requests.path(Request.WIFI).write_bytes(asked)
    radio.now = RadioSeen()
    desk.round()
    assert requests.is_there(Request.WIFI)
    radio.now = RadioSeen(there=True)
    desk.round()
    assert radio.kept == {"Venue": Wanted("Venue", "correct horse")}
    assert not requests.is_there(Request.WIFI)


def test_the_radio_listens_at_most_each_half_minute_and_never_while_it_joins(
    desk: WifiDesk, radio: SimulatedVenueRadio, clock: HeldClock
) -> None:
    for _ in range(5):
        desk.view()
    assert radio.scans == 1
    radio.now = RadioSeen(there=True, step=Step.MOVING)
    clock.advance(31)
    desk.view()
    assert radio.scans == 1
    radio.now = RadioSeen(there=True)
    assert desk.view().heard_s == 0
    assert radio.scans == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 100))), st.sets(st.sampled_from("abcd")))
def test_each_network_stands_once_by_its_loudest_radio(heard: list[tuple[str, int]], known: set[str]) -> None:
    shown = listed([HeardNetwork(ssid, strength) for ssid, strength in heard], known, "b")
    assert {one.ssid for one in shown} == {ssid for ssid, _ in heard} | known
    assert len(shown) == len({one.ssid for one in shown})
    for one in shown:
        assert one.strength == max((strength for ssid, strength in heard if ssid == one.ssid), default=0)
        assert one.known == (one.ssid in known)


@given(st.floats(0, 1000), st.sampled_from(Step), st.sampled_from(Why), st.booleans())
def test_a_try_ends_by_its_deadline_whatever_is_seen(
    passed: float, step: Step, why: Why, moved: bool
) -> None:
    goes_on, said = judged(
        Try("Venue", 0, moved), RadioSeen(there=True, step=step, why=why, ssid="x"), passed
    )
    assert goes_on is None or (passed <= 45 and not said)


def test_passwords_are_what_wpa_takes() -> None:
    assert is_password("12345678")
    assert is_password("f" * 64)
    assert not is_password("g" * 64)
    assert not is_password("pässword")
