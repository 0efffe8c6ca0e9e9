from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.model.network_view import ReleaseRule
from appliance.network.clients import EVENING_S, kept_up, released, revoked, view
from appliance.network.rules import Device, Sets
from appliance.network.rules_simulated import SimulatedRules

PHONE = Device("10.41.0.57", "02:00:00:00:00:57")
SAME_ADDRESS = Device("10.41.0.57", "02:00:00:00:00:58")
ALL_EVENING = ReleaseRule(internet=True)
AN_HOUR = ReleaseRule(internet=True, minutes=60)
TEN_MEGABYTES = ReleaseRule(internet=True, megabytes=10)
PORTAL_ONLY = ReleaseRule()

_DEVICES = st.builds(
    Device, st.sampled_from(["10.41.0.57", "10.41.0.58"]), st.sampled_from(["02:aa", "02:bb"])
)
_TIMED = st.dictionaries(_DEVICES, st.integers(1, EVENING_S))
_SETS = st.builds(
    Sets,
    finished=_TIMED,
    online=_TIMED,
    staff=_TIMED,
    spent=st.dictionaries(st.sampled_from(["02:aa", "02:bb"]), st.just(EVENING_S)),
    used=st.dictionaries(st.sampled_from(["10.41.0.57", "10.41.0.58"]), st.integers(0, 20 * 10**6)),
)
_RULES = st.sampled_from([PORTAL_ONLY, ALL_EVENING, AN_HOUR, TEN_MEGABYTES])


class Network:
    """Sets with a rule and a way out."""

    def __init__(self, rule: ReleaseRule, *, open_now: bool = True, sets: Sets | None = None) -> None:
        self.rules = SimulatedRules()
        self.rules.held = sets or Sets()
        self.rule = rule
        self.open_now = open_now

    def release(self, device: Device = PHONE) -> None:
        self.rules.change(released(self.rules.sets(), device, self.rule, open_now=self.open_now))

    def look_after(self) -> None:
        self.rules.change(kept_up(self.rules.sets(), self.rule, open_now=self.open_now))

    def online(self, device: Device = PHONE) -> bool:
        return view(self.rules.sets(), device, self.rule, open_now=self.open_now).online


@settings(deadline=None)
@given(_SETS, _RULES, st.booleans())
def test_once_looked_after_there_is_nothing_more_to_change(
    sets: Sets, rule: ReleaseRule, open_now: bool
) -> None:
    network = Network(rule, open_now=open_now, sets=sets)
    network.look_after()
    assert kept_up(network.rules.sets(), rule, open_now=open_now) == ()


@settings(deadline=None)
@given(_SETS, _RULES, st.booleans(), _DEVICES)
def test_a_release_is_idempotent_and_touches_nobody_else(
    sets: Sets, rule: ReleaseRule, open_now: bool, device: Device
) -> None:
    network = Network(rule, open_now=open_now, sets=sets)
    network.release(device)
    assert released(network.rules.sets(), device, rule, open_now=open_now) == ()
    others = {one: left for one, left in network.rules.sets().online.items() if one != device}
    assert others == {one: left for one, left in sets.online.items() if one != device}


@settings(deadline=None)
@given(_SETS, st.booleans())
def test_where_the_evening_is_portal_only_nobody_is_online(sets: Sets, open_now: bool) -> None:
    network = Network(PORTAL_ONLY, open_now=open_now, sets=sets)
    network.release()
    network.look_after()
    assert not network.rules.sets().online


def test_who_signed_up_while_the_line_was_down_goes_online_when_it_comes() -> None:
    network = Network(ALL_EVENING, open_now=False)
    network.release()
    network.look_after()
    assert not network.online()
    network.open_now = True
    network.look_after()
    assert network.online()


def test_time_is_granted_once_however_often_somebody_taps() -> None:
    network = Network(AN_HOUR)
    network.release()
    assert network.rules.sets().online == {PHONE: 3600}
    del network.rules.held.online[PHONE]  # type: ignore[attr-defined] # the kernel forgets it when it is over
    network.look_after()
    network.rules.change(revoked(network.rules.sets(), PHONE))
    network.release()
    network.look_after()
    assert not network.online()


def test_volume_that_is_used_up_ends_it_and_a_new_tap_brings_nothing() -> None:
    network = Network(TEN_MEGABYTES)
    network.release()
    network.rules.held.used[PHONE.address] = 9_999_999  # type: ignore[index] # the kernel counts
    network.look_after()
    assert view(network.rules.sets(), PHONE, network.rule, open_now=True).bytes_left == 1
    network.rules.held.used[PHONE.address] = 10_000_000  # type: ignore[index]
    network.look_after()
    network.release()
    assert not network.online()


def test_a_phone_that_gets_anothers_address_gets_neither_its_release_nor_its_volume() -> None:
    network = Network(TEN_MEGABYTES)
    network.release()
    network.rules.held.used[PHONE.address] = 9_000_000  # type: ignore[index]
    assert not network.online(SAME_ADDRESS)
    network.release(SAME_ADDRESS)
    network.rules.held.used.setdefault(PHONE.address, 0)  # type: ignore[attr-defined]
    assert view(network.rules.sets(), SAME_ADDRESS, network.rule, open_now=True).bytes_left == 10_000_000
