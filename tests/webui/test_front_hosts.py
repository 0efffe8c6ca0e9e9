"""Whose name is asked for: two hundred that are not ours, to both doors, through nginx to the real apps."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest

from appliance.front.names import is_own, plain
from lab.front_box import GUESTS, PORTAL, WIRE, FrontBox
from lab.raw_http import Answer, corpus, exchange

HOSTILE = Path(__file__).with_name("hostile_hosts.txt").read_text("utf-8").split()
SPLIT = [
    "matinee.internal\r\nHost: evil.example",
    "evil.example\r\nHost: matinee.internal",
    "evil.example\r\nX-Forwarded-Host: matinee.internal",
    "evil.example\r\nX-Host: matinee.internal",
    "evil.example\r\nForwarded: host=matinee.internal",
    "evil.example\r\nX-Own-Address: evil.example",
    "8.8.4.4\r\nX-Own-Address: 8.8.4.4",
    "evil.example\r\nX-Real-IP: 127.0.0.1",
    "evil.example\r\n\tmatinee.internal",
    "evil.example\tmatinee.internal",
    "evil.example matinee.internal",
    "\tevil.example",
]
OWN = {"matinee.internal", "matinee-box.local", "localhost", "::1"}
RAW = re.compile(rb"^host:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@pytest.fixture(scope="module")
def box(front_box: FrontBox) -> FrontBox:
    return front_box


@pytest.fixture(scope="module")
def hosts(requests_of_gunicorn: Path) -> list[bytes]:
    """Written by hand, taken from gunicorn's corpus, and what grammar alone makes of them."""
    cases = corpus(requests_of_gunicorn, "invalid") | corpus(requests_of_gunicorn, "valid")
    theirs = {host for raw in cases.values() for host in RAW.findall(raw)}
    ours = [host.encode() for host in [*HOSTILE, *SPLIT]]
    longer = [host + tail for host in ours[:40] for tail in (b":80", b".", b":443")]
    nothing = [
        b"",
        b" ",
        b"a" * 300,
        b"a." * 200,
        b"\xff\xfe",
        b"matinee\x00.internal",
    ]
    found = dict.fromkeys([*ours, *theirs, *longer, *nothing])
    return [host for host in found if not is_own(plain(host.decode("latin-1")), OWN)]


def asked(at: tuple[str, int], net: int, turn: int, raw: bytes) -> list[Answer]:
    return exchange(raw, at, f"127.{net}.{turn // 200}.{1 + turn % 200}")


def test_the_console_never_answers_to_a_name_that_is_not_its_own(box: FrontBox, hosts: list[bytes]) -> None:
    turns = count()
    assert len(hosts) >= 200
    for host in hosts:
        for target in (b"/sign-in", b"http://evil.example/sign-in"):
            raw = b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
            for answer in asked((WIRE, box.http), 2, next(turns), raw):
                assert answer.status in range(400, 500), (host, answer.status)
                assert not re.search(rb"passphrase", answer.body), host
    own = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.3\r\nConnection: close\r\n\r\n"
    (answer,) = asked((WIRE, box.http), 2, next(turns), own)
    assert answer.status == 200


def test_the_portal_sends_them_all_to_one_place_and_repeats_none(box: FrontBox, hosts: list[bytes]) -> None:
    turns = count()
    led = 0
    for host in hosts:
        for target in (b"/x?y=z", b"http://evil.example/x"):
            raw = b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
            for answer in asked((GUESTS, box.http), 1, next(turns), raw):
                assert answer.status == 302 or answer.status in range(400, 500), (host, answer.status)
                if answer.status == 302:
                    led += 1
                    assert answer.headers["location"] == f"{PORTAL}/"
                    assert answer.headers["cache-control"] == "no-store"
                said = answer.body + repr(answer.headers).encode()
                assert b"evil" not in said, host
                assert len(host) < 8 or host not in said, host
    assert led >= 100


def test_a_transcript_and_a_guest_list_pass_and_no_other_form_is_so_large(box: FrontBox) -> None:
    door = (WIRE, box.config.front.staff)
    own, large = f"matinee.internal:{box.config.front.staff}", "x" * 200_000
    told = {
        path: box.ask(path, own, at=door, phone="127.2.0.1", method="POST", body=large).status
        for path in ("/desk/clips/01A/captions", "/desk/lists/import", "/desk/stewards")
    }
    assert told["/desk/stewards"] == 413
    assert 413 not in {told["/desk/clips/01A/captions"], told["/desk/lists/import"]}


def test_a_rebound_name_gets_no_console_over_tls_either(box: FrontBox) -> None:
    door = (WIRE, box.config.front.staff)
    assert box.ask("/sign-in", "evil.example", at=door, phone="127.2.0.1").status == 421
    own = f"matinee.internal:{box.config.front.staff}"
    assert box.ask("/sign-in", own, at=door, phone="127.2.0.1").status == 200
