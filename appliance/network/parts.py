"""The technologies of one box, and the sources of what changes by the evening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.model.network_view import ReleaseRule
from appliance.network.links import LinkTechnology
from appliance.network.names import NameTechnology
from appliance.network.radio import RadioTechnology
from appliance.network.rules import RuleTechnology
from appliance.network.uplink import UplinkTechnology


@dataclass(frozen=True, slots=True)
class Parts:
    """What the keeper works with."""

    links: LinkTechnology
    rules: RuleTechnology
    names: NameTechnology
    radio: RadioTechnology
    uplink: UplinkTechnology
    clock: Clock
    rule: Callable[[], ReleaseRule]
    """Of tonight."""
    certificate: Callable[[], str]
    """The portal's name under a publicly trusted certificate; empty: none stands."""
    board: tuple[str, str] = ("", "")
    """Model and radio firmware."""
