"""`box.matinee` written on the organiser's computer: keys, bucket, Wi-Fi, and certificates if a box asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import tomlkit

from appliance.ids import BoxId
from provisioning import box_file, key_request
from provisioning.cloud.box_certificates import answered
from provisioning.cloud.keys import read_recipients
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key

GOOD_FOR = timedelta(days=30)
"""So long a box may take to be brought its answer."""


@dataclass(frozen=True, slots=True)
class BoxWishes:
    """What is written besides keys and bucket; empty: nothing of it."""

    name: str = ""
    country: str = ""
    wifi: tuple[tuple[str, str], ...] = ()
    request: bytes | None = None
    """What the box saved under Setup, This box; None: nothing is certified."""


@dataclass(frozen=True, slots=True)
class BoxFile:
    """A file for one box."""

    content: bytes
    box: BoxId | None = None
    """Whose keys were certified; None: nobody's."""
    names: tuple[str, ...] = ()
    """Under which those keys are withdrawn."""
    words: str = ""
    """Which request was answered: the box shows the same."""


def write_box_file(organiser: OrganiserFolder, wishes: BoxWishes, now: datetime) -> BoxFile:
    """Sign it. It holds the box's key to the bucket, if ``bucket.toml`` does: it is for nobody else.

    Raises ``keys.not_a_request``, ``boot.*``, ``cloud.*``.
    """
    signer = ensure_publish_key(organiser.folder)
    box: BoxId | None = None
    names: tuple[str, ...] = ()
    words = ""
    certificates: Mapping[str, object] = {}
    if wishes.request is not None:
        request = key_request.read(wishes.request)
        box, words = request.box, key_request.spoken(wishes.request)
        certificates, names = answered(organiser.folder, request, (now + GOOD_FOR).date())
    tables: Mapping[str, Any] = {
        "version": 1,
        "box": {"name": wishes.name} if wishes.name else {},
        "network": {"country": wishes.country} if wishes.country else {},
        "organiser": {
            "keys": [signer.public_key],
            "recipients": list(read_recipients(organiser.folder)),
        },
        "bucket": {
            key: value for key, value in msgspec.structs.asdict(organiser.settings()).items() if value
        },
        "wifi": [{"ssid": ssid, "password": password} for ssid, password in wishes.wifi],
        "certificates": certificates,
    }
    said = {key: value for key, value in tables.items() if value}
    return BoxFile(box_file.sign(tomlkit.dumps(said), signer), box, names, words)
