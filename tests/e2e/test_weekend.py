"""A weekend: several venues play their evenings at once into one bucket, and breakfast has all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.clock import RealClock
from appliance.dev.object_store import ObjectStore
from appliance.dev.organiser_keys import way_in
from appliance.paths import Paths
from appliance.player import virtual_screen
from e2e.box import eventually, typed
from lab.browser import open_chromium
from lab.films import make_counter_film
from lab.free_port import free_pair
from lab.organiser_window import WindowProcess
from provisioning.cloud.bucket_trial import try_bucket
from provisioning.cloud.keys import make_keys
from provisioning.cloud.organiser_folder import Identity, OrganiserFolder

PLAN = Path(__file__).with_name("weekend.toml")
VENUES = (
    ("bar", "The Bar"),
    ("loft", "Loft 3"),
    ("pier", "Pier"),
    ("school", "Old School"),
    ("yard", "Yard"),
)
LONGEST_S = 1800
SMALL = (640, 360)
"""Pixels of the film and of each screen: five projectors on one small computer."""


class Venue:
    """`matinee dev --evening` as a person would type it, for one of the organiser's venues."""

    def __init__(self, box: str, name: str, organiser: Path, home: Path) -> None:
        self.name = name
        self.root = home / box
        self.root.mkdir()
        self._organiser = organiser
        self._screen = virtual_screen.start(SMALL)
        (self.root / "config.toml").write_text(
            f'[box]\nid = "{box}"\nname = "{name}"\n\n[display]\nname = "{self._screen.name}"\n\n'
            "[capture]\npre_roll_s = 3.0\npost_roll_s = 2.0\n"
        )
        self.log = home / f"{box}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self, film: Path) -> None:
        """The evening is on the box before its doors open."""
        here = self.root.with_name(f"{self.root.name}-evening")
        here.mkdir()
        (here / film.name).hardlink_to(film)
        (here / "event.toml").write_text(PLAN.read_text().replace("VENUE", self.name))
        typed(self.root, "event", "load", str(here / "event.toml")).check_returncode()

    def open(self) -> None:
        """Begin, and return when the house is open: the next one then has the processor for its own start."""
        words = ["dev", "--evening", "--root", str(self.root), "--port", str(free_pair())]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "appliance", *words, "--organiser", str(self._organiser)],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        eventually(lambda: "on screen: " in self._said() or self._process_ended(), LONGEST_S)

    def played(self) -> str:
        """Wait for its end; what it said, if it did not play everything."""
        assert self._process is not None
        return "" if self._process.wait(LONGEST_S) == 0 else self._said()[-2000:]

    def close(self) -> None:
        """Whatever happened, nothing is left."""
        if self._process is not None and self._process_ended() is False:
            self._process.terminate()
            self._process.wait(60)
        self._screen.close()

    def _said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def _process_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None


def seen_at_breakfast(page: Page, venues: int, picture: Path) -> None:
    expect(page.locator(".venue")).to_have_count(venues, timeout=30_000)
    expect(page.locator(".clip").first).to_be_visible()
    for venue in page.locator(".venue").all():
        expect(venue).to_contain_text("16 in")
    page.screenshot(path=picture, full_page=True)


@pytest.mark.soak
@pytest.mark.timeout(LONGEST_S + 300)
def test_five_venues_are_on_one_page_with_their_clips(tmp_path: Path) -> None:
    wanted = VENUES[: int(os.environ.get("MATINEE_VENUES", len(VENUES)))]
    folder = OrganiserFolder(tmp_path / "organiser", Paths(tmp_path / "no-box"))
    make_keys(folder.folder, RealClock())
    folder.write_identity(Identity("Harbour Film Club", sheet_kept=True))
    film = make_counter_film(tmp_path / "tide.mp4", 1, 20, size=SMALL)
    with ObjectStore(tmp_path / "bucket") as store, ExitStack() as closing:
        settings = way_in(store, store.organiser)
        try_bucket(settings)
        folder.write_bucket(settings)
        venues = []
        for box, name in wanted:
            venues.append(Venue(box, name, folder.folder, tmp_path))
            closing.callback(venues[-1].close)
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(lambda venue: venue.prepare(film), venues))
        for venue in venues:
            venue.open()
        assert [said for venue in venues if (said := venue.played())] == []
        with WindowProcess(folder.folder) as window, open_chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(window.opens)
            page.goto(f"{window.address}/live")
            picture = Path(os.environ.get("MATINEE_PICTURES", tmp_path)) / "organiser-live.png"
            seen_at_breakfast(page, len(venues), picture)
