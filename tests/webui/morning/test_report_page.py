"""The report as a page: what a funder is shown."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page

from appliance.cli.root import matinee
from lab.axe import violations
from lab.browser import open_chromium
from lab.hasty_folder import HastyFolder
from lab.season import Season
from provisioning.cloud.figures import Figures
from provisioning.cloud.report import report
from webui.morning.report_page import report_page


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    folder = tmp_path_factory.mktemp("season")
    bucket = HastyFolder(folder / "bucket")
    Season(bucket, seed=5).play(10)
    bucket.put(
        "boxes/box=venue-0/state.json",
        b'{"box":"venue-0","name":"<img src=x onerror=alert(1)> Bar","at":"2026-03-06T19:00:00.000Z"}',
    )
    return report(bucket, folder / "cache")


def test_one_file_without_script_and_without_anything_from_elsewhere(figures: Figures) -> None:
    text = report_page(figures, "</title><script>alert(1)</script>")
    tags = _Tags()
    tags.feed(text)
    names = {name for name, _ in tags.seen}
    assert not names & {"script", "link", "iframe", "img", "object", "embed", "form"}
    attributes = {key for _, held in tags.seen for key in held}
    assert not [key for key in attributes if key.startswith("on") or key in {"src", "href"}]
    assert "url(" not in text
    assert "@import" not in text
    assert "Late &lt;circuit&gt; &amp; friends" in text


def test_the_figures_of_the_page_are_those_that_were_counted(figures: Figures) -> None:
    text = report_page(figures)
    everything = figures.groups.all
    for number in (everything.came, everything.signed_up, everything.claims, everything.nps.answers):
        assert f"{number:,}".replace(",", "\u202f") in text
    assert f"{everything.revenue['EUR'] / 100:.2f} EUR" in text
    assert text.count("<svg") >= 4


def test_nothing_yet_is_said_kindly(tmp_path: Path) -> None:
    assert "Nothing has arrived" in report_page(report(HastyFolder(tmp_path / "b"), tmp_path / "c"))


def _look(page: Page, path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path.as_uri())
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widths = page.evaluate("[...document.querySelectorAll('tbody th')].map(one => one.clientWidth)")
    assert min(widths) >= 80, "no column of one letter a line"


def test_axe_finds_nothing_on_a_phone_and_on_a_desk_and_it_prints_on_white(
    figures: Figures, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_page(figures, "Harbour Film Club"), "utf-8")
    with open_chromium() as chromium:
        page = chromium.new_page()
        for width in (360, 1280):
            _look(page, path, width)
        page.emulate_media(media="print")
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
        assert violations(page) == []
        assert page.pdf().startswith(b"%PDF")


def test_as_a_person_types_it(tmp_path: Path) -> None:
    Season(HastyFolder(tmp_path / "bucket"), seed=6).play(2)
    own = tmp_path / "own"
    own.mkdir()
    (own / "bucket.toml").write_text(f'[bucket]\nfolder = "{tmp_path}/bucket"\n')
    line = ["cloud", "report", "--folder", str(own), "--title", "Spring"]
    page = tmp_path / "spring.html"
    done = CliRunner().invoke(matinee, [*line, "--page", str(page)], env={"MATINEE_ROOT": str(tmp_path)})
    assert (done.exit_code, done.stdout) == (0, f"The page is in {page}.\n")
    assert "<h1>Spring</h1>" in page.read_text("utf-8")
    shown = CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(tmp_path)})
    assert "All together" in shown.stdout
    nowhere = CliRunner().invoke(
        matinee, [*line, "--page", str(tmp_path / "no" / "x.html")], env={"MATINEE_ROOT": str(tmp_path)}
    )
    assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (1, 1)
