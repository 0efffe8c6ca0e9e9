"""A template of an evening, filled in, and walked through in the simulated show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import HeldClock
from appliance.ids import Sha256
from appliance.manifest import event_manifest
from appliance.manifest.packing_list import PackingList
from appliance.model.event import Event
from appliance.model.programme import Media
from appliance.model.show_view import Phase
from appliance.paths import Paths
from lab.show_house import House
from provisioning import templating

STARTS = "2026-11-27 19:30+01:00"


def filled(template: str, venue: str = "") -> str:
    """The manifest, every hole answered."""
    text = templating.new_evening(template, venue)
    said = {hole.name: f"some-{hole.name}" for hole in templating.open_holes(text)}
    return templating.fill(text, {**said, "title": "An Evening", "starts": templating.when(STARTS)})


def packing(text: str, duration_ms: int = 600_000) -> PackingList:
    """Its films, all of one length."""
    films = event_manifest.check(text).films
    return PackingList(
        "x",
        1,
        tuple(Media(name, Sha256(f"{at:064x}"), 1000, duration_ms) for at, name in enumerate(films, 1)),
    )


@dataclass(frozen=True)
class Moment:
    """An item has just entered."""

    item: str
    filmed: bool
    """Whether the cameras may film the house."""
    open_drops: tuple[str, ...]
    call: str
    """Members are asked for with these words."""


def walk(paths: Paths, template: str) -> Iterator[Moment]:
    """GO after GO to the end; films play by themselves. ``AssertionError`` if it does not end."""
    text, clock = filled(template), HeldClock()
    clock.advance(1800)
    house = House(paths, clock, text, packing=packing(text, 4000))
    try:
        house.load()
        films = {item.id for item in event_manifest.check(text).programme.items if item.is_film}
        for _ in range(80):
            if house.director.view().phase is Phase.OVER:
                return
            view = house.director.view()
            if house.item:
                yield Moment(house.item, house.director.lease().granted, view.open_drops, view.call)
            if house.item in films:
                house.run(5, step_s=1)
            else:
                house.go()
        raise AssertionError(house.item)
    finally:
        house.close()


def checked(template: str) -> Event:
    """What the box makes of it."""
    return event_manifest.check(filled(template))
