"""Addresses typed into the real portal are nowhere in clear: neither in files, nor in logs, nor in a core."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from appliance.ids import new_secret
from appliance.paths import Paths
from appliance.sealing_age import AgeSealer
from appliance.store.audience_rows import AudienceRows
from lab import canaries
from lab.audience import SAMPLE, Evening, Phone, agreed
from lab.canaries import Canary
from lab.portal_process import Box, running


def _typed(box: Box, canary: Canary) -> int:
    form = {"nonce": new_secret(), "name": canary.name, "email": canary.email, "news": "yes"}
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=60)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Canarybrowser/1.0"}
    connection.request("POST", "/join", urlencode(form | agreed(box.evening.event)), kind)
    status = connection.getresponse().status
    connection.close()
    return status


def _seen(paths: Paths, said: bytes, many: list[Canary], *, deep: bool) -> list[str]:
    known = canaries.fingerprints(many)
    found = [f"log: {sight}" for sight in canaries.sightings(said)]
    for path, data in canaries.files_under(paths.root):
        found += [f"{path.name}: {sight}" for sight in canaries.sightings(data, deep=deep)]
        found += [f"{path.name}: hash {token!r}" for token in canaries.hashed_sightings(data, known)]
    return found


def _searched(paths: Paths, count: int, *, deep: bool) -> None:
    box = Box.prepared(paths, SAMPLE.read_text())
    many = [Canary(number) for number in range(count)]
    with running(box) as portal:
        with ThreadPoolExecutor(8) as phones:
            assert set(phones.map(lambda canary: _typed(box, canary), many)) == {303}
        _typed(box, Canary(0))
        assert paths.root.joinpath("audience.db-wal").stat().st_size > 0
        alive = _seen(paths, b"", many, deep=False)
        portal.terminate()
        assert portal.stderr is not None
        said = portal.stderr.read()
    assert alive == []
    assert AudienceRows.reader(paths).counts(box.event).signed_up == count + 1
    assert _seen(paths, said, many, deep=deep) == []


def test_five_hundred_addresses_are_nowhere_in_clear(paths: Paths) -> None:
    _searched(paths, 500, deep=False)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_addresses_are_nowhere_in_clear(paths: Paths) -> None:
    _searched(paths, 10_000, deep=True)


@pytest.mark.parametrize("disguise", canaries.planted())
def test_the_search_sees_through_every_disguise(disguise: str) -> None:
    assert list(canaries.sightings(b"\0\1" * 50 + canaries.planted()[disguise] + b"\xff" * 50, deep=True))


def test_the_search_knows_plain_hashes() -> None:
    known = canaries.fingerprints([Canary(3)])
    for token in known:
        assert canaries.hashed_sightings(b"x='" + token + b"';", known)


@pytest.mark.parametrize("leak", ["plain", "base64"])
def test_a_box_that_does_not_seal_is_caught(
    phone: Phone, evening: Evening, paths: Paths, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    assert evening
    seal = {
        "plain": lambda _self, plain: plain.decode(),
        "base64": lambda _self, plain: b64encode(plain).decode(),
    }
    monkeypatch.setattr(AgeSealer, "seal", seal[leak])
    phone.join(name=Canary(1).name, email=Canary(1).email)
    assert _seen(paths, b"", [Canary(1)], deep=False)


def test_a_process_that_crashes_leaves_no_core(tmp_path: Path) -> None:
    code = (
        "import os, resource, signal; from appliance.runtime.memory import keep_out_of_cores\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)\n"
        "keep_out_of_cores(); os.kill(os.getpid(), signal.SIGSEGV)"
    )
    home = {"PYTHONPATH": str(Path(__file__).parents[3])}
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, env=home)
    assert ended.returncode == -signal.SIGSEGV
    assert list(tmp_path.iterdir()) == []


def test_the_portals_process_has_no_core(paths: Paths) -> None:
    box = Box.prepared(paths, SAMPLE.read_text())
    with running(box) as portal:
        limits = Path(f"/proc/{portal.pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0", limits)
