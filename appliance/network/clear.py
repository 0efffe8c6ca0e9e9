"""Take away what a network service left that can not do so itself: ``python -m appliance.network.clear``.

systemd runs it after the service (ExecStopPost=). Where nothing was left it does nothing; nor after a crash
(``$SERVICE_RESULT``, systemd.exec(5)): the service is started again at once, and phones are served meanwhile.
"""

from __future__ import annotations

import os
import sys

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.network.links import GONE, steps
from appliance.network.links_iproute import IprouteLinks
from appliance.network.names_dnsmasq import DnsmasqNames
from appliance.network.rules_nftables import NftablesRules
from appliance.paths import Paths

_CRASHED = {"exit-code", "signal", "core-dump", "watchdog", "oom-kill"}


def clear(paths: Paths) -> None:
    """Programs, links, then rules; ``network.refused``."""
    DnsmasqNames(paths.run / "network", RealClock()).ensure(None)
    links = IprouteLinks(paths.run / "network" / "before.json")
    links.take(steps(GONE, links.observed(())))
    NftablesRules().ensure(None)


if __name__ == "__main__":
    if os.environ.get("SERVICE_RESULT", "success") in _CRASHED:
        sys.exit(0)
    try:
        clear(Paths.from_environment())
    except MatineeError as fault:
        sys.exit(fault.sentence)
