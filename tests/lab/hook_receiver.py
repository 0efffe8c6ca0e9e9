"""A program that takes webhooks as the Standard Webhooks specification asks, and has bad days."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from lab.moody_door import moody_door

TOLERANCE_S = 300


@dataclass
class Inbox:
    """Believes what is signed, fresh and new. ``moods``: see ``moody_door``."""

    key: bytes
    now: float
    moods: list[str] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: int = 0
    doubles: int = 0
    refused: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """All that came over the line, for whoever would send it again."""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer."""
        self.heard.append((headers, body))
        delivery, moment = headers["webhook-id"], headers["webhook-timestamp"]
        signed = hmac.new(self.key, f"{delivery}.{moment}.".encode() + body, hashlib.sha256).digest()
        genuine = hmac.compare_digest(f"v1,{base64.b64encode(signed).decode()}", headers["webhook-signature"])
        if not genuine or abs(self.now - int(moment)) > TOLERANCE_S:
            self.refused += 1
            return 401
        self.doubles += delivery in self.taken
        self.taken.setdefault(delivery, json.loads(body))
        return 204


def hook_receiver(inbox: Inbox) -> AbstractContextManager[str]:
    """The address that it listens at."""
    return moody_door(inbox, "/hook")
