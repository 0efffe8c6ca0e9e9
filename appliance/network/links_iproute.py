"""Links by iproute2 and /proc/sys."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, assert_never

from appliance.errors import MatineeError
from appliance.network import leases
from appliance.network.links import (
    BRIDGE,
    TABLE,
    Address,
    BridgePort,
    Links,
    MakeBridge,
    RemoveBridge,
    Route,
    Setting,
    Step,
)
from appliance.network.port_manager import NoPortManager, PortManager

_RULE_PRIORITY = 100
_NEIGHBOURS = Path("/proc/net/arp")
_SYS = Path("/proc/sys")
_PATIENCE_S = 10.0


class IprouteLinks:
    """Looks with ``ip -j`` and acts with ``ip -batch``: 3 ms each."""

    def __init__(self, before: Path, manager: PortManager | None = None) -> None:
        """``before`` is a file that remembers the kernel's settings from before us, over a kill -9.

        ``manager`` is told to leave what hangs on the bridge alone.
        """
        self._manager = manager or NoPortManager()
        self._before = before

    def observed(self, settings: Iterable[str]) -> Links:
        """As the kernel says now."""
        named = {name: _read(name) for name in {*settings, *self._remembered()}}
        known = {name: value for name, value in named.items() if value is not None}
        links = {link["ifname"]: link for link in ask("address", "show")}
        bridge = links.get(BRIDGE)
        if bridge is None:
            return Links(
                route=_route(), settings={name: known[name] for name in self._remembered() & known.keys()}
            )
        return Links(
            bridge="UP" in bridge["flags"],
            addresses=frozenset(
                f"{one['local']}/{one['prefixlen']}" for one in bridge["addr_info"] if one["family"] == "inet"
            ),
            ports=frozenset(name for name, link in links.items() if link.get("master") == BRIDGE),
            route=_route(),
            settings=known,
        )

    def present(self) -> frozenset[str]:
        """As the kernel says now."""
        return frozenset(link["ifname"] for link in ask("link", "show"))

    def addresses(self, interface: str) -> tuple[str, ...]:
        """As the kernel says now."""
        found = [link for link in ask("address", "show") if link["ifname"] == interface]
        return tuple(
            f"{one['local']}/{one['prefixlen']}"
            for link in found
            for one in link["addr_info"]
            if one["family"] == "inet"
        )

    def neighbours(self) -> Mapping[str, str]:
        """Out of proc(5), ``net/arp``."""
        return leases.neighbours(_NEIGHBOURS.read_text("ascii"), BRIDGE)

    def take(self, steps: Iterable[Step]) -> None:
        """One ``ip`` for what it can do, then the kernel's settings."""
        steps = tuple(steps)
        lines = [line for step in steps for line in _lines(step)]
        for step in steps:
            if isinstance(step, BridgePort) and step.attached:
                self._manager.leave_alone(step.name)
        if lines:
            _run("-batch", "-", said="\n".join(lines))
        if MakeBridge() in steps:
            self._manager.leave_alone(BRIDGE)
        for step in steps:
            if isinstance(step, Setting):
                self._set(step)

    def _set(self, step: Setting) -> None:
        remembered = self._remembered_values()
        if step.value is None:
            value = remembered.pop(step.name, None)
            if value is not None and _read(step.name) is not None:
                _write(step.name, value)
        else:
            remembered.setdefault(step.name, _read(step.name) or "0")
            _write(step.name, step.value)
        # Before or after the write: a value remembered twice is harmless, one forgotten is not.
        self._before.write_text(json.dumps(remembered), "utf-8")

    def _remembered(self) -> frozenset[str]:
        return frozenset(self._remembered_values())

    def _remembered_values(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._before.read_text("utf-8")))
        except (OSError, ValueError):
            return {}


def _lines(step: Step) -> list[str]:
    match step:
        case MakeBridge():
            made = [] if _exists(BRIDGE) else [f"link add {BRIDGE} type bridge stp_state 0 mcast_snooping 0"]
            return [*made, f"link set {BRIDGE} up"]
        case RemoveBridge():
            return [f"link delete {BRIDGE}"] if _exists(BRIDGE) else []
        case Address(address, held):
            return [f"address {'add' if held else 'delete'} {address} dev {BRIDGE}"]
        case BridgePort(name, attached=True):
            return [f"link set {name} master {BRIDGE}", f"link set {name} up"]
        case BridgePort(name):
            return [f"link set {name} nomaster"]
        case Route(network):
            gone = [f"rule delete priority {_RULE_PRIORITY}"] if _route_rule() else []
            if not network:
                return gone
            rule = f"rule add priority {_RULE_PRIORITY} to {network} lookup {TABLE}"
            return [*gone, f"route replace {network} dev {BRIDGE} table {TABLE}", rule]
        case Setting():
            return []
        case _ as never:
            assert_never(never)


def _route_rule() -> str:
    for rule in ask("rule", "show"):
        if rule.get("table") == str(TABLE) and rule["priority"] == _RULE_PRIORITY:
            return f"{rule['dst']}/{rule['dstlen']}"
    return ""


def _route() -> str:
    """The network whose rule *and* route stand: a route goes with its interface, the rule does not."""
    rule = _route_rule()
    routes = ask("route", "show", "table", str(TABLE)) if rule else []
    return (
        rule
        if any(route["dst"] == rule and route.get("dev") == BRIDGE for route in routes)
        else ("?" if rule else "")
    )


def _exists(name: str) -> bool:
    return any(link["ifname"] == name for link in ask("link", "show"))


def ask(*words: str) -> list[dict[str, Any]]:
    """What `ip -j` shows of ``words``; ``network.refused``."""
    shown = _run("-j", *words, allowed="FIB table does not exist")
    return [entry for entry in json.loads(shown or "[]") if entry]


def _run(*words: str, said: str = "", allowed: str = "") -> str:
    done = subprocess.run(
        ["ip", *words],  # noqa: S607 where it is differs by system
        input=said,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    if done.returncode and not (allowed and allowed in done.stderr):
        raise MatineeError("network.refused", program="ip", fault=done.stderr.strip() or done.returncode)
    return done.stdout


def _read(name: str) -> str | None:
    try:
        return (_SYS / name).read_text("ascii").strip()
    except OSError:
        return None


def _write(name: str, value: str) -> None:
    try:
        (_SYS / name).write_text(value, "ascii")
    except OSError as fault:
        raise MatineeError("network.refused", program=name, fault=fault.strerror or fault) from fault
