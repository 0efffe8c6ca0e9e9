"""No page of the console is shown inside another site's page, and none says who may embed it but nobody."""

from __future__ import annotations

import pytest
from flask import Flask

from lab.staff_room import Person


def policies(app: Flask, person: Person) -> dict[str, str]:
    """The policy of every page that can be asked for without more words, by its path."""
    paths = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "<" not in rule.rule
    ]
    streams = {"/remote/events", "/remote/live"}  # they do not end
    return {
        path: person.browser.get(path, buffered=False).headers.get("Content-Security-Policy", "")
        for path in sorted(paths)
        if path not in streams
    }


@pytest.mark.parametrize("words", ["frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"])
def test_no_page_of_the_console_can_be_framed(app: Flask, operator: Person, words: str) -> None:
    found = policies(app, operator)
    assert len(found) > 15
    assert [path for path, policy in found.items() if words not in policy] == []
