"""The command as a person types it: a real process, its exit status, its one sentence."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance
from appliance.store.database import Database

SAMPLE = Path(__file__).parents[3] / "provisioning" / "sample" / "event.toml"


def matinee(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", *words],
        env={**os.environ, "MATINEE_ROOT": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_every_noun_of_the_contract_has_its_help(tmp_path: Path) -> None:
    done = matinee(tmp_path, "--help")
    assert done.returncode == 0
    nouns = set(re.findall(r"^  (\w+) ", done.stdout, re.MULTILINE))
    assert {
        "dev",
        "run",
        "status",
        "doctor",
        "check",
        "reset",
        "event",
        "media",
        "show",
        "clip",
        "cloud",
    } <= nouns


@pytest.mark.parametrize("words", [("nothing",), ("run",), ("run", "cinema"), ("show", "stop"), ("reset",)])
def test_wrong_usage_is_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = matinee(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_refusal_is_1_with_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    done = matinee(tmp_path, "show", "go")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("show is not running")


def test_a_wrong_manifest_is_named_by_line_key_and_remedy(tmp_path: Path) -> None:
    wrong = tmp_path / "event.toml"
    wrong.write_text(SAMPLE.read_text().replace("stock = 12", 'stock = "twelve"'))
    line = wrong.read_text().split('stock = "twelve"')[0].count("\n") + 1
    done = matinee(tmp_path, "event", "check", str(wrong))
    assert done.returncode == 1
    assert f"line {line}, drop[0].stock" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_sample_is_in_order(tmp_path: Path) -> None:
    done = matinee(tmp_path, "event", "check", str(SAMPLE))
    assert (done.returncode, done.stdout) == (
        0,
        "In order: Harbour Lights, Friday 27 November 2026, 20:00; 7 items, 1 drops.\n",
    )


def test_status_says_what_does_not_run_as_one_json_document(tmp_path: Path) -> None:
    done = matinee(tmp_path, "status", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert (told["root"], told["show"], set(told["services"].values())) == (str(tmp_path), None, {False})


def test_an_empty_box_checks_clean(tmp_path: Path) -> None:
    done = matinee(tmp_path, "check", "--json")
    assert (done.returncode, json.loads(done.stdout)["faults"]) == (0, [])


def test_a_damaged_file_of_rows_is_found(tmp_path: Path) -> None:
    paths = Paths(tmp_path).ensure()
    Database.open_owner(paths.database(Service.SYNC), Service.SYNC).close()
    with paths.database(Service.SYNC).open("r+b") as rows:
        rows.seek(4096)
        rows.write(b"\xff" * 4096)
    done = matinee(tmp_path, "check")
    assert done.returncode == 1
    assert "media.db: " in done.stdout


def test_a_broken_film_keeps_its_evening_off_the_box(tmp_path: Path) -> None:
    for film in ("big-buck-bunny-trailer.mp4", "tide.mp4"):
        (tmp_path / film).write_bytes(b"no film at all" * 1000)
    shutil.copy(SAMPLE, tmp_path)
    done = matinee(tmp_path / "box", "event", "load", str(tmp_path / "event.toml"))
    assert done.returncode == 1
    assert "big-buck-bunny-trailer.mp4" in done.stderr.splitlines()[-1]
    assert matinee(tmp_path / "box", "event", "list", "--json").stdout == "[]\n"
    assert matinee(tmp_path / "box", "media", "list", "--json").stdout == "[]\n"
    assert matinee(tmp_path / "box", "check").returncode == 0


def test_what_is_no_film_can_not_be_probed(tmp_path: Path) -> None:
    done = matinee(tmp_path, "media", "probe", str(SAMPLE))
    assert (done.returncode, done.stdout) == (1, "")
    assert "event.toml" in done.stderr


def test_reset_forgets_all_but_what_is_not_the_boxs(tmp_path: Path) -> None:
    paths = Paths(tmp_path).ensure()
    Database.open_owner(paths.database(Service.SHOW), Service.SHOW).close()
    (paths.keys / "pass.pem").write_text("secret")
    paths.config_file.write_text('[box]\nname = "Ours"\n')
    (tmp_path / "notes.txt").write_text("mine")
    assert matinee(tmp_path, "reset", "--yes").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_reset_is_refused_while_anything_runs(tmp_path: Path) -> None:
    paths = Paths(tmp_path).ensure()
    (paths.keys / "pass.pem").write_text("secret")
    with only_instance(paths, Service.PORTAL):
        done = matinee(tmp_path, "reset", "--yes")
    assert done.returncode == 1
    assert "portal is already running here" in done.stderr
    assert (paths.keys / "pass.pem").exists()


def test_a_service_whose_settings_are_wrong_says_so_and_ends(tmp_path: Path) -> None:
    Paths(tmp_path).ensure().config_file.write_text("[portal]\nport = 0\n")
    done = matinee(tmp_path, "run", "sync")
    assert done.returncode == 1
    assert "config.toml can not be used" in done.stderr
