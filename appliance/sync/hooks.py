"""Webhooks: programs of the organiser's own (CRM, automation) hear of what happens, one fact a delivery."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from appliance.clock import Clock
from appliance.config import Config, HookTable
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.store.outbox import OutboxMessage
from appliance.store.outboxes import OWNERS
from appliance.sync.fact_feed import FactFeed
from appliance.sync.hook_standard import StandardWebhook
from appliance.sync.steady import Steady

POLL_S = 2.0
_LARGE = frozenset({"clip_registered"})
"""Long lists of numbers that only the registry of clips reads: told only to who names it."""
FOLDER = "hooks"


def make_hooks(paths: Paths, config: Config, clock: Clock) -> list[Steady]:
    """The threads that tell, not started, one for each of ``[[hooks]]``.

    Raises ``hooks.same_name``, ``hooks.not_https`` or ``hooks.bad_secret``.
    """
    names = [table.name for table in config.hooks]
    for name in names:
        if names.count(name) > 1:
            raise MatineeError("hooks.same_name", name=name)
    return [
        Steady(f"webhook {table.name}", _step(paths, table, clock), clock, POLL_S) for table in config.hooks
    ]


def wants(table: HookTable, kind: str) -> bool:
    """Tell whether facts of ``kind`` are told there: as named, ``*`` for any letters; unnamed, nearly all."""
    if not table.facts:
        return kind not in _LARGE
    return any(fnmatchcase(kind, pattern) for pattern in table.facts)


def _step(paths: Paths, table: HookTable, clock: Clock) -> Callable[[], bool]:
    hook = StandardWebhook(table, clock)

    def tell(facts: tuple[OutboxMessage, ...]) -> None:
        for fact in facts:
            hook.deliver(fact)

    folder = paths.root / FOLDER
    folder.mkdir(exist_ok=True)

    def feed_of(owner: Service) -> FactFeed:
        note = folder / f"{table.name}-{owner}.json"
        return FactFeed(paths, owner, note, lambda kind: wants(table, kind), tell, at_once=1)

    feeds = [feed_of(owner) for owner in OWNERS]
    for feed in feeds:
        feed.from_now_on()

    def step() -> bool:
        did, refused = False, None
        for feed in feeds:  # each has its turn, whatever the program says to another's facts
            try:
                did = feed.step() or did
            except MatineeError as fault:
                refused = fault
        if refused is not None:
            raise refused
        return did

    return step
