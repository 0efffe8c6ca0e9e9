from __future__ import annotations

import hashlib
import http.client
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from werkzeug.serving import make_server

from appliance.clock import ClockTrust, HeldClock
from appliance.config import Config, WebTable
from appliance.front.nginx import films_text
from appliance.paths import Paths
from lab.audience import SAMPLE, Evening, Phone
from lab.free_port import free_port
from lab.portal_apps import OpenPortal
from lab.portal_process import Box, running

CONTENT = bytes(range(256)) * 400
TRAILER = f"{0:064x}"
"""As the evening of the lab calls its first film."""


@pytest.fixture
def film(paths: Paths, evening: Evening) -> str:
    assert evening
    path = paths.media / TRAILER[:2] / TRAILER
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    return f"/media/{TRAILER}"


def test_a_film_is_for_ever_the_same(phone: Phone, film: str) -> None:
    whole = phone.get(film)
    assert hashlib.sha256(whole.data).digest() == hashlib.sha256(CONTENT).digest()
    assert whole.headers["ETag"] == f'"{TRAILER}"'
    assert whole.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert whole.headers["Accept-Ranges"] == "bytes"
    whole.close()
    again = phone.get(film, **{"If-None-Match": f'"{TRAILER}"'})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("wanted", "status", "first", "last"),
    [
        ("bytes=0-0", 206, 0, 0),
        ("bytes=100-", 206, 100, len(CONTENT) - 1),
        ("bytes=-5", 206, len(CONTENT) - 5, len(CONTENT) - 1),
        ("bytes=10-99999999", 206, 10, len(CONTENT) - 1),
        ("bytes=999999999-", 416, 0, -1),
        ("bytes=5-2", 416, 0, -1),
        ("lines=1-2", 416, 0, -1),
    ],
)
def test_ranges(phone: Phone, film: str, wanted: str, status: int, first: int, last: int) -> None:
    answer = phone.get(film, Range=wanted)
    assert answer.status_code == status
    if status != 416:
        assert answer.data == CONTENT[first : last + 1]
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    answer.close()


def test_a_range_of_what_was_another_film_gives_the_whole(phone: Phone, film: str) -> None:
    same = phone.get(film, Range="bytes=1-2", **{"If-Range": f'"{TRAILER}"'})
    assert (same.status_code, same.data) == (206, CONTENT[1:3])
    same.close()
    other = phone.get(film, Range="bytes=1-2", **{"If-Range": '"another"'})
    assert other.status_code == 200
    other.close()


def test_outside_its_licence_a_film_is_not_given(
    open_app: OpenPortal, paths: Paths, config: Config, clock: HeldClock
) -> None:
    name = next(line for line in SAMPLE.read_text().splitlines() if line.startswith("film ="))
    licence = f'\n[[licence]]\n{name}\nnot_after = 2026-11-27T20:00:00Z\noutside = "refuse"\n'
    Evening(paths, clock, SAMPLE.read_text() + licence)
    path = paths.media / TRAILER[:2] / TRAILER
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    phone = Phone(open_app(paths, config, clock).test_client(use_cookies=False))
    before = phone.get(f"/media/{TRAILER}")
    assert before.status_code == 200
    before.close()
    assert TRAILER in phone.get("/watch").text
    clock.advance(86400)
    assert phone.get(f"/media/{TRAILER}").status_code == 404
    assert TRAILER not in phone.get("/watch").text
    clock.trust = ClockTrust.NONE
    unsure = phone.get(f"/media/{TRAILER}")
    assert unsure.status_code == 200
    unsure.close()


NGINX = """
daemon off; worker_processes 1; error_log {work}/error.log; pid {work}/nginx.pid;
events {{ }}
http {{
  access_log off; client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
  uwsgi_temp_path {work}/u; scgi_temp_path {work}/s; sendfile on;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{behind}; }}
    {films}
  }}
}}
"""


