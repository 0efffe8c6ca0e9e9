from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from click.testing import CliRunner

from appliance.cli.root import matinee
from appliance.model.way_words import size_words
from lab.evening import MANIFEST
from lab.small_film import make_film


def test_an_evening_goes_onto_a_stick_signed_and_a_second_time_sends_nothing(tmp_path: Path) -> None:
    evening, stick, keys = tmp_path / "evening", tmp_path / "stick", tmp_path / "keys"
    evening.mkdir()
    stick.mkdir()
    (evening / "event.toml").write_text(MANIFEST, "utf-8")
    make_film(evening / "trailer.mp4", 1)
    make_film(evening / "short.mp4", 2)
    words = ["cloud", "publish", str(evening), "--folder", str(keys)]
    first = CliRunner().invoke(matinee, [*words, "--onto", str(stick)], env={"MATINEE_ROOT": str(tmp_path)})
    assert first.exit_code == 0, first.output
    assert "small-evening is published, version 1: 2 films, 2 new." in first.output
    second = CliRunner().invoke(
        matinee, [*words, "--onto", str(stick), "--json"], env={"MATINEE_ROOT": str(tmp_path)}
    )
    assert json.loads(second.stdout) == {"event": "small-evening", "version": 2, "films": 2, "sent_films": 0}
    for name in ("index.json", "event=small-evening/event.toml", "event=small-evening/packing-list.json"):
        check = ["minisign", "-V", "-p", keys / "publish.pub", "-m", stick / "published" / name]
        subprocess.run(check, check=True, capture_output=True)


def test_whoever_waits_at_a_terminal_sees_how_much_of_each_film_was_sent(tmp_path: Path) -> None:
    evening, stick = tmp_path / "evening", tmp_path / "stick"
    evening.mkdir()
    stick.mkdir()
    (evening / "event.toml").write_text(MANIFEST, "utf-8")
    make_film(evening / "trailer.mp4", 1)
    make_film(evening / "short.mp4", 2)
    ours, theirs = os.openpty()
    words = ["cloud", "publish", str(evening), "--folder", str(tmp_path / "keys"), "--onto", str(stick)]
    publishing = subprocess.Popen(
        [sys.executable, "-m", "appliance", *words],
        env={**os.environ, "MATINEE_ROOT": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # a terminal without writers is an input error
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert publishing.wait() == 0, shown
    size = (evening / "short.mp4").stat().st_size
    assert f"100% {size_words(size)} of {size_words(size)}, ".encode() in shown
    assert re.search(rb"\r +\d\d?% [\d.]+ MB of [\d.]+ MB, [\d.]+ [kMG]B/s, less than a minute left", shown)


def test_a_box_is_certified(tmp_path: Path) -> None:
    words = ["cloud", "certify", "box-1", "--folder", str(tmp_path / "keys"), "--into", str(tmp_path / "out")]
    done = CliRunner().invoke(matinee, words, env={"MATINEE_ROOT": str(tmp_path)})
    assert done.exit_code == 0, done.output
    made = {"neighbour.pem", "organiser-root.pem", "passes.pem", "passes.jwt", "clips.pem"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == made
    assert re.search(r"key:[0-9a-f]{16}\.", done.output)
    chain = [
        "openssl",
        "verify",
        "-CAfile",
        tmp_path / "out" / "organiser-root.pem",
        tmp_path / "out" / "neighbour.pem",
    ]
    subprocess.run(chain, check=True, capture_output=True)
