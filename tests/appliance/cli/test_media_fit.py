"""`matinee media probe` and `convert`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.root import matinee
from lab.hostile_films import SAMPLES, ffmpeg


@pytest.fixture(scope="module")
def hdr(tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = tmp_path_factory.mktemp("film") / "night sky.mp4"
    ffmpeg(*SAMPLES["hdr10.mp4"], film)
    return film


def media(root: Path, *words: object) -> Result:
    line = ["media", *map(str, words)]
    return CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(root)})


def test_probe_says_in_plain_words_whether_it_plays(tmp_path: Path, hdr: Path) -> None:
    (hdr.parent / "night sky.en.srt").write_text("1\n00:00:00,100 --> 00:00:01,000\nStars\n")
    done = media(tmp_path, "probe", hdr, "--board", "pi4")
    assert done.exit_code == 0
    first, *rest = done.stdout.splitlines()
    assert first.startswith("0:02  hevc 10 bit 160x90, 25 pictures a second, PQ")
    assert "no sound" in rest
    assert "Plays with care on a Pi 4." in rest
    assert "subtitles beside: night sky.en.srt, en, 1 cues, utf-8" in rest
    assert rest[-1].startswith("To make it fit: ffmpeg -i ")


def test_probe_prints_one_json_document(tmp_path: Path, hdr: Path) -> None:
    told = json.loads(media(tmp_path, "probe", hdr, "--board", "zero2w", "--json").stdout)
    assert told["facts"]["bit_depth"] == 10
    assert (told["verdict"]["level"], told["verdict"]["board"]) == ("care", "zero2w")
    assert told["line"].startswith("ffmpeg -i ")


def test_a_trial_is_run_here_and_only_here(tmp_path: Path, hdr: Path) -> None:
    assert "times as fast as it runs" in media(tmp_path, "probe", hdr, "--trial").stdout
    elsewhere = media(tmp_path, "probe", hdr, "--trial", "--board", "pi3")
    assert (elsewhere.exit_code, elsewhere.stdout) == (1, "")
    assert "not a Pi 3" in elsewhere.stderr


def test_an_unknown_board_is_named_with_those_that_are_known(tmp_path: Path, hdr: Path) -> None:
    done = media(tmp_path, "probe", hdr, "--board", "pi9")
    assert done.exit_code == 1
    assert "zero2w" in done.stderr


def test_convert_makes_it_fit_beside_the_film(tmp_path: Path, hdr: Path) -> None:
    done = media(tmp_path, "convert", hdr, "--board", "pi3", "-o", tmp_path / "fits.mp4")
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path}/fits.mp4: plays on a Pi 3\n")
    again = media(tmp_path, "probe", tmp_path / "fits.mp4", "--board", "pi3")
    assert "Plays on a Pi 3." in again.stdout
    assert "ffmpeg" not in again.stdout


def test_import_refuses_what_will_not_play_and_converts_it_when_asked(tmp_path: Path) -> None:
    film = tmp_path / "scan.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1", "-c:v", "ffv1", film)
    refused = media(tmp_path / "box", "import", film)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "will not play on" in refused.stderr
    assert "can not decode ffv1" in refused.stderr
    assert media(tmp_path / "box", "import", film, "--convert").exit_code == 0
    listed = json.loads(media(tmp_path / "box", "list", "--json").stdout)
    assert [line["name"] for line in listed] == ["scan.mkv"]


def test_a_damaged_block_is_named(tmp_path: Path, hdr: Path) -> None:
    root = tmp_path / "box"
    assert media(root, "import", hdr).exit_code == 0
    (stored,) = [path for path in (root / "media").glob("*/*") if len(path.name) == 64]
    with stored.open("r+b") as film:
        film.seek(500)
        film.write(b"\0" * 100)
    done = media(root, "verify")
    assert done.exit_code == 1
    assert done.stdout.strip() == "WRONG  night sky.mp4  block 0 of 1"
