"""`matinee door` and `matinee cloud revoke`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from appliance.audience.pass_key import ensure_pass_key, key_id
from appliance.cli.root import matinee
from appliance.clock import HeldClock
from appliance.ids import BoxId
from appliance.paths import Paths
from lab.door_desk import door_box
from lab.organiser_root import PassBox


def said(root: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(matinee, words, env={"MATINEE_ROOT": str(root)})
    return done.exit_code, done.output


def test_a_box_that_ran_already_is_certified_by_the_key_it_prints(paths: Paths, tmp_path: Path) -> None:
    code, printed = said(paths.root, "door", "key")
    assert code == 0
    out = tmp_path / "out"
    words = ("cloud", "certify", "box", "--folder", str(tmp_path / "organiser"), "--into", str(out))
    code, told = said(paths.root, *words, "--pass-key", printed.strip())
    assert code == 0
    assert f"key:{key_id(ensure_pass_key(paths).public_key())}" in told
    assert not (out / "passes.pem").exists()
    for name in ("passes.jwt", "organiser-root.pem"):
        (paths.keys / name).write_bytes((out / name).read_bytes())
    assert "~" in PassBox(paths, BoxId("box")).passes().issue("01J", "e", HeldClock().now())  # type: ignore[arg-type]
    code, told = said(paths.root, *words, "--pass-key", "nonsense")
    assert (code, "no pass key" in told) == (1, True)


def test_withdrawing_signs_a_new_list(tmp_path: Path, paths: Paths) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    words = ("cloud", "revoke", "--folder", str(tmp_path / "organiser"), "--onto", str(stick))
    assert said(paths.root, *words, "key:0123456789abcdef") == (0, "key:0123456789abcdef\n")
    assert said(paths.root, *words, "pass:01J")[1].split() == ["key:0123456789abcdef", "pass:01J"]
    index = json.loads((stick / "published" / "index.json").read_text())
    assert (index["version"], index["revoked"]) == (2, ["key:0123456789abcdef", "pass:01J"])
    assert said(paths.root, *words, "everything")[0] == 1


def test_the_count_is_asked_of_the_portal(paths: Paths) -> None:
    assert door_box(paths, HeldClock()).desk
    code, told = said(paths.root, "door", "status")
    assert (code, "portal" in told) == (1, True)
