"""Rules by nftables."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any

from appliance.errors import MatineeError
from appliance.network.libnftables import Libnftables
from appliance.network.rules import Change, Device, Put, Rules, Sets
from appliance.network.ruleset import NFT_TABLE, no_rules, ruleset

_PATIENCE_S = 5.0


class NftablesRules:
    """The table ``inet matinee`` of the network namespace that this is made in."""

    def __init__(self) -> None:
        """``network.missing`` without libnftables."""
        self._nft = Libnftables()
        self._applied: Rules | None = None
        self._listing = ""

    def ensure(self, rules: Rules | None) -> bool:
        """Compares with what stood when it was applied: a hand that changes a rule is seen too."""
        standing = self._nft.listing(f"table {NFT_TABLE}")
        if rules is None:
            self._applied, self._listing = None, ""
            if standing:
                self._nft.run(no_rules())
            return bool(standing)
        if standing and rules == self._applied and standing == self._listing:
            return False
        try:
            self._nft.run(ruleset(rules))
        except MatineeError:
            # Sets of another release have other shapes and can not be kept.
            self._nft.run(no_rules() + ruleset(rules))
        self._applied, self._listing = rules, self._nft.listing(f"table {NFT_TABLE}")
        return True

    def sets(self) -> Sets:
        """Five small questions to the kernel."""
        if self._applied is None:
            return Sets()
        return Sets(
            finished=dict(self._devices("finished")),
            online=dict(self._devices("online")),
            staff=dict(self._devices("staff")),
            spent={str(found["val"]): _seconds(found) for found in self._elements("spent")},
            used={str(found["val"]): _bytes(found) for found in self._elements("used")}
            if self._applied.metered
            else {},
        )

    def change(self, changes: Iterable[Change]) -> None:
        """One transaction. To put what is there already is to delete and add it: adding refreshes nothing."""
        lines: list[str] = []
        for change in changes:
            if isinstance(change, Put):
                name, element = change.into, _named(change.element)
                timed = f"{element} timeout {change.seconds}s"
                lines += [
                    _line("add", name, timed),
                    _line("delete", name, element),
                    _line("add", name, timed),
                ]
            else:
                name, element = change.out_of, _named(change.element)
                lines += [_line("add", name, element), _line("delete", name, element)]
        if lines:
            self._nft.run("".join(lines))

    def cut(self, address: str) -> None:
        """Forget its connections: what still comes is refused, and its next question goes the captive way."""
        try:
            subprocess.run(
                ["conntrack", "-D", "-s", address],  # noqa: S607 where it is differs by system
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
            )
        except OSError as fault:
            raise MatineeError("network.missing", program="conntrack") from fault

    def _devices(self, name: str) -> Iterator[tuple[Device, int]]:
        for found in self._elements(name):
            address, mac = found["val"]["concat"]
            yield Device(address, mac), _seconds(found)

    def _elements(self, name: str) -> Iterator[dict[str, Any]]:
        for entry in json.loads(self._nft.json(f"list set {NFT_TABLE} {name}"))["nftables"]:
            for element in entry.get("set", {}).get("elem", ()):
                yield element["elem"]


def _line(verb: str, name: str, element: str) -> str:
    return f"{verb} element {NFT_TABLE} {name} {{ {element} }}\n"


def _named(element: Device | str) -> str:
    return element if isinstance(element, str) else f"{element.address} . {element.mac}"


def _seconds(element: dict[str, Any]) -> int:
    return int(element.get("expires", 0))


def _bytes(element: dict[str, Any]) -> int:
    return int(element.get("counter", {}).get("bytes", 0))
