"""A certificate that ends or is not good is told where staff look, before phones notice."""

from __future__ import annotations

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.front.certificate import folder
from appliance.model.network_view import NetworkView, RadioState, ReleaseRule
from appliance.network.announcer import Announcer
from appliance.network.announcers import Announcers
from appliance.network.keeper import Keeper
from appliance.network.links_simulated import SimulatedLinks
from appliance.network.names_none import NoNames
from appliance.network.parts import Parts
from appliance.network.radio_none import NoRadio
from appliance.network.rules_simulated import SimulatedRules
from appliance.network.uplink_none import SimulatedUplink
from appliance.network.watch import NetworkWatch
from appliance.paths import Paths
from lab.authority import Authority
from lab.staff_room import Person
from webui.console.remote_view import Glimpse, health


def lay_one_nobody_trusts(paths: Paths, clock: HeldClock) -> None:
    authority = Authority(clock.now())
    key = authority.new_key()
    authority.install(folder(paths), authority.leaf(key, ["cinema.example.org"]), key)


def nobody(_address: str) -> Announcer:
    raise AssertionError


def test_setup_says_that_it_is_not_used_and_what_to_do(
    operator: Person, paths: Paths, clock: HeldClock
) -> None:
    lay_one_nobody_trusts(paths, clock)
    page = operator.browser.get("/setup").text
    assert "pages stay at plain http" in page
    assert "<code>matinee cloud certificate</code>" in page


def test_the_network_tells_the_remote_and_the_remote_the_operator(paths: Paths, clock: HeldClock) -> None:
    parts = Parts(
        SimulatedLinks(), SimulatedRules(), NoNames(), NoRadio(), SimulatedUplink(), clock, ReleaseRule, str
    )
    keeper = Keeper(Config(), parts)
    watch = NetworkWatch(Config(), keeper, parts, Announcers(nobody), paths)
    assert watch.now().certificate == ""
    lay_one_nobody_trusts(paths, clock)
    clock.advance(31)
    told = watch.now().certificate
    assert "plain http" in told
    glimpse = Glimpse(
        network=NetworkView(RadioState.NONE, "matinee-x.local", announced=True, certificate=told)
    )
    assert told in health(glimpse)
