"""The house stands as its plan says."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {"appliance", "cache", "provisioning", "systemd", "webui", "tests", "image-build"}
SMALL_FILES = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "README.md",
    "pyproject.toml",
}


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()


def test_the_top_level_is_the_owners_card_and_the_usual_small_files() -> None:
    assert {path.split("/")[0] for path in tracked()} <= FOLDERS | SMALL_FILES


def test_every_folder_of_the_card_says_what_lives_there() -> None:
    assert [folder for folder in FOLDERS if not (ROOT / folder / "README.md").is_file()] == []


def test_wall_time_is_asked_for_in_one_place() -> None:
    asks = re.compile(r"\btime\.time\(|datetime\.now\(|datetime\.utcnow\(|\bdate\.today\(")
    found = [
        path
        for path in tracked()
        if path.endswith(".py") and not path.startswith("tests/") and path != "appliance/clock.py"
        if asks.search((ROOT / path).read_text("utf-8"))
    ]
    assert found == []


AT_HOME = {
    "argon2": "webui/console/passphrase.py",
    "charset_normalizer": "cache/subtitles_beside.py",
    "diskcache": "cache/derived.py",
    "duckdb": "provisioning/cloud/facts_duckdb.py",
    "gunicorn": "webui/serving.py",
    "iso4217": "appliance/model/money.py",
    "jeepney": "appliance/network/venue_wifi_nm.py",
    "markdown_it": "webui/help/__init__.py",
    "minisign": "appliance/manifest/signing_minisign.py",
    "picamera2": "appliance/capture/camera_picamera.py",
    "pyrage": "appliance/sealing_age.py",
    "pythonosc": "appliance/show/osc_pythonosc.py",
    "sacn": "appliance/show/lights_sacn.py",
    "sqlite_utils": "appliance/store/salvage.py",
    "vlc": "appliance/player/library_vlc.py",
    "vobject": "provisioning/cloud/contacts_vcard.py",
    "zxcvbn": "webui/console/good_passphrase.py",
}
"""The one file that knows the technology; all others know the role."""


def test_a_technology_is_known_to_one_file() -> None:
    imports = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
    found = [
        (name, path)
        for path in tracked()
        if path.endswith(".py") and not path.startswith("tests/")
        for name in imports.findall((ROOT / path).read_text("utf-8"))
        if name in AT_HOME
    ]
    assert sorted(set(found)) == sorted(AT_HOME.items())


ONE_THREAD_DECODES = {
    "appliance/capture/cut.py": "clips are found again before any thread runs",
    "appliance/dev/films_kept.py": "a command",
    "appliance/dev/object_store_settings.py": "a command",
    "appliance/dev/operator.py": "a command",
    "appliance/player/mishaps.py": "read once, at the start",
    "cache/probe_child.py": "a child that does this alone",
    "cache/stick.py": "each kind by the thread that asks the stick",
    "provisioning/cloud/people.py": "a command",
}


def test_types_are_not_met_by_two_threads_at_once() -> None:
    """msgspec 0.22 crashes then: decoders are made at import, or by ``appliance/ipc/codec.py``."""
    meets = re.compile(r"\bjson\.decode\((?:[^()]|\([^()]*\))*\btype=")
    found = {
        path
        for path in tracked()
        if path.endswith(".py") and not path.startswith("tests/")
        if meets.search((ROOT / path).read_text("utf-8"))
    }
    assert found == ONE_THREAD_DECODES.keys()


def test_links_in_the_readmes_lead_somewhere() -> None:
    links = [
        (path, link)
        for path in tracked()
        if path.endswith(".md")
        for link in re.findall(r"\]\(([^)#\s]+)", (ROOT / path).read_text("utf-8"))
        if "://" not in link
    ]
    dead = [(path, link) for path, link in links if not (ROOT / path).parent.joinpath(link).exists()]
    assert dead == []


def test_no_figure_of_the_readme_is_still_to_be_filled_in() -> None:
    assert re.findall(r"@[A-Z_]+@", (ROOT / "README.md").read_text("utf-8")) == []


def test_every_line_that_a_pyproject_ignores_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("ignore = [")
    end = lines.index("]", start)
    assert [line for line in lines[start + 1 : end] if "#" not in line] == []
    tomllib.loads("\n".join(lines))
