"""Everything nginx has to know, as one value."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from ipaddress import IPv4Interface
from pathlib import Path

from appliance.config import Config
from appliance.front.certificate import Certificate
from appliance.model.network_view import CAPTIVE_ADDRESS
from appliance.paths import Paths
from cache.described_sound import FOLDER as SOUND

ACCEL = "/films/"
"""Internal location of what phones watch: ``[portal] accel`` behind this nginx."""


@dataclass(frozen=True, slots=True)
class Front:
    """Where nginx listens, whom it asks, what it may read."""

    work: Path
    """Its folder: settings, temporary files, process id."""
    media: Path
    clips: Path
    sound: Path
    """Described sound of films."""
    portal: int
    """Port of the portal on loopback."""
    console: int
    guests: tuple[str, ...]
    """Own addresses on which attendees come in."""
    guests_net: str
    """Whoever comes from there is an attendee."""
    wire: str
    http: int
    https: int
    staff: int
    door_chain: Path
    """The box's own certificate, for staff while there is no good one."""
    door_key: Path
    certificate: Certificate | None = None
    user: str = ""
    """Whom its workers run as, where it is started by root."""


def guest_addresses(config: Config) -> tuple[str, ...]:
    """Own addresses on which attendees come in."""
    own = IPv4Interface(config.network.attendees)
    return config.front.guests or (CAPTIVE_ADDRESS, str(own.ip))


def front_of(paths: Paths, config: Config, certificate: Certificate | None) -> Front:
    """Return what ``config`` says, for the user who owns the root."""
    own = IPv4Interface(config.network.attendees)
    work = paths.run / "front"
    return Front(
        work=work,
        media=paths.media,
        clips=paths.clips,
        sound=paths.derived / SOUND,
        portal=config.portal.port,
        console=config.console.port,
        guests=guest_addresses(config),
        guests_net=str(own.network),
        wire=config.front.wire,
        http=config.front.http,
        https=config.front.https,
        staff=config.front.staff,
        door_chain=paths.keys / "door" / "chain.pem",
        door_key=paths.keys / "door" / "key.pem",
        certificate=certificate,
        user=pwd.getpwuid(paths.root.stat().st_uid).pw_name if os.geteuid() == 0 else "",
    )
