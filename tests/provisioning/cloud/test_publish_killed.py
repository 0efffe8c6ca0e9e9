"""The window is killed while a film's bytes are on their way: it goes on where they stopped."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
import requests

from appliance.bucket.layout import content_key
from appliance.bucket.opening import open_bucket
from appliance.clock import RealClock
from appliance.dev.object_store import ObjectStore
from appliance.ids import Sha256, new_id
from appliance.paths import Paths
from lab.fault_proxy import FaultProxy, Faults
from lab.object_store_fixture import object_store, organiser_settings
from lab.organiser_window import WindowProcess
from lab.small_film import make_film
from lab.staff_room import until
from provisioning.cloud.film_parts import PART_BYTES
from provisioning.cloud.keys import make_keys
from provisioning.cloud.organiser_folder import Identity, OrganiserFolder

__all__ = ["object_store"]
EVENT = """\
matinee = 1
[event]
id = "night"
title = "Night"
starts = 2026-12-04T20:00:00+01:00
[venue]
name = "The Bar"
[organiser]
name = "Harbour Film Club"
[[item]]
id = "film"
kind = "feature"
title = "Tide"
film = "tide.mp4"
"""


def let_in(window: WindowProcess) -> tuple[requests.Session, str]:
    """A browser that was let in, and the token of its forms."""
    browser = requests.Session()
    page = browser.get(window.opens, timeout=30).text
    return browser, page.partition('name="csrf" value="')[2].partition('"')[0]


@pytest.mark.timeout(180)
def test_a_film_goes_on_after_its_last_whole_part(object_store: ObjectStore, tmp_path: Path) -> None:
    settings = organiser_settings(object_store, new_id())
    folder = OrganiserFolder(tmp_path / "organiser", Paths(tmp_path / "no-box"))
    make_keys(folder.folder, RealClock())
    folder.write_identity(Identity("Harbour Film Club", sheet_kept=True))
    folder.films.mkdir()
    film = make_film(folder.films / "tide.mp4", 2)
    with film.open("ab") as more:  # what stands behind a film's last box is passed over by every player
        more.write((3 * PART_BYTES).to_bytes(4, "big") + b"free" + os.urandom(3 * PART_BYTES - 8))
    (folder.events / "night").mkdir(parents=True)
    (folder.events / "night" / "event.toml").write_text(EVENT)
    port = urlsplit(settings.endpoint).port
    assert port is not None
    with FaultProxy(port, Faults(bytes_per_s=6e6)) as line, WindowProcess(folder.folder) as window:
        folder.write_bucket(msgspec.structs.replace(settings, endpoint=f"http://127.0.0.1:{line.port}"))
        browser, csrf = let_in(window)
        browser.post(f"{window.address}/events/night/publish", data={"csrf": csrf}, timeout=30)
        until(lambda: any((folder.folder / "going-up").glob("*.json")))
        window.kill()
        line.reset_all()  # what lies in buffers is not sent on
        sent = line.seen.up_bytes
        line.faults = Faults()
        window.start()
        browser, _ = let_in(window)
        until(lambda: "Version 1 is out" in browser.get(window.address, timeout=30).text)
        assert line.seen.up_bytes - sent < film.stat().st_size - PART_BYTES + (1 << 20)
    bucket = open_bucket(settings)
    assert bucket is not None
    (content,) = [found for found in bucket.list("published/content/") if found.size_bytes > PART_BYTES]
    assert content.size_bytes == film.stat().st_size
    assert content.key == content_key(Sha256(sha256(film.read_bytes()).hexdigest()))
    assert bucket.get(content.key) == film.read_bytes()
    assert list((folder.folder / "going-up").iterdir()) == []
