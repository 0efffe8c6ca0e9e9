"""A weekend: several venues play their evenings at once into one bucket, and breakfast has all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.clock import RealClock
from appliance.dev.object_store import ObjectStore
from appliance.dev.organiser_keys import way_in
from appliance.paths import Paths
from lab.browser import open_chromium
from lab.free_port import free_pair
from lab.organiser_window import WindowProcess
from provisioning.cloud.bucket_trial import try_bucket
from provisioning.cloud.keys import make_keys
from provisioning.cloud.organiser_folder import Identity, OrganiserFolder

VENUES = (
    ("bar", "The Bar"),
    ("loft", "Loft 3"),
    ("pier", "Pier"),
    ("school", "Old School"),
    ("yard", "Yard"),
)
LONGEST_S = 3600


class Venue:
    """`matinee dev --evening` as a person would type it, for one of the organiser's venues."""

    def __init__(self, box: str, name: str, organiser: Path, home: Path) -> None:
        self.root = home / box
        self.root.mkdir()
        (self.root / "config.toml").write_text(f'[box]\nid = "{box}"\nname = "{name}"\n')
        self.log = (home / f"{box}.log").open("w")
        port = str(free_pair())
        words = [
            "--root",
            str(self.root),
            "--port",
            port,
            "--organiser",
            str(organiser),
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "dev", "--evening", *words],
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def played(self) -> str:
        """Wait for its end; what it said, if it did not play everything."""
        done = self.process.wait(LONGEST_S)
        self.log.close()
        return "" if done == 0 else Path(self.log.name).read_text()[-2000:]


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
    with ObjectStore(tmp_path / "bucket") as store:
        settings = way_in(store, store.organiser)
        try_bucket(settings)
        folder.write_bucket(settings)
        venues = [Venue(box, name, folder.folder, tmp_path) for box, name in wanted]
        assert [said for venue in venues if (said := venue.played())] == []
        with WindowProcess(folder.folder) as window, open_chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(window.opens)
            page.goto(f"{window.address}/live")
            picture = Path(os.environ.get("MATINEE_PICTURES", tmp_path)) / "organiser-live.png"
            seen_at_breakfast(page, len(venues), picture)
