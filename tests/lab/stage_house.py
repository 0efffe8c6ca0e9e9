"""A stage and everything under it, simulated, on a held clock."""

from __future__ import annotations

from functools import partial

import pytest

from appliance.clock import HeldClock
from appliance.model.picture import Card, Film, Screen
from appliance.model.programme import CardLayout
from appliance.player.card_wall import CardWall
from appliance.player.display import Slot
from appliance.player.display_simulated import DisplaySimulated
from appliance.player.engine_simulated import EngineSimulated
from appliance.player.live_simulated import LiveSimulated
from appliance.player.slots import Slots
from appliance.player.stage import Stage

IDLE = Card("idle", CardLayout.IDLE, "Matinee")
AFTER = Card("after", CardLayout.CLOSING, "Thank you")


class House:
    """A stage and everything under it, 20 ms at a time."""

    def __init__(self) -> None:
        self.clock = HeldClock()
        self.display = DisplaySimulated()
        self.engines = {slot: self._engine(slot) for slot in Slot}
        self.live = {slot: LiveSimulated(self.clock, partial(self.display.draw, slot)) for slot in Slot}
        self.rung = 0
        self.slots = Slots(self.display, self.engines, self.clock, live=self.live)
        wall = CardWall(self.display, self.clock)
        self.stage = Stage(self.display, self.slots, wall, self.clock, self._ring)

    def _engine(self, slot: Slot) -> EngineSimulated:
        engine = EngineSimulated(self.clock, lambda: self.display.draw(slot))
        engine.durations_ms.update({"/a": 4_000, "/b": 5_000, "/long": 600_000})
        engine.broken.add("/broken")
        return engine

    def _ring(self) -> None:
        self.rung += 1

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 50)):
            self.clock.advance(0.02)
            self.stage.tick()
            assert self.display.seen is not None

    @property
    def seen_engine(self) -> EngineSimulated:
        assert isinstance(self.display.seen, Slot)
        return self.engines[self.display.seen]


def film(path: str, token: str = "", **more: object) -> Film:
    return Film(token or path, path, path, **more)  # type: ignore[arg-type]


@pytest.fixture
def house() -> House:
    house = House()
    house.stage.show(Screen(IDLE))
    return house
