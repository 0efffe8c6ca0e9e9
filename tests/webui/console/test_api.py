from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lab.staff_room import Person


def test_the_description_names_exactly_what_exists(app: Flask, browser: FlaskClient) -> None:
    document = browser.get("/api/v1/openapi.json").get_json()
    described = {
        (path, method.upper())
        for path, operations in document["paths"].items()
        for method in operations
        if method != "parameters"
    }
    exists = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == exists


def test_every_reference_in_the_description_leads_somewhere(browser: FlaskClient) -> None:
    answer = browser.get("/api/v1/openapi.json")
    document = answer.get_json()
    for reference in re.findall(r'"\$ref": ?"#/([^"]+)"', answer.text):
        place = document
        for step in reference.split("/"):
            place = place[step]


@pytest.mark.parametrize(
    ("method", "path", "status", "key"),
    [
        ("GET", "/api/v1/show", 503, "ipc.not_running"),
        ("POST", "/api/v1/show/go", 503, "ipc.not_running"),
        ("POST", "/api/v1/show/dance", 404, "console.no_such_verb"),
        ("POST", "/api/v1/show/lights", 400, ""),
        ("GET", "/api/v1/nothing", 404, ""),
        ("DELETE", "/api/v1/show", 405, ""),
    ],
)
def test_faults_are_problem_details(operator: Person, method: str, path: str, status: int, key: str) -> None:
    answer = operator.browser.open(path, method=method, data=b"{}", headers={"X-CSRF-Token": operator.csrf})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json(force=True)
    assert problem["status"] == status
    assert problem["detail"]
    assert problem.get("key", "") == key


def test_nobody_signed_in_gets_a_problem_not_a_page(browser: FlaskClient) -> None:
    answer = browser.get("/api/v1/show")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
