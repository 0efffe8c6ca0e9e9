"""Which technologies this box has: the real ones where the network is ours, else those that touch nothing."""

from __future__ import annotations

from collections.abc import Callable

from appliance.clock import Clock
from appliance.config import Config, NetworkTable
from appliance.model.network_view import NetworkMode, ReleaseRule
from appliance.network import ceiling
from appliance.network.connectivity import Connectivity
from appliance.network.hostapd_settings import Hotspot
from appliance.network.links_iproute import IprouteLinks
from appliance.network.links_simulated import SimulatedLinks
from appliance.network.names_dnsmasq import DnsmasqNames
from appliance.network.names_none import NoNames
from appliance.network.parts import Parts
from appliance.network.port_manager_nmcli import NmcliPortManager
from appliance.network.radio import RadioTechnology
from appliance.network.radio_hostapd import HostapdRadio
from appliance.network.radio_none import NoRadio
from appliance.network.rules_nftables import NftablesRules
from appliance.network.rules_simulated import SimulatedRules
from appliance.network.uplink_kernel import KernelUplink
from appliance.network.uplink_none import SimulatedUplink
from appliance.paths import Paths


def open_parts(
    paths: Paths,
    config: Config,
    clock: Clock,
    rule: Callable[[], ReleaseRule],
    certificate: Callable[[], str],
) -> Parts:
    """Nothing is touched yet; ``network.missing`` where a program that is needed is not installed."""
    settings = config.network
    if settings.mode == NetworkMode.NONE:
        return Parts(
            SimulatedLinks(),
            SimulatedRules(),
            NoNames(),
            NoRadio(),
            SimulatedUplink(),
            clock,
            rule,
            certificate,
        )
    folder = paths.run / "network"
    folder.mkdir(exist_ok=True)
    board = ceiling.board()
    return Parts(
        links=IprouteLinks(folder / "before.json", NmcliPortManager()),
        rules=NftablesRules(),
        names=DnsmasqNames(folder, clock),
        radio=_radio(settings, paths, clock, board),
        uplink=KernelUplink(Connectivity(settings.check_url, settings.check_answer, clock)),
        clock=clock,
        rule=rule,
        certificate=certificate,
        board=board,
    )


def _radio(settings: NetworkTable, paths: Paths, clock: Clock, board: tuple[str, str]) -> RadioTechnology:
    if settings.mode != NetworkMode.HOTSPOT:
        return NoRadio()
    folder = paths.run / "network"
    most = ceiling.ceiling(NetworkMode.HOTSPOT, *board, settings.phones)
    hotspot = Hotspot(
        settings.interface, settings.ssid, settings.country, settings.channel, most, str(folder / "hostapd")
    )
    return HostapdRadio(hotspot, folder, clock)
