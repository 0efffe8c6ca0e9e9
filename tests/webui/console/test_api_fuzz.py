"""Whatever is sent to the API: no crash, and every refusal a problem as its description says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lab.staff_room import Person

AWAY = {"ipc.not_running", "db.not_there"}
"""What is said here, where nothing but the console runs."""

odd_words = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["..", "%2e%2e%2f", "\x00", "a" * 5000, "é" * 300, "'; DROP TABLE clip; --", "{{7*7}}", "\u202e"]
    ),
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | odd_words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_words, inner, max_size=4),
    max_leaves=12,
)
named = st.fixed_dictionaries(
    {},
    optional={
        "nonce": st.text(max_size=30) | st.none() | any_json,
        "visit": st.integers() | any_json,
        "position_ms": st.integers() | st.floats(allow_nan=True) | any_json,
        "level": st.floats(allow_nan=True) | any_json,
        "viewing": any_json,
        "change": any_json,
        "look": any_json,
    },
)
bodies = st.one_of(
    named.map(json.dumps),
    any_json.map(json.dumps),
    st.text(max_size=60),
    st.sampled_from(
        ["", "[" * 5000, '{"nonce": 1e999}', '{"a": 1, "a": 2}', "\ufeff{}", '"\\ud800"', "9" * 400]
    ),
)


def operations(browser: FlaskClient) -> list[tuple[str, str]]:
    document = browser.get("/api/v1/openapi.json").get_json()
    LISTED.extend(
        (method.upper(), path)
        for path, found in document["paths"].items()
        for method in found
        if method in {"get", "post", "put", "delete"}
    )
    return LISTED


LISTED: list[tuple[str, str]] = []
"""What the description names, read once."""


def judged(answer: Any) -> str:  # noqa: ANN401 werkzeug's
    """What is wrong with an answer; empty if it is as described."""
    if answer.status_code < 400:
        return "" if answer.status_code != 200 or answer.mimetype == "application/json" else answer.mimetype
    if answer.mimetype != "application/problem+json":
        return f"{answer.status_code} as {answer.mimetype}"
    problem = json.loads(answer.data)
    if not {"type", "title", "status", "detail"} <= problem.keys() or problem["status"] != answer.status_code:
        return f"no problem: {problem}"
    if answer.status_code >= 500 and problem.get("key") not in AWAY:
        return f"{answer.status_code}: {problem}"
    return "Traceback" * ("Traceback" in answer.text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 10_000), body=bodies, part=odd_words, query=odd_words)
@example(which=1, body='"\\ud800"', part="\x00", query="\x00")
def test_whatever_is_sent_to_the_api_is_answered_as_its_description_says(
    operator: Person, which: int, body: str, part: str, query: str
) -> None:
    listed = LISTED or operations(operator.browser)
    method, path = listed[which % len(listed)]
    answer = operator.browser.open(
        re.sub(r"{\w+}", lambda _: part.replace("/", "%2F").replace("?", "%3F") or "x", path),
        method=method,
        data=body.encode("utf-8", "surrogatepass"),
        query_string={"after": query},
        headers={"X-CSRF-Token": operator.csrf, "Content-Type": "application/json"},
    )
    assert judged(answer) == "", (method, path, body)


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [(500, "application/problem+json", '{"type": "a", "title": "a", "status": 500, "detail": "a"}'),
     (400, "text/html", "<p>no"), (200, "text/html", "<p>yes"), (400, "application/problem+json", "{}")],
)  # fmt: skip
def test_an_answer_that_is_not_as_described_is_found(status: int, kind: str, text: str) -> None:
    from werkzeug.test import TestResponse  # noqa: PLC0415 only here
    from werkzeug.wrappers import Request  # noqa: PLC0415 as above

    headers: Any = [("Content-Type", kind)]
    answer = TestResponse([text.encode()], f"{status} X", headers, Request({}))
    assert judged(answer) != ""
