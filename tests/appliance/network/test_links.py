from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.network.links import (
    GONE,
    Address,
    BridgePort,
    Links,
    MakeBridge,
    RemoveBridge,
    Setting,
    after,
    steps,
)
from appliance.network.links_simulated import SimulatedLinks

_ADDRESSES = st.frozensets(st.sampled_from(["10.41.0.1/22", "198.51.100.1/32", "10.9.0.1/24"]))
_PORTS = st.frozensets(st.sampled_from(["eth0", "eth1", "wlan0"]))
_SETTINGS = st.dictionaries(
    st.sampled_from(["a/forwarding", "b/rp_filter", "c/arp"]), st.sampled_from(["0", "1"])
)
_ROUTES = st.sampled_from(["", "10.41.0.0/22", "10.9.0.0/24"])


def _links(bridge: st.SearchStrategy[bool]) -> st.SearchStrategy[Links]:
    return st.builds(Links, bridge, _ADDRESSES, _PORTS, _ROUTES, _SETTINGS)


WANTED = st.one_of(st.just(GONE), _links(st.just(True)))
"""A bridge that is down with addresses on it is nothing to want, but may be found."""
FOUND = _links(st.booleans())


@settings(deadline=None)
@given(WANTED, FOUND)
def test_after_the_steps_what_is_observed_is_what_was_wanted(wanted: Links, found: Links) -> None:
    links = found
    for step in steps(wanted, found):
        links = after(links, step)
    assert links == wanted


@settings(deadline=None)
@given(WANTED, FOUND)
def test_a_second_look_finds_nothing_to_do(wanted: Links, found: Links) -> None:
    machine = SimulatedLinks("eth0", "eth1", "wlan0")
    machine.links = found
    machine.take(steps(wanted, machine.observed(wanted.settings)))
    assert steps(wanted, machine.observed(wanted.settings)) == ()


@settings(deadline=None)
@given(WANTED, FOUND)
def test_no_step_is_taken_twice_and_none_for_what_is_right_already(wanted: Links, found: Links) -> None:
    taken = steps(wanted, found)
    assert len(set(taken)) == len(taken)
    for step in taken:
        assert after(found, step) != found or isinstance(step, RemoveBridge | Setting)


def test_an_interface_that_is_pulled_out_and_put_in_again_hangs_on_the_bridge_again() -> None:
    machine = SimulatedLinks("eth0")
    wanted = Links(bridge=True, ports=frozenset({"eth0"}))
    machine.take(steps(wanted, machine.observed(())))
    machine.interfaces.clear()
    machine.links = Links(bridge=True)
    machine.interfaces.add("eth0")
    assert steps(wanted, machine.observed(())) == (BridgePort("eth0", attached=True),)


def test_the_bridge_comes_before_what_hangs_on_it() -> None:
    first, *rest = steps(Links(bridge=True, addresses=frozenset({"10.41.0.1/22"})), GONE)
    assert first == MakeBridge()
    assert rest == [Address("10.41.0.1/22", held=True)]
