"""Rules and sets in memory: what is changed is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from appliance.network.rules import Change, Put, Rules, Sets


class SimulatedRules:
    """Sets without a clock: seconds stand still."""

    def __init__(self) -> None:
        """No rules."""
        self.rules: Rules | None = None
        self.held = Sets()
        self.was_cut: list[str] = []

    def ensure(self, rules: Rules | None) -> bool:
        """Take them over; without rules the sets are gone."""
        news = rules != self.rules
        self.rules = rules
        if rules is None:
            self.held = Sets()
        return news

    def sets(self) -> Sets:
        """As they were changed."""
        return self.held

    def change(self, changes: Iterable[Change]) -> None:
        """One after the other."""
        for change in changes:
            name = change.into if isinstance(change, Put) else change.out_of
            members: dict[Any, int] = dict(getattr(self.held, name))
            if isinstance(change, Put):
                members[change.element] = change.seconds
            else:
                members.pop(change.element, None)
            self.held = replace(self.held, **{name: members})

    def cut(self, address: str) -> None:
        """Note it."""
        self.was_cut.append(address)