@contextmanager
def served(app: Flask, paths: Paths, work: Path) -> Iterator[int]:
    """The app behind a real nginx."""
    behind = make_server("127.0.0.1", 0, app, threaded=True)
    port = free_port()
    work.mkdir()
    conf = work / "nginx.conf"
    films = films_text(paths.media, paths.clips, paths.derived / "sound")
    conf.write_text(NGINX.format(work=work, port=port, behind=behind.server_port, films=films))
    work.chmod(0o755)
    thread = threading.Thread(target=behind.serve_forever, args=(0.02,))
    thread.start()
    user = ["-g", "user root;"]
    nginx = subprocess.Popen(["nginx", "-c", conf, *user], stderr=subprocess.DEVNULL)
    try:
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=20).close()
                break
            except OSError:
                assert nginx.poll() is None
                threading.Event().wait(0.01)
        yield port
    finally:
        nginx.terminate()
        nginx.wait()
        behind.shutdown()
        behind.server_close()
        thread.join()


def test_nginx_sends_the_bytes_where_it_stands_in_front(
    open_app: OpenPortal, paths: Paths, config: Config, clock: HeldClock, film: str, tmp_path: Path
) -> None:
    behind_nginx = msgspec.structs.replace(config, portal=WebTable(url=config.portal.url, accel="/films/"))
    with served(open_app(paths, behind_nginx, clock), paths, tmp_path / "nginx") as port:
        host = {"Host": config.portal.url.removeprefix("http://")}

        def get(path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            asked.request("GET", path, headers={**host, **headers})
            answer = asked.getresponse()
            found = answer.status, answer.read(), answer.headers
            asked.close()
            return found

        status, body, headers = get(film)
        assert (status, body) == (200, CONTENT)
        assert "immutable" in headers["Cache-Control"]
        assert headers["ETag"] == f'"{TRAILER}"'
        status, body, headers = get(film, Range="bytes=100-199")
        assert (status, body) == (206, CONTENT[100:200])
        assert get(film, Range="bytes=1-2", **{"If-Range": f'"{TRAILER}"'})[:2] == (206, CONTENT[1:3])
        assert get(film, Range="bytes=999999999-")[0] == 416
        assert get(film, **{"If-None-Match": f'"{TRAILER}"'})[0] == 304
        assert get(f"/films/{TRAILER[:2]}/{TRAILER}")[0] == 404
        assert get(f"/media/{1:064x}")[0] == 404


def test_behind_gunicorn_ranges_are_exact_one_after_the_other_on_one_line(paths: Paths) -> None:
    box = Box.prepared(paths, SAMPLE.read_text())
    path = paths.media / TRAILER[:2] / TRAILER
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with running(box):
        asked = http.client.HTTPConnection("127.0.0.1", box.port, timeout=20)
        for first, last in ((0, 0), (5, 90_000), (100_000, len(CONTENT) - 1), (0, len(CONTENT) - 1)):
            asked.request("GET", f"/media/{TRAILER}", headers={"Range": f"bytes={first}-{last}"})
            answer = asked.getresponse()
            assert (answer.status, answer.read()) == (206, CONTENT[first : last + 1])
            assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
            assert answer.headers["ETag"] == f'"{TRAILER}"'
        asked.request("GET", f"/media/{TRAILER}", headers={"Range": "bytes=1-2", "If-Range": '"other"'})
        whole = asked.getresponse()
        assert (whole.status, whole.read()) == (200, CONTENT)
        asked.request("GET", f"/media/{TRAILER}", headers={"Range": "bytes=900000000-"})
        assert asked.getresponse().status == 416
        asked.close()


def test_a_trailer_has_a_poster_made_once_and_nothing_else_has(
    phone: Phone, paths: Paths, evening: Evening
) -> None:
    assert evening
    path = paths.media / TRAILER[:2] / TRAILER
    path.parent.mkdir(parents=True)
    assert phone.get(f"/posters/{TRAILER}.jpg").status_code == 404
    source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-f", "mp4"]
    subprocess.run(["ffmpeg", "-v", "error", *source, str(path)], check=True)
    picture = phone.get(f"/posters/{TRAILER}.jpg")
    assert picture.data.startswith(b"\xff\xd8")
    path.unlink()
    assert phone.get(f"/posters/{TRAILER}.jpg").data == picture.data
    assert phone.get(f"/posters/{1:064x}.jpg").status_code == 404
