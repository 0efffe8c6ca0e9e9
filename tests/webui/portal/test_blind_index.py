"""Whoever finds a card can not ask it who signed up: nothing on it depends on an address alone."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing

from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.paths import Paths, Service
from lab.audience import Evening, Phone
from lab.portal_apps import portals

_WORD = re.compile(rb"[A-Za-z0-9+/_=-]{12,}")
_PIECE = 16
_NAMED = b'":"'
"""In JSON, between a name and its value: such a piece is mostly the name. Values are found as words."""


def words_on_the_card(paths: Paths) -> Counter[bytes]:
    """Every word and stretch of bytes of every cell of the audience's file, with how often it is there."""
    found: Counter[bytes] = Counter()
    with closing(sqlite3.connect(paths.database(Service.PORTAL))) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 names of the file itself
                for cell in row:
                    content = cell if isinstance(cell, bytes) else str(cell).encode()
                    found.update(_WORD.findall(content))
                    found.update(
                        piece
                        for at in range(0, len(content) - _PIECE, _PIECE)
                        if _NAMED not in (piece := content[at : at + _PIECE])
                    )
    return found


def repeated(once: Counter[bytes], other: Counter[bytes], again: Counter[bytes]) -> set[bytes]:
    """What came with the first and the last sign-up, and not with the one between that is somebody else's."""
    return {word for word in once & again if word not in other}


def test_one_address_twice_leaves_no_two_alike(
    paths: Paths, config: Config, clock: HeldClock, evening: Evening
) -> None:
    assert evening
    came: list[Counter[bytes]] = []
    before: Counter[bytes] = Counter()
    for email in ("mia.longname@example.org", "noa.othername@example.net", "mia.longname@example.org"):
        clock.advance(61)
        with portals() as open_app:  # a box that was switched off and on again
            phone = Phone(open_app(paths, config, clock).test_client(use_cookies=False))
            assert (
                phone.join(
                    name="Mia Longname" if "mia" in email else "Noa Othername", email=email
                ).status_code
                == 303
            )
        now = words_on_the_card(paths)
        came.append(now - before)
        before = now
    assert min(map(len, came)) > 20
    assert repeated(*came) == set()


def test_a_keyed_hash_would_be_found(client: FlaskClient) -> None:
    assert client
    token, rest = Counter([b"5b0f3c9e1a2d4f60"]), Counter([b"01K9ZZZZZZZZZZZZ"])
    assert repeated(token + rest, Counter([b"77aa3c9e1a2d4f60"]) + rest, token) == {b"5b0f3c9e1a2d4f60"}
