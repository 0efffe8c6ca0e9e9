"""A till at the other end: it checks signatures, keeps facts by id, and has bad days."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from appliance.sync.till_webhook import SIGNATURE, signature
from lab.moody_door import moody_door


@dataclass
class Books:
    """What the till believes. ``moods``: see ``moody_door``."""

    secret: bytes
    moods: list[str] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: int = 0
    doubles: int = 0
    refused: int = 0

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer. The date is not looked at: this clock is twenty years slow."""
        if not hmac.compare_digest(signature(body, self.secret), headers[SIGNATURE.lower()]):
            self.refused += 1
            return 401
        for fact in json.loads(body)["facts"]:
            self.doubles += fact["id"] in self.facts
            self.facts[fact["id"]] = fact
        return 204

    def totals(self) -> Counter[str]:
        """Money by way, units by drop and size, and how many are in people's hands."""
        found: Counter[str] = Counter()
        claims: dict[str, tuple[str, str]] = {}
        uses: dict[str, int] = {}
        for fact in self.facts.values():
            match fact["kind"]:
                case "paid":
                    found[f"{fact['way']} {fact['currency']}"] += fact["amount_minor"]
                case "drop_claimed":
                    claims[fact["claim"]] = (fact["claim"], f"{fact['drop']}/{fact['variant']}")
                case "part_claimed" if fact["drop"]:
                    claims[fact["piece"]] = (fact["claim"], f"{fact['drop']}/{fact['variant']}")
                case "part_used":
                    uses[fact["use"]] = fact["amount_minor"]
                case "stock_edited":
                    found[f"edited {fact['drop']}/{fact['variant']}"] += fact["units"]
                case "handed_over":
                    found["in hands"] += 1
                case "hand_over_undone" | "returned":
                    found["in hands"] -= 1
        released = {fact["claim"] for fact in self.facts.values() if fact["kind"] == "drop_released"}
        found.update(f"taken {pile}" for claim, pile in claims.values() if claim not in released)
        undone = {fact["use"] for fact in self.facts.values() if fact["kind"] == "part_use_undone"}
        found["spent"] = sum(amount for use, amount in uses.items() if use not in undone)
        return Counter({name: number for name, number in found.items() if number})


def till_receiver(books: Books) -> AbstractContextManager[str]:
    """The address that it listens at; its clock is years slow."""
    return moody_door(books, "/matinee", Date="Tue, 21 Nov 2006 03:00:00 GMT")
