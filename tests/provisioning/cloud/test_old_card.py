"""An old card with folders that can not be read any more: what is lost is named, and the rest comes over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.paths import Paths

_CARRY = """
import json, sys
from pathlib import Path
from appliance.paths import Paths
from provisioning.cloud.old_card import carry_over
old, new = (Paths(Path(place)) for place in sys.argv[1:])
done = carry_over(old, new.ensure(), lambda _: None)
print(json.dumps({"lost": done.lost, "files": done.files}))
"""
_NOT_ALMIGHTY = (
    *("setpriv", "--bounding-set=-dac_override,-dac_read_search"),
    *("--inh-caps=-dac_override,-dac_read_search", "--"),
)
"""Root that may not read what nobody may: as a card that gives no listing."""


def carried(old: Path, new: Path) -> dict[str, object]:
    command = [
        *(_NOT_ALMIGHTY if os.geteuid() == 0 else ()),
        sys.executable,
        "-c",
        _CARRY,
        str(old),
        str(new),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("unreadable", ["clips", "clips/night", "events", "events/friday", "media"])
def test_a_folder_that_gives_no_listing_is_named_and_the_rest_comes_over(
    tmp_path: Path, unreadable: str
) -> None:
    old = Paths(tmp_path / "old").ensure()
    for name in ("clips/night/one.mp4", "clips/two.mp4", "keys/pass.key"):
        (old.root / name).parent.mkdir(parents=True, exist_ok=True)
        (old.root / name).write_text(name)
    (old.events / "friday").mkdir(parents=True)
    (old.root / unreadable).chmod(0)
    try:
        done = carried(old.root, tmp_path / "new")
    finally:
        (old.root / unreadable).chmod(0o700)
    assert unreadable.rpartition("/")[2] in str(done["lost"])
    assert (tmp_path / "new" / "keys" / "pass.key").read_text() == "keys/pass.key"
    assert (tmp_path / "new" / "clips" / "two.mp4").exists() == (unreadable != "clips")
