"""The public page before and after the night, as people, calendars and search engines read it."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
import icalendar
import pytest
import schema_org

from appliance.bucket.bucket_folder import FolderBucket
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from lab.public_pages import EVENING, EVENT, SHOP, STARTS, PublicOrganiser
from provisioning.cloud.public_page import PublicPage
from webui.look.stylesheet import STYLE_SOURCE
from webui.public.rendering import page


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublicOrganiser:
    folder = tmp_path_factory.mktemp("club")
    (folder / "bucket").mkdir()
    club = PublicOrganiser.of(folder / "organiser", FolderBucket(folder / "bucket"))
    club.publish()
    return club


@pytest.fixture
def club(published: PublicOrganiser) -> PublicOrganiser:
    """As it stands three days before."""
    published.organiser.bucket.put(f"public/{EVENT}/clips.json", b"{}", "application/json")
    published.pages().refresh()
    return published


ENUMERATED = {
    one.value: one
    for kind in (schema_org.EventStatusType, schema_org.EventAttendanceModeEnumeration)
    for one in kind
}


def text(club: PublicOrganiser, name: str = "index.html") -> str:
    return club.organiser.bucket.get(f"public/{EVENT}/{name}").decode()


def films(club: PublicOrganiser) -> set[str]:
    found = club.organiser.bucket.list(f"public/{EVENT}/films/")
    return {one.key.rpartition("/")[2] for one in found if one.size_bytes}


def read_strictly(value: Any) -> Any:  # noqa: ANN401 JSON-LD is made of anything
    """As Schema.org's own vocabulary has it: an unknown property, or a value of another type, raises."""
    if isinstance(value, list):
        return [read_strictly(one) for one in value]
    if str(value) in ENUMERATED:
        return ENUMERATED[value]
    if not isinstance(value, dict):
        moment = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.+]+", value)
        return datetime.fromisoformat(value) if moment else value
    kind = getattr(schema_org, value["@type"])
    return kind(**{key: read_strictly(one) for key, one in value.items() if not key.startswith("@")})


def test_before_the_night_it_says_what_where_when_and_shows_what_was_meant_for_it(
    club: PublicOrganiser,
) -> None:
    html = text(club)
    for words in (
        "A Small Evening",
        "Café Meridian",
        "Quay 4",
        "19:30",
        "Step-free",
        "Half a minute of it",
        SHOP,
    ):
        assert words in html, words
    assert "&lt;from&gt; it &amp; us" in html
    assert "The Short, once more" not in html, "its day has not come"
    assert "Only in the room" not in html, "nothing is public that was not asked for"
    assert "The whole talk" in html, "announced"
    assert "For you, if you are a member (Friend)" in html
    pictures, words = sorted(films(club), key=lambda name: name.endswith(".vtt"))
    assert pictures.endswith(".mp4"), "and the locked film does not lie there"
    assert f'<track kind="captions" src="films/{words}" srclang="en"' in html
    captions = text(club, f"films/{words}")
    assert captions.startswith("WEBVTT")
    assert "The sea, again" in captions
    assert "<form" not in html, "a folder takes no posts"
    german = text(club, "de.html")
    assert '<html lang="de"' in german
    assert 'dir="rtl"' in text(club, "ar.html")


def test_after_the_night_there_is_the_replay_until_it_has_to_go(club: PublicOrganiser) -> None:
    bucket = club.organiser.bucket
    clip = {"clip": "c1", "title": "Applause", "cuts": {"landscape": {"mp4": "clips/c1.landscape.mp4"}}}
    clip["cuts"]["landscape"] |= {"vtt": "clips/c1.landscape.vtt", "language": "de"}  # type: ignore[index]
    bucket.put(
        f"public/{EVENT}/clips.json", json.dumps({"format": 1, "clips": [clip]}).encode(), "application/json"
    )
    club.pages(days=1).refresh()
    html = text(club)
    for words in (
        "This evening was",
        "The Short, once more",
        "Applause",
        "clips/c1.landscape.mp4",
        'src="clips/c1.landscape.vtt" srclang="de"',
    ):
        assert words in html, words
    assert html.index("The Short, once more") < html.index("Half a minute of it"), "what is new comes first"
    replay = next(part for part in html.split("<figure>") if "The Short, once more" in part)
    assert '<track kind="captions"' in replay, "who was not in the room can read it, too"
    beside = html.partition("clips/c1.landscape.mp4")[2].partition("<h2>")[0]
    assert "Poster" in beside
    assert SHOP in beside
    assert len([name for name in films(club) if name.endswith(".mp4")]) == 2
    assert "Applause" in [one.title for one in feedparser.parse(bucket.get("public/feed.atom")).entries]
    bucket.put(f"public/{EVENT}/clips.json", b'{"format": 1, "clips": []}', "application/json")
    club.pages(days=5).refresh()
    assert "Applause" not in bucket.get("public/feed.atom").decode(), "taken off the page, off the feed"
    assert "The Short, once more" not in text(club)
    assert len([name for name in films(club) if name.endswith(".mp4")]) == 1, (
        "a link that somebody copied leads to nothing"
    )


