"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
expect.set_options(timeout=20_000)  # Playwright's own 5 s are short on two cores with three tests at a time


@contextmanager
def open_chromium(*flags: str, program: Path | None = None) -> Iterator[Browser]:
    """One browser, one at a time in a process; ``program`` starts it otherwise than plainly."""
    assert CHROMIUM is not None, "apt-get install chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program or CHROMIUM, args=["--no-sandbox", *flags])
        yield browser
        browser.close()
