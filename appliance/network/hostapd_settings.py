"""hostapd's file (hostapd.conf of its documentation), made of values. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.network.links import BRIDGE


@dataclass(frozen=True, slots=True)
class Hotspot:
    """The attendees' Wi-Fi: open, as a room full of strangers needs it."""

    interface: str
    ssid: str
    country: str
    channel: int
    most: int | None
    """Phones the radio takes: hostapd refuses the next one instead of failing all of them."""
    control: str
    """Folder of hostapd's control socket."""


def hostapd(hotspot: Hotspot) -> str:
    """The whole file. The SSID goes in as hexadecimal: it may hold any letter."""
    most = [f"max_num_sta={hotspot.most}"] if hotspot.most is not None else []
    return "\n".join(
        (
            f"interface={hotspot.interface}",
            f"bridge={BRIDGE}",
            "driver=nl80211",
            f"ctrl_interface={hotspot.control}",
            f"ssid2={hotspot.ssid.encode().hex()}",
            "utf8_ssid=1",
            f"country_code={hotspot.country}",
            "ieee80211d=1",
            "hw_mode=g",
            f"channel={hotspot.channel}",
            "ieee80211n=1",
            "wmm_enabled=1",
            "auth_algs=1",
            "ap_isolate=1",
            "ap_max_inactivity=120",  # those who left make room
            "disassoc_low_ack=1",
            "logger_syslog=0",
            "logger_stdout_level=2",
            *most,
            "",
        )
    )
