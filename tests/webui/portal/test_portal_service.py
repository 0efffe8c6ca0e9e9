"""The portal as a real process behind gunicorn."""

from __future__ import annotations

import json
import re
import signal
import socket
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from appliance.ids import new_secret
from appliance.manifest import event_manifest
from appliance.paths import Paths, Service
from appliance.sealing_age import open_sealed
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Lane, messages_after
from lab.audience import SAMPLE, agreed
from lab.portal_process import Box, running

EVENT = "harbour-lights"
AGREED = agreed(event_manifest.check(SAMPLE.read_text()))


@pytest.fixture
def box(paths: Paths) -> Box:
    return Box.prepared(paths, SAMPLE.read_text())


def _nonce(url: str) -> str:
    page = requests.get(url, timeout=20).text
    match = re.search(r'name="nonce" value="([^"]+)"', page)
    assert match
    return match[1]


def _join(url: str, number: int, nonce: str) -> str | None:
    """The pass page of sign-up ``number`` if it was acknowledged."""
    typed = {"name": f"n{number}", "email": f"n{number}@example.org"}
    fields = {"nonce": nonce, **typed, **AGREED}
    try:
        answer = requests.post(f"{url}/join", fields, allow_redirects=False, timeout=20)
    except requests.RequestException:
        return None
    return answer.headers["Location"].partition("?")[0] if answer.status_code == 303 else None


def _people(box: Box) -> list[str]:
    rows = AudienceRows.reader(box.paths)
    sealed = [json.loads(m.body)["sealed"] for m in messages_after(rows.database, Lane.PEOPLE, 0, 10_000)]
    assert all(b64decode(text).startswith(b"age-encryption.org/v1") for text in sealed)
    return [json.loads(open_sealed(text, box.secret))["name"] for text in sealed]


def test_a_hundred_at_once_are_all_saved_and_nobody_twice(box: Box) -> None:
    with running(box), ThreadPoolExecutor(100) as many:
        nonces = list(many.map(lambda _: _nonce(box.url), range(100)))
        passes = list(many.map(lambda n: _join(box.url, n, nonces[n]), range(100)))
        assert None not in passes
        assert len(set(passes)) == 100
    assert sorted(_people(box)) == sorted(f"n{n}" for n in range(100))


def test_kill_9_amid_sign_ups_loses_nothing_that_was_acknowledged(box: Box) -> None:
    with ThreadPoolExecutor(100) as many:
        with running(box) as process:
            nonces = [new_secret() for _ in range(100)]
            sent = [many.submit(_join, box.url, n, nonces[n]) for n in range(100)]
            done = iter(sent)
            for _ in range(10):
                next(done).result()
            process.kill()
            process.wait(20)
            before = [future.result() for future in sent]
        acknowledged = [n for n, page in enumerate(before) if page is not None]
        with running(box):
            assert {f"n{n}" for n in acknowledged} <= set(_people(box))
            again = list(many.map(lambda n: _join(box.url, n, nonces[n]), range(100)))
            for n in acknowledged:
                assert again[n] == before[n]
                assert requests.get(box.url + str(before[n]), timeout=20).status_code == 200
    assert sorted(_people(box)) == sorted(f"n{n}" for n in range(100))
    assert AudienceRows.reader(box.paths).counts(EVENT).signed_up == 100


def test_forty_at_once_for_five_over_http_are_exactly_five(paths: Paths) -> None:
    manifest = SAMPLE.read_text().replace("stock = 12", "stock = 5")
    box = Box.prepared(paths, manifest)
    box.evening.fire("poster-opens")

    def reserve(capability: str) -> str:
        fields = {"pass": capability, "nonce": new_secret()}
        answer = requests.post(f"{box.url}/drops/poster/claim", fields, allow_redirects=False, timeout=20)
        match = re.search(r"just=(\w+)", answer.headers["Location"])
        assert match
        return match[1]

    with running(box), ThreadPoolExecutor(40) as many:
        pages = many.map(lambda n: _join(box.url, n, new_secret()), range(40))
        capabilities = [str(page).removeprefix("/pass/") for page in pages]
        results = list(many.map(reserve, capabilities))
        assert requests.get(f"{box.url}/api/v1/drops", timeout=20).json()["drops"][0]["left"] == 0
    assert results.count("claimed") == 5
    assert results.count("sold_out") == 35
    assert AudienceRows.reader(paths).taken(EVENT) == {"poster": 5}


def test_nothing_typed_stands_in_root_or_log_of_the_real_service(box: Box) -> None:
    with running(box) as process, ThreadPoolExecutor(8) as many:
        list(many.map(lambda n: _join(box.url, n, new_secret()), range(50)))
        assert requests.get(f"{box.url}/p/none", timeout=20).status_code == 404
        raw = b"".join(p.read_bytes() for p in box.paths.root.rglob("*") if p.is_file())
        process.terminate()
        assert process.stderr is not None
        log = process.stderr.read()
    for canary in (b"@example.org", "@example.org".encode("utf-16-le"), b"python-requests"):
        assert canary not in raw
        assert canary not in log
    assert b"/pass/" not in log


def test_a_second_portal_is_refused_and_says_which_is_first(box: Box) -> None:
    with running(box) as first:
        second = box.start()
        _, said = second.communicate(timeout=20)
        assert second.returncode == 1
        assert b"core.second_instance" in said
        assert str(first.pid).encode() in said


def test_a_port_that_is_taken_is_named(box: Box) -> None:
    with socket.create_server(("127.0.0.1", box.port)):
        process = box.start()
        _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert b"core.port_taken" in said
    assert str(box.port).encode() in said


def test_a_damaged_database_is_said_before_anybody_is_served(box: Box) -> None:
    box.paths.database(Service.PORTAL).write_bytes(b"not a database at all" * 100)
    process = box.start()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert b"store.damaged" in said


def test_it_stops_in_order_when_told(box: Box) -> None:
    with running(box) as process:
        _join(box.url, 1, new_secret())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert _people(box) == ["n1"]


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (b"GET http://evil.example HTTP/1.1\r\nHost: evil.example\r\n\r\n", b""),
        (b"GET //programme HTTP/1.1\r\nHost: evil.example\r\n\r\n", b""),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b" 4"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 500 + b"\r\n", b" 4"),
    ],
)
def test_odd_requests_are_answered_and_never_repeat_the_host(
    box: Box, request_text: bytes, status: bytes
) -> None:
    with running(box), socket.create_connection(("127.0.0.1", box.port), timeout=20) as phone:
        phone.sendall(request_text)
        answer = phone.recv(65536)
        assert status in answer.partition(b"\r\n")[0]
        assert b"evil.example" not in answer
    assert Path(box.paths.root).exists()


def test_the_very_first_requests_may_all_come_at_once(box: Box) -> None:
    """Parsing the evening for the first time in two threads at once crashed the worker."""
    for _ in range(3):
        with running(box), ThreadPoolExecutor(64) as many:
            answers = list(many.map(lambda _: requests.get(box.url, timeout=20).status_code, range(64)))
        assert set(answers) == {200}
