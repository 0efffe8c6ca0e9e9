"""Raspberry Pi Imager's settings on the boot partition, in each form it writes. Pure.

``custom.toml`` (Raspberry Pi OS, ``init_config``) and ``rpi-preseed.toml`` hold ``[system]`` and ``[wlan]``;
``user-data`` and ``network-config`` are cloud-init's. Users, keys and keyboards are not the box's.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

import msgspec

from appliance.errors import MatineeError
from appliance.toml_text import tables_of
from provisioning.boot_file import Asked, WifiAsked, agreed

FILES = ("custom.toml", "rpi-preseed.toml", "network-config", "user-data")
_NO_NAME = frozenset({"raspberrypi", "localhost", ""})


def read(name: str, content: bytes) -> Asked:
    """What a file called ``name`` asks; ``boot.imager`` if it can not be read."""
    import yaml  # noqa: PLC0415 only at the first start after Imager

    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").strip("\0")
    try:
        if name.endswith(".toml"):
            return _toml(tables_of(text))
        tables = yaml.safe_load(text) or {}
        return _user_data(tables) if name == "user-data" else _network_config(tables)
    except (
        yaml.YAMLError,
        RecursionError,
    ) as fault:  # its own words quote the line, which may hold a password
        mark = getattr(fault, "problem_mark", None)
        where = "it is no YAML" if mark is None else f"it is no YAML from line {mark.line + 1} on"
        raise MatineeError("boot.imager", name=name, fault=where) from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, AttributeError) as fault:
        raise MatineeError("boot.imager", name=name, fault=" ".join(str(fault).split())) from fault


def _toml(tables: dict[str, Any]) -> Asked:
    wlan = tables.get("wlan", {})
    wifi = [(wlan["ssid"], wlan.get("password", ""), wlan.get("hidden", False))] if wlan.get("ssid") else []
    return _asked(tables.get("system", {}).get("hostname", ""), wlan.get("country", ""), wifi)


def _user_data(tables: dict[str, Any]) -> Asked:
    return _asked(tables.get("hostname", ""), "", [])


def _network_config(tables: dict[str, Any]) -> Asked:
    found, country = [], ""
    for port in (tables.get("network", tables).get("wifis") or {}).values():
        country = port.get("regulatory-domain", country)
        for ssid, point in (port.get("access-points") or {}).items():
            found.append((ssid, (point or {}).get("password", ""), (point or {}).get("hidden", False)))
    return _asked("", country, found)


def _asked(host: str, country: str, wifi: list[tuple[Any, Any, Any]]) -> Asked:
    settings: dict[str, dict[str, Any]] = {}
    own = re.sub(r"[^a-z0-9-]", "-", host.lower()).removeprefix("matinee-").strip("-")[:31]
    if own not in _NO_NAME:
        settings["box"] = {"id": own}
    if country:
        settings["network"] = {"country": country.upper()}
    networks = [{"ssid": ssid, "password": password, "hidden": hidden} for ssid, password, hidden in wifi]
    return Asked(settings, agreed(msgspec.convert(networks, list[WifiAsked])))
