from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.config import Config
from appliance.front.certificate import Certificate
from appliance.front.door_key import make_door_key
from appliance.front.nginx import PASSED, front_text
from appliance.front.settings import Front, front_of
from appliance.paths import Paths

WEBUI = Path(__file__).parents[3] / "webui"
_SET_BY_NGINX = {"X-Real-IP", "X-Own-Address", "Host", "Content-Type", "Content-Length"}
_PROPERTIES = {
    "if_none_match": "If-None-Match",
    "if_range": "If-Range",
    "range": "Range",
    "accept_languages": "Accept-Language",
    "cookies": "Cookie",
}


@pytest.fixture
def front(paths: Paths) -> Front:
    front = front_of(paths, Config(), None)
    make_door_key(front, Config())
    front.work.mkdir(parents=True)
    return front


def accepted(front: Front) -> str:
    """What nginx itself says to it; empty: nothing."""
    conf = front.work / "nginx.conf"
    conf.write_text(front_text(front))
    done = subprocess.run(
        ["/usr/sbin/nginx", "-e", "stderr", "-t", "-q", "-c", conf],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def test_nginx_takes_what_is_written(front: Front) -> None:
    alone = replace(front, http=18080, https=18443, staff=28443, wire="127.0.0.1", guests=("127.0.0.2",))
    assert accepted(alone) == ""
    named = Certificate(
        "cinema.example", front.door_chain, front.door_key, datetime(2027, 1, 1, tzinfo=UTC), "m"
    )
    assert accepted(replace(alone, certificate=named)) == ""


def test_443_is_on_only_with_a_certificate(front: Front) -> None:
    assert ":443 " not in front_text(front)
    named = Certificate(
        "cinema.example", front.door_chain, front.door_key, datetime(2027, 1, 1, tzinfo=UTC), "m"
    )
    assert "listen 198.51.100.1:443 ssl" in front_text(replace(front, certificate=named))


def test_the_same_settings_are_the_same_text_and_nothing_is_left_open(front: Front) -> None:
    assert front_text(front) == front_text(replace(front))
    assert not re.search(r"@[A-Z_]+@", front_text(front))


def test_every_header_that_a_page_looks_at_gets_through() -> None:
    looked_at: set[str] = set()
    for path in WEBUI.rglob("*.py"):
        text = path.read_text("utf-8")
        looked_at |= set(re.findall(r'request\.headers(?:\.get\(|\[)"([A-Za-z-]+)"', text))
        looked_at |= {name for word, name in _PROPERTIES.items() if re.search(rf"request\.{word}\b", text)}
    looked_at |= {"X-CSRF-Token"}
    assert looked_at - _SET_BY_NGINX <= set(PASSED)


def test_no_header_is_set_below_where_all_are_set(front: Front) -> None:
    """One ``proxy_set_header`` in a location puts all inherited ones away, X-Real-IP too."""
    http, *servers = front_text(front).split("    server {")
    assert http.count("    proxy_set_header") == len(PASSED) + 6
    assert not any("proxy_set_header" in server for server in servers)
