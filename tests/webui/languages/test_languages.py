from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import Config, PeopleTable, WebTable
from appliance.paths import Paths
from appliance.sealing_age import make_key
from lab.audience import ADDRESS, SAMPLE, Evening
from lab.portal_apps import OpenPortal
from webui.languages import direction, in_language

PAGES = ["/", "/programme", "/drops", "/watch", "/privacy", "/help", "/help/attendees", "/nowhere"]


@pytest.fixture
def client(open_app: OpenPortal, paths: Paths, clock: HeldClock) -> FlaskClient:
    Evening(paths, clock, SAMPLE.read_text())
    config = Config(portal=WebTable(url=ADDRESS), people=PeopleTable(recipients=(make_key()[1],)))
    return open_app(paths, config, clock).test_client(use_cookies=False)


def language_of(page: str) -> tuple[str, str]:
    match = re.search(r'<html lang="(\w+)" dir="(\w+)">', page)
    assert match
    return match[1], match[2]


@pytest.mark.parametrize(
    ("accepts", "spoken"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", ("de", "ltr")),
        ("ar-EG", ("ar", "rtl")),
        ("fr-FR,fr;q=0.9,ar;q=0.5", ("ar", "rtl")),
        ("fr", ("en", "ltr")),
        ("", ("en", "ltr")),
        ("%%%,;q=x", ("en", "ltr")),
    ],
)
def test_a_page_is_in_the_language_of_the_phone(
    client: FlaskClient, accepts: str, spoken: tuple[str, str]
) -> None:
    answer = client.get("/", headers={"Accept-Language": accepts})
    assert language_of(answer.text) == spoken
    assert answer.headers["Content-Language"] == spoken[0]
    assert "Accept-Language" in answer.headers["Vary"]


def test_who_has_none_of_our_languages_gets_the_evenings(
    open_app: OpenPortal, paths: Paths, clock: HeldClock
) -> None:
    Evening(paths, clock, SAMPLE.read_text().replace('language = "en"', 'language = "de"', 1))
    config = Config(people=PeopleTable(recipients=(make_key()[1],)))
    page = open_app(paths, config, clock).test_client().get("/", headers={"Accept-Language": "fi"})
    assert language_of(page.text) == ("de", "ltr")
    assert '<h1 lang="de" dir="ltr">Harbour Lights' in page.text


def test_what_somebody_chose_outdoes_the_phone_and_anything_else_is_ignored(client: FlaskClient) -> None:
    german = {"Accept-Language": "de"}
    assert language_of(client.get("/?lang=ar", headers=german).text) == ("ar", "rtl")
    for odd in ("xx", "", "../en", "<b>", "AR"):
        answer = client.get("/", query_string={"lang": odd}, headers=german)
        assert language_of(answer.text) == ("de", "ltr")
        assert not odd or f"lang={odd}" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_choice_goes_along_with_every_link_and_form(client: FlaskClient, path: str) -> None:
    page = client.get(f"{path}?lang=ar").text
    links = [
        link for link in re.findall(r'(?:href|action)="(/[^"]*)"', page) if not link.startswith("/look/")
    ]
    assert [link for link in links if not re.search(r"[?&]lang=(ar|en|de)", link)] == []
    assert len(links) >= 4


def test_a_choice_survives_signing_up(client: FlaskClient) -> None:
    page = client.get("/?lang=ar").text
    action = re.search(r'<form method="post" action="([^"]+)"', page)
    assert action
    fields = dict(re.findall(r'name="(\w+)" value="([^"]+)"(?! checked)', page))
    fields = {name: value for name, value in fields.items() if value != "yes"}
    answer = client.post(action[1], data=fields)
    assert answer.status_code == 303
    assert "lang=ar" in answer.headers["Location"]
    assert language_of(client.get(answer.headers["Location"]).text) == ("ar", "rtl")


def test_the_switch_names_each_language_in_itself_and_marks_the_present_one(client: FlaskClient) -> None:
    page = client.get("/programme?lang=de&unknown=1").text
    assert '<a href="/programme?lang=ar" hreflang="ar" lang="ar" dir="rtl">العربية</a>' in page
    assert 'hreflang="de" lang="de" dir="ltr" aria-current="true">Deutsch</a>' in page
    assert "unknown" not in page


def test_the_page_after_a_form_leads_back_to_the_first(client: FlaskClient) -> None:
    assert 'href="/?lang=ar"' in client.post("/join").text


def test_a_fault_is_told_in_the_readers_language(client: FlaskClient) -> None:
    for language, words in (("de", "Diese Seite gibt es nicht"), ("ar", "لا توجد صفحة")):
        assert words in client.get(f"/nowhere?lang={language}").text
        assert client.get(f"/pass/unknown?lang={language}").status_code == 404


def test_offers_for_programs_are_in_the_language_of_the_page_that_asks(client: FlaskClient) -> None:
    english, german = (client.get(f"/api/v1/drops?lang={code}").json for code in ("en", "de"))
    assert english is not None
    assert german is not None
    assert english["drops"][0]["words"] != german["drops"][0]["words"]


@pytest.mark.parametrize(
    ("language", "way"),
    [("ar", "rtl"), ("he", "rtl"), ("de-CH", "ltr"), ("zz-nonsense", "auto"), ("", "auto")],
)
def test_the_events_own_words_have_their_own_direction(language: str, way: str) -> None:
    assert direction(language) == way
    assert in_language('"><b>') == 'lang="&#34;&gt;&lt;b&gt;" dir="auto"'
