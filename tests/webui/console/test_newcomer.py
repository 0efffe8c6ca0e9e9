"""A newcomer's walk in Chromium: from a box that nobody has to a rehearsed evening; all pages are counted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from appliance.model.rehearsal import ASKED
from appliance.paths import Paths
from lab.browser import open_chromium
from lab.newcomer import Walk, paired, rehearsed, written
from lab.small_film import make_film
from lab.staff_room import House, new_house
from lab.sync_process import SyncProcess
from provisioning import templating
from provisioning.draft_state import look
from provisioning.rehearsal_film import FILM

MOST_PAGES, MOST_PRESSES = 12, 40
QUESTIONS_WITHOUT_LAMPS = len(ASKED) - 1
FORMATS = [one.id for one in templating.templates()]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("newcomer") / "tide.mp4", 2)


@pytest.fixture
def house(paths: Paths) -> Iterator[House]:
    """A box that came out of its carton: nobody has it, nothing is on its card."""
    with new_house(paths) as house, SyncProcess(paths):
        yield house


@pytest.fixture
def walk(chromium: Browser, house: House) -> Iterator[Walk]:
    context = chromium.new_context(viewport={"width": 360, "height": 760}, bypass_csp=True)
    yield Walk(context.new_page(), house)
    context.close()


def reckoned(template: str) -> int:
    """Presses of a whole walk: code, passphrase twice, go; name, day, format, go; file, send, look; …"""
    text = templating.new_evening(template, "", {"title": "A", "starts": templating.when("2026-11-27T20:00")})
    state = look(text)
    assert state.event is not None
    films = len(state.event.films)
    pair, begin, bring, take, rehearse = 4, 4, 3, 1, 2 + QUESTIONS_WITHOUT_LAMPS + 1
    return pair + begin + len(state.open) + bring + (films if films > 1 else 0) + take + rehearse


@pytest.mark.parametrize("template", FORMATS)
def test_no_format_asks_for_more_presses_than_somebody_has_patience_for(template: str) -> None:
    """Reckoned from the format itself; the walks, which count, agree with it."""
    assert reckoned(template) <= MOST_PRESSES


def walked(walk: Walk, template: str, film: Path) -> str:
    """All of it; this box has neither player nor front door: the rehearsal names both, all else is well."""
    title = next(one.title for one in templating.templates() if one.id == template)
    paired(walk)
    written(walk, template, film)
    rehearsed(walk, f"My {title}")
    chips = walk.page.locator("li", has=walk.page.locator(".chip.bad")).locator("b").all_inner_texts()
    assert set(chips) <= {"The projector", "Pages as phones see them", "Camera"}
    assert "The player does not answer" in walk.page.locator("main").inner_text()
    assert walk.pages <= MOST_PAGES
    assert walk.presses == reckoned(template)
    return f"| {template} | {walk.pages} | {walk.presses} | {walk.seconds:.0f} s |\n"


def test_a_newcomer_pairs_writes_takes_and_rehearses_an_evening(walk: Walk, house: House, film: Path) -> None:
    """The test film lies there already; in the long form the box makes it."""
    ready = house.paths.derived / "rehearsal" / FILM
    ready.parent.mkdir(parents=True)
    ready.write_bytes(film.read_bytes())
    walked(walk, "listening-room", film)


@pytest.mark.soak
@pytest.mark.parametrize("template", FORMATS)
def test_from_every_template(walk: Walk, film: Path, template: str) -> None:
    sys.stdout.write(walked(walk, template, film))  # the rows of the README's table: -rP shows them
