"""The window in Debian's Chromium over a bucket as five venues leave it: every page, and a clip plays."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import RealClock
from appliance.model.sync_view import BoxState, HealthState
from lab.axe import violations
from lab.browser import open_chromium
from lab.organiser_window import WindowProcess
from lab.small_film import make_film
from lab.weekend import EVENT, TITLE, put_clip, put_state, running
from provisioning.cloud.organiser_folder import OrganiserFolder

PAGES = (
    *("/live", "/clips", "/people", "/boxes", "/morning", "/films", "/events/new", "/help/organiser"),
    *("/digest", "/events/format?format=listening-room", "/start/place"),
)
PHONE, DESK = 360, 1280
WIDTHS = (PHONE, DESK) if os.environ.get("MATINEE_ALL_WIDTHS") else (PHONE,)


@pytest.fixture
def weekend(bucket: FolderBucket, tmp_path: Path) -> None:
    """Five venues on a Saturday night, and three clips."""
    now = RealClock().now()
    put_state(bucket, running("bar", "Bar", 62, clips=1), now)
    put_state(bucket, running("loft", "Loft 3", 20, health=HealthState.CARE), now, waiting=7)
    put_state(bucket, running("pier", "Pier", 31), now - timedelta(minutes=4))
    put_state(bucket, running("mill", "Old Mill", 18), now - timedelta(hours=1))
    over = BoxState("yard", "Yard", at="", event=EVENT, title=TITLE, phase="over", attendance=80)
    put_state(bucket, over, now - timedelta(hours=1))
    film, picture = make_film(tmp_path / "clip.mp4", 2), tmp_path / "clip.jpg"
    words = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(film),
        "-vf",
        "hue=h=40:s=2,gblur=20",
        "-frames:v",
        "1",
        str(picture),
    ]
    subprocess.run(words, check=True)
    for minutes, box in enumerate(("bar", "pier", "yard")):
        at = now - timedelta(minutes=minutes)
        put_clip(bucket, box, film.read_bytes(), picture.read_bytes(), at)


@pytest.fixture
def page(folder: OrganiserFolder) -> Iterator[Page]:
    with WindowProcess(folder.folder) as window, open_chromium() as browser:
        context = browser.new_context(
            viewport={"width": DESK, "height": 800}, bypass_csp=True, base_url=window.address
        )
        page = context.new_page()
        page.on("pageerror", lambda fault: pytest.fail(str(fault)))
        page.goto(window.opens)
        yield page


def picture(page: Page, name: str) -> None:
    """For eyes, and for the manual: only where somebody asks for pictures."""
    into = os.environ.get("MATINEE_PICTURES")
    if into:
        page.screenshot(path=Path(into) / f"{name}.png", full_page=True)


@pytest.mark.usefixtures("weekend")
@pytest.mark.timeout(300)
def test_five_venues_and_every_page_of_the_window(page: Page) -> None:
    page.goto("/live")
    expect(page.locator(".venue")).to_have_count(5)
    expect(page.locator(".venue").first).to_contain_text(re.compile(r"62 in · Tide \d:\d\d"))
    for path in PAGES:
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == [], path
            assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"), path
            picture(page, f"organiser{path.partition('?')[0].replace('/', '-')}-{width}")
    page.goto("/clips")
    plays = """v => new Promise(go => {
        v.muted = true; v.ontimeupdate = () => v.currentTime > 0.2 && go(true); v.play() })"""
    assert page.locator("video").first.evaluate(plays)
    page.get_by_role("button", name="Show it to everybody").first.click()
    expect(page.get_by_text("on the public page", exact=True)).to_be_visible(timeout=30_000)
