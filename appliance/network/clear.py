"""Take away what a network service left that can not do so itself: ``python -m appliance.network.clear``.

systemd runs it after the service (ExecStopPost=), however that ended. Where nothing was left it does nothing.
"""

from __future__ import annotations

import sys

from appliance.errors import MatineeError
from appliance.network.links import GONE, steps
from appliance.network.links_iproute import IprouteLinks
from appliance.network.rules_nftables import NftablesRules
from appliance.paths import Paths


def clear(paths: Paths) -> None:
    """Links, then rules; ``network.refused``."""
    links = IprouteLinks(paths.run / "network" / "before.json")
    links.take(steps(GONE, links.observed(())))
    NftablesRules().ensure(None)


if __name__ == "__main__":
    try:
        clear(Paths.from_environment())
    except MatineeError as fault:
        sys.exit(fault.sentence)
