"""The files we write for dnsmasq, hostapd and nftables, read by dnsmasq, hostapd and nftables."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.network import dnsmasq_settings
from appliance.network.hostapd_settings import Hotspot, hostapd
from appliance.network.names import Names
from appliance.network.rules import Rules
from appliance.network.ruleset import no_rules, ruleset
from lab.namespaces import namespaces, require_namespaces

NAMES = Names(
    interface="matinee0",
    gateway=IPv4Address("10.41.0.1"),
    network=IPv4Network("10.41.0.0/22"),
    own=("matinee.internal", "matinee-lab.local"),
    resolvers="/etc/resolv.conf",
    portal_api="https://tonight.example.org/captive-portal/api",
)
HOTSPOT = Hotspot("wlan9", "Kino Süd 🎬", "DE", 6, 19, "/run/nowhere")
RULES = Rules("10.41.0.0/22", "10.41.0.1", "up0", internet=True, metered=True, tls=True, crew=("wire0",))


def hostapd_says(text: str, folder: Path) -> str:
    path = folder / "hostapd.conf"
    path.write_text(text, "utf-8")
    done = subprocess.run(
        ["/usr/sbin/hostapd", str(path)], capture_output=True, text=True, timeout=20, check=False
    )
    return done.stdout + done.stderr


def test_dnsmasq_takes_both_files(tmp_path: Path) -> None:
    for text in (dnsmasq_settings.captive(NAMES, tmp_path / "leases"), dnsmasq_settings.forwarding(NAMES)):
        path = tmp_path / "dnsmasq.conf"
        path.write_text(text, "utf-8")
        done = subprocess.run(
            ["/usr/sbin/dnsmasq", "--test", f"--conf-file={path}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "syntax check OK" in done.stderr, done.stderr


def test_phones_are_told_the_portals_api_only_where_it_has_a_certificate(tmp_path: Path) -> None:
    assert "dhcp-option=114,https://tonight" in dnsmasq_settings.captive(NAMES, tmp_path)
    assert "option=114" not in dnsmasq_settings.captive(replace(NAMES, portal_api=""), tmp_path)


@pytest.mark.parametrize(
    ("network", "gateway", "room"), [("10.41.0.0/22", "10.41.0.1", 1013), ("10.9.9.0/27", "10.9.9.20", 20)]
)
def test_the_pool_is_all_that_the_house_does_not_keep(network: str, gateway: str, room: int) -> None:
    assert replace(NAMES, network=IPv4Network(network), gateway=IPv4Address(gateway)).room == room


def test_hostapd_reads_our_file_without_a_fault_and_finds_a_wrong_line(tmp_path: Path) -> None:
    if not Path("/usr/sbin/hostapd").exists():
        pytest.skip("hostapd is not installed")
    good = hostapd_says(hostapd(HOTSPOT), tmp_path)
    assert "errors found" not in good
    assert "Line" not in good
    assert "errors found" in hostapd_says(hostapd(HOTSPOT) + "ap_isolates=1\n", tmp_path)


def test_the_radio_isolates_phones_and_takes_no_more_than_it_can() -> None:
    text = hostapd(HOTSPOT)
    assert "\nap_isolate=1\n" in text
    assert "\nmax_num_sta=19\n" in text
    assert f"\nssid2={'Kino Süd 🎬'.encode().hex()}\n" in text
    assert "max_num_sta" not in hostapd(replace(HOTSPOT, most=None))


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["", "up0"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.lists(st.sampled_from(["wire0", "up0"])),
    st.booleans(),
)
def test_nftables_takes_every_ruleset_twice_and_keeps_who_is_in_the_sets(
    uplink: str, internet: bool, metered: bool, tls: bool, crew: list[str], own: bool
) -> None:
    require_namespaces()
    rules = replace(
        RULES, uplink=uplink, internet=internet and bool(uplink), metered=metered, tls=tls, crew=tuple(crew),
        own=own,
    )  # fmt: skip
    element = "add element inet matinee finished { 10.41.0.57 . 02:00:00:00:00:57 timeout 60s }\n"
    with namespaces(["rules"]) as (machine,):
        said = subprocess.run(
            machine.command("nft", "-f", "-"),
            input=ruleset(rules) + element + ruleset(RULES) + ruleset(rules),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (said.returncode, said.stderr) == (0, "")
        assert "10.41.0.57" in machine.run("nft", "list", "set", "inet", "matinee", "finished").stdout
        subprocess.run(machine.command("nft", "-f", "-"), input=no_rules() * 2, text=True, check=True)
        assert machine.run("nft", "list", "ruleset").stdout == ""


def test_what_comes_by_the_uplink_goes_nowhere_but_to_phones() -> None:
    dropped = 'iifname "up0" oifname != "matinee0" drop'
    assert dropped in ruleset(RULES)
    assert dropped not in ruleset(replace(RULES, crew=("up0",)))
    assert 'oifname != "matinee0" drop' not in ruleset(replace(RULES, uplink="", internet=False))


def test_a_wifi_of_the_boxs_own_leads_to_setup_and_nowhere_else() -> None:
    """The radio that is the way out is refused everything else: a phone got no address on it."""
    assert "10.42.0.1" not in ruleset(RULES)
    text = ruleset(replace(RULES, own=True))
    stranger = text[text.index("chain stranger {") :].partition("\n  }")[0]
    assert "udp dport 67 accept" in stranger
    assert "ip daddr 10.42.0.1 tcp dport { 53, 80, 443 } accept" in stranger
    assert stranger.rstrip().endswith("reject")
