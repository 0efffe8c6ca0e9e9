"""Somebody who has never seen it walks through Setup; every field, choice and button is a press."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.clock import RealClock
from appliance.ipc.console_client import ConsoleClient
from appliance.ipc.show_client import ShowClient
from lab.axe import violations
from lab.staff_room import House, until
from provisioning import templating

WORDS = "seven quiet lamps again"
SHOTS = os.environ.get("MATINEE_SHOTS", "")


class Walk:
    """What was pressed, what was seen, and how long it took; every page that was loaded counts."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house, self.address = page, house, house.address
        self.pages = self.presses = 0
        self._clock = RealClock()
        self._began = self._clock.monotonic()
        page.on("pageerror", lambda fault: pytest.fail(str(fault)))
        page.on("framenavigated", self._count)

    def _count(self, _frame: object) -> None:
        self.pages += 1

    @property
    def seconds(self) -> float:
        """Since it began: what the box and the browser took; nobody thinks or types here."""
        return self._clock.monotonic() - self._began

    def write(self, label: str, words: str) -> None:
        self.presses += 1
        self.page.get_by_label(label).first.fill(words)

    def press(self, name: str) -> None:
        self.presses += 1
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()

    def go(self, name: str) -> None:
        """Press what leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            self.press(name)

    def look(self, name: str) -> None:
        """A picture for who wants one; always: nothing wider than the window, and nothing for axe."""
        for width in (1280, 360) if SHOTS else (360,):
            self.page.set_viewport_size({"width": width, "height": 760})
            if SHOTS:
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert violations(self.page) == []


def paired(walk: Walk) -> None:
    """From the address on the projector to the first page of an evening."""
    projector = ConsoleClient(walk.house.paths).first_light().lines[1]
    walk.page.goto(walk.address + "/setup")
    walk.look("pair")
    walk.write("Code", projector.partition("type the code ")[2])
    walk.write("Your passphrase from now on", WORDS)
    walk.write("The same once more", WORDS)
    walk.go("This box is mine")
    expect(walk.page.get_by_role("heading", name="Begin a new one")).to_be_visible()


def written(walk: Walk, template: str, film: Path) -> None:
    """An evening of ``template``, and its film from this computer; then onto the box."""
    title = next(one.title for one in templating.templates() if one.id == template)
    walk.look("begin")
    walk.write("What is it called?", f"My {title}")
    walk.write("When does it begin?", "2026-11-27T20:00")
    walk.presses += 1
    walk.page.locator(f"input[value={template}]").check()
    walk.go("Begin")
    expect(walk.page.get_by_role("heading", name="Still open")).to_be_visible()
    walk.look("open")
    for field in walk.page.locator("[name^=hole-]").all():
        walk.presses += 1
        name = field.get_attribute("name") or ""
        field.fill("salt" if name == "hole-series" else f"The {name.removeprefix('hole-')}")
    walk.presses += 1
    walk.page.get_by_label("Bring a film from this computer").set_input_files(film)
    walk.press("Send it")
    expect(walk.page.locator("#arrivals .chip", has_text="ready")).to_be_visible(timeout=180_000)
    walk.go("Save, and look for films")
    expect(walk.page.locator("[name^=hole-]")).to_have_count(0)
    walk.look("films")
    for choice in walk.page.locator("[name^=film-]").all():
        if choice.input_value() != film.name:
            walk.presses += 1
            choice.select_option(film.name)
    walk.go("Take this evening")
    expect(walk.page.get_by_text("the show stands by with it")).to_be_visible(timeout=180_000)
    walk.look("taken")


def rehearsed(walk: Walk, title: str) -> None:
    """The box looks at itself, its test film is shown, somebody answers; the evening is back by itself."""
    walk.go("Rehearse it")
    expect(walk.page.get_by_role("heading", name="to look at and to listen to")).to_be_visible()
    walk.look("asked")
    walk.go("Show it")
    expect(walk.page.get_by_text("It is on the wall.")).to_be_visible(timeout=300_000)
    for yes in walk.page.get_by_label("Yes").all():
        walk.presses += 1
        yes.check()
    walk.look("answered")
    walk.go("That is what I saw and heard")
    expect(walk.page.get_by_text("to see to before the doors open")).to_be_visible()
    walk.look("rehearsed")

    until(lambda: ShowClient(walk.house.paths).status().title == title)
