from __future__ import annotations

import http.client
import random
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.sync.film_server import FilmServer
from appliance.sync.neighbours import Neighbour, sources_from
from cache.blocks import BLOCK_BYTES, FilmHasher
from cache.fetching import Fetch, Tally
from cache.https_session import Identity
from cache.partial import Partial, Wanted
from cache.reach import Reach
from cache.source_https import HttpsSource
from provisioning.cloud.box_certificates import certify_box

CONTENT = random.Random(3).randbytes(5 * BLOCK_BYTES + 99)  # noqa: S311 a film


def certified(folder: Path, organiser: str, box: str) -> Identity:
    certify_box(folder / organiser, BoxId(box), folder / box)
    return Identity(folder / box / "neighbour.pem", folder / box / "organiser-root.pem")


@pytest.fixture
def wanted() -> Wanted:
    hasher = FilmHasher()
    hasher.update(CONTENT)
    sha256, blocks = hasher.finish()
    return Wanted(sha256, "film.mp4", blocks)


@pytest.fixture
def server(tmp_path: Path, wanted: Wanted) -> Iterator[FilmServer]:
    film = tmp_path / "film"
    film.write_bytes(CONTENT)
    found = {wanted.sha256: film}
    served = FilmServer("127.0.0.1", 0, certified(tmp_path, "organiser", "box-1"), found.get)
    yield served
    served.close()


def fetch(folder: Path, wanted: Wanted, server: FilmServer, identity: Identity | None) -> Tally:
    neighbours = [Neighbour("box-1", "127.0.0.1", server.port)]
    if identity is None:
        url = f"https://127.0.0.1:{server.port}/film/{wanted.sha256}"
        sources = [HttpsSource(url, wanted.size_bytes, RealClock(), Reach.of(["127.0.0.1"]))]
    else:
        sources = sources_from(neighbours, wanted.sha256, wanted.size_bytes, identity, RealClock())  # type: ignore[assignment]
    tally = Tally()
    (folder / "fetching").mkdir(exist_ok=True)
    with Partial(folder / "fetching", wanted) as coming:
        Fetch(coming, sources, None, tally).run()
    return tally


def test_a_box_of_the_same_organiser_gets_the_film(
    tmp_path: Path, wanted: Wanted, server: FilmServer
) -> None:
    (tmp_path / "fetching").mkdir()
    (tmp_path / "fetching" / f"{wanted.sha256}.part").write_bytes(CONTENT[: 2 * BLOCK_BYTES])
    tally = fetch(tmp_path, wanted, server, certified(tmp_path, "organiser", "box-2"))
    assert (tmp_path / "fetching" / f"{wanted.sha256}.part").read_bytes() == CONTENT
    assert tally.kept_bytes == 2 * BLOCK_BYTES
    assert tally.fetched_bytes == len(CONTENT) - 2 * BLOCK_BYTES


@pytest.mark.parametrize("who", ["other organiser", "nobody"])
def test_nobody_else_does(tmp_path: Path, wanted: Wanted, server: FilmServer, who: str) -> None:
    identity = certified(tmp_path, "other", "box-3") if who == "other organiser" else None
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, wanted, server, identity)
    assert caught.value.key in {"source.refused", "source.away"}
    context = ssl.create_default_context(cafile=str(tmp_path / "box-1" / "organiser-root.pem"))
    context.check_hostname = False
    asking = http.client.HTTPSConnection("127.0.0.1", server.port, context=context, timeout=20)
    with pytest.raises(
        (ssl.SSLError, OSError, http.client.HTTPException)
    ):  # TLS 1.3 says it at the first answer
        asking.request("GET", f"/film/{wanted.sha256}")
        asking.getresponse()
    asking.close()


def test_strangers_that_say_nothing_hold_nobody_up(
    tmp_path: Path, wanted: Wanted, server: FilmServer
) -> None:
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
    fetch(tmp_path, wanted, server, certified(tmp_path, "organiser", "box-2"))
    for one in silent:
        one.close()


@pytest.mark.parametrize("path", ["/film/" + "0" * 64, "/film/../../etc/passwd", "/", "/film/"])
def test_what_is_no_film_of_the_store_is_not_given(tmp_path: Path, server: FilmServer, path: str) -> None:
    identity = certified(tmp_path, "organiser", "box-2")
    context = ssl.create_default_context(cafile=str(identity.root))
    context.check_hostname = False
    context.load_cert_chain(identity.own)
    asking = http.client.HTTPSConnection("127.0.0.1", server.port, context=context, timeout=20)
    asking.request("GET", path)
    assert asking.getresponse().status == 404
    asking.close()


def test_keys_are_private(tmp_path: Path) -> None:
    identity = certified(tmp_path, "organiser", "box-1")
    assert identity.own.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "organiser" / "root.key").stat().st_mode & 0o777 == 0o600
