"""The supply as Network UPS Tools tell it (RFC 9271): any of its UPS models, here or on the network."""

from __future__ import annotations

import logging
import re
import socket
from contextlib import suppress

from appliance.health.power import Supply
from appliance.numerals import whole

PORT = 3493
_PATIENCE_S = 2.0
_LONGEST = 65536
_VARIABLE = re.compile(r'^VAR \S+ (\S+) "((?:[^"\\]|\\.)*)"$', re.MULTILINE)
_UPS = re.compile(r"^UPS (\S+) ", re.MULTILINE)

_log = logging.getLogger(__name__)


class NutPower:
    """Asks an ``upsd`` for its first UPS. One that does not answer tells nothing; that is logged once."""

    def __init__(self, address: str) -> None:
        """``host`` or ``host:port``."""
        host, _, port = address.partition(":")
        self._address = (host, whole(port) or PORT)
        self._away = False

    def read(self) -> Supply:
        """As of now."""
        try:
            said = self._ask()
        except (OSError, ValueError) as fault:
            if not self._away:
                _log.warning("the ups server does not answer fault=%s", fault)
            self._away = True
            return Supply()
        if self._away:
            _log.info("the ups server answers again")
        self._away = False
        return _supply(said)

    def _ask(self) -> dict[str, str]:
        with socket.create_connection(self._address, _PATIENCE_S) as line:
            line.settimeout(_PATIENCE_S)
            names = _UPS.findall(_listed(line, "UPS"))
            found = _VARIABLE.findall(_listed(line, f"VAR {names[0]}")) if names else []
            with suppress(OSError):
                line.sendall(b"LOGOUT\n")
        return dict(found)


def _listed(line: socket.socket, what: str) -> str:
    line.sendall(f"LIST {what}\n".encode("ascii"))
    said = b""
    while not said.endswith(f"END LIST {what}\n".encode("ascii")):
        more = line.recv(4096)
        if not more or said.startswith(b"ERR") or len(said) > _LONGEST:
            raise ValueError((said or b"it hung up").decode("ascii", "replace")[:80])
        said += more
        if said.startswith(b"ERR") and said.endswith(b"\n"):
            raise ValueError(said.decode("ascii", "replace")[:80])
    return said.decode("utf-8", "replace")


def _supply(said: dict[str, str]) -> Supply:
    """``ups.status`` is a list of words: OL on line, OB on battery, LB low battery (RFC 9271, 5.1)."""
    status = said.get("ups.status", "").split()
    runtime = _whole(said.get("battery.runtime"))
    return Supply(
        on_battery="OB" in status if {"OB", "OL"} & {*status} else None,
        percent=_whole(said.get("battery.charge")),
        minutes=None if runtime is None else runtime // 60,
        low="LB" in status,
    )


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(float(text))
    except (ValueError, OverflowError):
        return None
