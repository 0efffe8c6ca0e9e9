from __future__ import annotations

import json
import re

import pytest
from werkzeug.test import TestResponse

from appliance.paths import Paths
from lab.audience import Evening, Phone

PAGES = ["/", "/programme", "/drops", "/watch", "/privacy", "/help", "/nowhere"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_one_small_request_without_cookie(phone: Phone, path: str) -> None:
    answer: TestResponse = phone.get(path)
    assert len(answer.data) < 16_384
    assert "Set-Cookie" not in answer.headers
    assert answer.text.count("<script") == (path == "/drops")
    assert not re.search(r'<(?:link rel="stylesheet"|img)', answer.text)
    assert " style=" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_headers_keep_a_page_to_itself(phone: Phone, path: str) -> None:
    headers = phone.get(path).headers
    policy = headers["Content-Security-Policy"]
    for rule in (
        "default-src 'self'",
        "img-src 'self' data:",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*PAGES, "", "//programme", "/programme/", "/captive-portal/api"])
def test_the_host_that_was_asked_for_is_never_repeated(phone: Phone, path: str) -> None:
    answer = phone.client.get("/", environ_overrides={"PATH_INFO": path}, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)


def test_the_programme_marks_what_is_on_and_leaves_cards_out(phone: Phone, evening: Evening) -> None:
    evening.enter(3)
    page = phone.get("/programme").text
    assert re.search(r'aria-current="step">\s*<span><span lang="en" dir="ltr">Tide', page)
    assert "Good night" not in page
    assert "we film this part" in page


def test_the_programme_gives_lengths_of_films(phone: Phone) -> None:
    assert "0:33" in phone.get("/programme").text


def test_the_captive_portal_api_speaks_rfc_8908(phone: Phone) -> None:
    answer = phone.get("/captive-portal/api")
    assert answer.mimetype == "application/captive+json"
    assert json.loads(answer.text) == {
        "captive": True,
        "user-portal-url": "http://box.test/",
        "venue-info-url": "http://box.test/programme",
    }


def test_health_is_told(phone: Phone) -> None:
    assert json.loads(phone.get("/healthz").text) == {"status": "ok", "event": True}


def test_unknown_paths_are_a_page_and_for_programs_a_problem(phone: Phone) -> None:
    answer = phone.get("/nowhere")
    assert answer.status_code == 404
    assert "Back to the first page" in answer.text
    problem = phone.get("/api/nowhere")
    assert problem.mimetype == "application/problem+json"
    assert json.loads(problem.text)["status"] == 404


def test_a_wrong_method_is_refused_with_what_would_do(phone: Phone) -> None:
    answer = phone.get("/drops/poster/claim")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("name", ["x" * 9000, "x" * 200_000])
def test_long_posts_are_refused(phone: Phone, name: str) -> None:
    assert phone.join(name=name).status_code == 413


def test_only_tonights_trailers_are_served(phone: Phone, paths: Paths) -> None:
    allowed, other = f"{0:064x}", f"{1:064x}"
    for sha256 in (allowed, other):
        film = paths.media / sha256[:2] / sha256
        film.parent.mkdir(exist_ok=True)
        film.write_bytes(b"0123456789")
    whole = phone.get(f"/media/{allowed}")
    assert whole.data == b"0123456789"
    assert whole.headers["ETag"] == f'"{allowed}"'
    whole.close()
    part = phone.get(f"/media/{allowed}", Range="bytes=2-4")
    assert (part.status_code, part.data) == (206, b"234")
    part.close()
    assert phone.get(f"/media/{other}").status_code == 404
    assert phone.get("/media/../../etc/passwd").status_code == 404