def test_clips_that_somebody_else_wrote_into_the_bucket_lead_nowhere_else(club: PublicOrganiser) -> None:
    for hostile in ("https://evil.example/x.mp4", "../../published/x", "javascript:alert(1)"):
        clip = {"clip": "c", "cuts": {"landscape": {"mp4": hostile}}}
        content = json.dumps({"clips": [clip]}).encode()
        club.organiser.bucket.put(f"public/{EVENT}/clips.json", content, "application/json")
        with pytest.raises(MatineeError, match=r"clips\.json"):
            club.pages().refresh()
        assert hostile not in text(club)


@pytest.mark.timeout(400)  # the whole vocabulary is built: seconds, and minutes on a machine that is busy
def test_search_engines_read_it_as_schema_org_has_it(club: PublicOrganiser) -> None:
    said = text(club).partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    document = json.loads(said)
    assert document["@type"] == "ScreeningEvent"
    read = read_strictly(document)
    assert read.name == "A Small Evening"
    with pytest.raises(Exception, match="tart"):  # the reader bites
        read_strictly({**document, "startDate": "on Friday", "started": 1})


def test_a_calendar_takes_it(club: PublicOrganiser) -> None:
    calendar = icalendar.Calendar.from_ical(club.organiser.bucket.get(f"public/{EVENT}/event.ics"))
    (entry,) = calendar.walk("VEVENT")
    assert entry.decoded("dtstart") == STARTS.astimezone(UTC)
    assert entry.decoded("dtend") > entry.decoded("dtstart")
    assert str(entry["summary"]) == "A Small Evening"
    assert str(entry["location"]) == "Café Meridian, Quay 4"
    assert "Water, and what looks back" in str(entry["description"])
    assert entry.errors == []
    raw = club.organiser.bucket.get(f"public/{EVENT}/event.ics")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert date(2026, 11, 27) == entry.decoded("dtstart").date()


def test_its_policy_lets_nothing_in_from_elsewhere(club: PublicOrganiser) -> None:
    html = text(club)
    policy = html.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    assert "default-src &#39;none&#39;" in policy
    assert STYLE_SOURCE.replace("'", "&#39;") in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', html)
    assert loaded
    assert not [one for one in loaded if "//" in one], "everything lies beside it"


def test_next_dates_lead_to_each_other_and_an_event_that_is_not_published_has_no_page(
    club: PublicOrganiser,
) -> None:
    later = STARTS + timedelta(days=14)
    other = EVENING.replace(f'id = "{EVENT}"', 'id = "second-evening"', 1)
    other = other.replace("A Small Evening", "Another One", 1).replace(
        "2026-11-27T19", f"{later:%Y-%m-%d}T19"
    )
    club.organiser.manifest.write_text(other, "utf-8")
    club.publish()
    club.pages().refresh()
    assert "../second-evening/index.html" in text(club)
    front = club.organiser.bucket.get("public/index.html").decode()
    assert front.index("A Small Evening") < front.index("Another One")
    with pytest.raises(MatineeError) as refused:
        club.pages().publish(EventId("nothing"))
    assert refused.value.key == "cloud.not_published"


def test_a_title_that_would_be_a_script_stays_words() -> None:
    hostile = "</script><script>alert(1)</script><!--"
    event = event_manifest.check(EVENING.replace('title = "A Small Evening"', f"title = '{hostile}'", 1))
    html = page(PublicPage(event, STARTS, STARTS), "en", address="https://club.example/").decode()
    assert "<script>alert" not in html
    said = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(said)["name"] == hostile
