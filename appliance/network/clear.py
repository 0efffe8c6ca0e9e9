"""Take away what a network service left that can not do so itself: ``python -m appliance.network.clear``.

systemd runs it after the service (ExecStopPost=). Where nothing was left it does nothing; nor after a crash
(``$SERVICE_RESULT``, systemd.exec(5)): the service is started again at once, and phones are served meanwhile.
Unless it was a stop that failed, which ``stopping`` remembers: then what is left is taken away all the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.network.links import GONE, steps
from appliance.network.links_iproute import IprouteLinks
from appliance.network.names_dnsmasq import DnsmasqNames
from appliance.network.radio_hostapd import stop_left
from appliance.network.rules_nftables import NftablesRules
from appliance.paths import Paths

_CRASHED = {"exit-code", "signal", "core-dump", "watchdog", "oom-kill"}


@contextmanager
def stopping(paths: Paths) -> Iterator[None]:
    """Around a stop: what it could not take away is known from here on, until ``clear`` has done so."""
    mark = _mark(paths)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    yield
    mark.unlink()


def clear(paths: Paths) -> None:
    """Programs, links, then rules, each whatever becomes of the others; ``network.refused``."""
    folder, clock = paths.run / "network", RealClock()
    with ExitStack() as last_first:
        last_first.callback(lambda: NftablesRules().ensure(None))
        last_first.callback(_clear_links, folder)
        last_first.callback(lambda: DnsmasqNames(folder, clock).ensure(None))
        last_first.callback(stop_left, folder, clock)
    _mark(paths).unlink(missing_ok=True)


def is_due(paths: Paths, result: str) -> bool:
    """Whether to clear after a service that ended with ``result`` (``$SERVICE_RESULT``)."""
    return result not in _CRASHED or _mark(paths).exists()


def _clear_links(folder: Path) -> None:
    links = IprouteLinks(folder / "before.json")
    links.take(steps(GONE, links.observed(())))


def _mark(paths: Paths) -> Path:
    return paths.run / "network" / "stopping"


if __name__ == "__main__":
    root = Paths.from_environment()
    if not is_due(root, os.environ.get("SERVICE_RESULT", "success")):
        sys.exit(0)
    try:
        clear(root)
    except MatineeError as fault:
        sys.exit(fault.sentence)
