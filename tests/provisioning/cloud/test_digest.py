"""The morning after, as mailing programs, feed readers, calendars and search engines read it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import icalendar
import pytest
import schema_org
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from appliance.bucket.bucket_folder import FolderBucket
from appliance.cli.root import matinee
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from lab.evening import MANIFEST
from lab.published import Organiser
from provisioning.cloud.digest import Digest, DigestClip, gather_digest
from provisioning.cloud.digest_texts import NETWORKS, feed, newsletter_html, newsletter_markdown, posts
from provisioning.cloud.listing import Coming, listing, read_listing
from provisioning.cloud.published_events import PublishedEvents

PAGE = "https://films.example/public/small-evening/index.html"
HOSTILE = "<script>alert(1)</script> ](javascript:x) \x00\x1b *stars* & \u202eevil"
EVENING = MANIFEST.replace("[event]\n", f'[event]\npublic_page = "{PAGE}"\n', 1) + (
    '\n[discovery]\ndays_before = 5\nwithdraw = "full"\n\n[series]\nid = "spring"\ntitle = "Spring"\n'
)
EVENT = event_manifest.check(EVENING)
ENDS = EVENT.starts + timedelta(hours=2)


def clip(title: str = "Applause", film: str = "https://films.example/c/01.landscape.mp4") -> DigestClip:
    return DigestClip(EVENT, title, film, "https://films.example/c/01.landscape.jpg")


def morning(*clips: DigestClip) -> Digest:
    later = replace(EVENT, starts=EVENT.starts + timedelta(days=7), doors=EVENT.doors + timedelta(days=7))
    return Digest(
        EVENT.starts + timedelta(hours=12), (EVENT,), clips, (Coming(later, ENDS + timedelta(days=7)),)
    )


class Seen(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, key: str) -> list[str | None]:
        return [held[key] for _, held in self.tags if key in held]


def test_the_newsletter_block_has_clips_and_next_dates_and_nothing_that_runs() -> None:
    digest = morning(clip(), clip(HOSTILE))
    html = newsletter_html(digest)
    seen = Seen(html)
    assert {tag for tag, _ in seen.tags} <= {"div", "h2", "p", "a", "img", "strong", "br", "ul", "li"}
    assert all(str(link).startswith("https://films.example/") for link in seen.all("href"))
    assert not [key for _, held in seen.tags for key in held if key.startswith("on")]
    assert "Applause" in html
    assert "\x1b" not in html
    assert all(held.get("alt") for tag, held in seen.tags if tag == "img")


def test_the_markdown_says_the_same_and_its_links_stay_ours() -> None:
    text = newsletter_markdown(morning(clip(), clip(HOSTILE)))
    seen = Seen(MarkdownIt("commonmark", {"html": True}).render(text))
    assert not {tag for tag, _ in seen.tags} & {"script", "em"}
    assert seen.all("href")
    assert all(str(link).startswith("https://films.example/") for link in seen.all("href"))


def test_a_feed_reader_takes_the_feed_and_its_ids_stay() -> None:
    digest = morning(clip(), clip(HOSTILE, "https://films.example/c/02.landscape.mp4"))
    read = feedparser.parse(feed(digest))
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.title == EVENT.organiser.name
    assert read.feed.id
    assert read.feed.updated_parsed
    ids = [entry.id for entry in read.entries]
    assert len(set(ids)) == len(ids) == 3
    films = [file.href for entry in read.entries for file in entry.enclosures if file.type == "video/mp4"]
    assert len(films) == 2, "what posts by itself takes the film along"
    assert all(entry.title and entry.updated_parsed for entry in read.entries)
    assert [entry.id for entry in feedparser.parse(feed(replace(digest, made_at=ENDS))).entries] == ids


def test_posts_are_no_longer_than_their_networks_take_and_end_in_the_link() -> None:
    for title in ("Applause", "Long " * 900, "\U0001f3ac" * 400):
        written = posts(morning(clip(title)))
        assert len(written) == len(NETWORKS)
        for name, text in written.items():
            network = name.rpartition("-")[2].removesuffix(".txt")
            assert len(text.strip()) <= NETWORKS[network]
            assert text.strip().endswith(clip().film)


@pytest.mark.parametrize(
    ("days", "people", "stands"),
    [(-6, 0, False), (-4, 0, True), (-4, EVENT.venue.capacity, False), (0.01, 0, True), (0.2, 0, False)],
)
def test_an_evening_is_announced_and_withdrawn_by_its_rule(days: float, people: int, stands: bool) -> None:
    now = EVENT.starts + timedelta(days=days)
    document = json.loads(listing([Coming(EVENT, ENDS, people)], now))
    assert document["numberOfItems"] == len(document["itemListElement"]) == int(stands)


def test_what_no_rule_announces_is_never_listed() -> None:
    silent = replace(EVENT, plan=replace(EVENT.plan, discovery=None))
    assert json.loads(listing([Coming(silent, ENDS)], EVENT.starts - timedelta(days=1)))["numberOfItems"] == 0


def _known(value: object) -> object:
    """As Schema.org's own vocabulary has it: an unknown type or property raises."""
    if isinstance(value, list):
        return [_known(one) for one in value]
    if isinstance(value, dict):
        fields = getattr(schema_org, value["@type"]).model_fields
        known = set(fields) | {field.alias for field in fields.values()}
        assert {key for key in value if not key.startswith("@")} <= known, value
        return {key: _known(one) for key, one in value.items()}
    return value


def test_another_venue_reads_the_listing_and_schema_org_knows_every_word() -> None:
    now = EVENT.starts - timedelta(days=1)
    content = listing([Coming(EVENT, ENDS)], now)
    (date,) = read_listing(content, "listing.json", now)
    assert (date.title, date.venue, date.page) == (EVENT.title, EVENT.venue.name, PAGE)
    document = json.loads(content)
    assert _known(document)
    (line,) = document["itemListElement"]
    assert line["item"]["@type"] == "ScreeningEvent"
    assert datetime.fromisoformat(line["item"]["startDate"]) == EVENT.starts


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"itemListElement": 7}', b"\xff\xfe", b"[" * 100_000, b"{}" + b" " * (1 << 20),
     b'{"itemListElement":[{"item":{"name":"x","startDate":"soon","location":{"name":"y"}}}]}'],
    ids=["empty", "list", "number", "bytes", "deep", "large", "no date"],
)  # fmt: skip
def test_what_is_no_listing_is_one_sentence(content: bytes) -> None:
    with pytest.raises(MatineeError) as refused:
        read_listing(content, "theirs.json", ENDS)
    assert refused.value.key == "cloud.bad_listing"
    assert "listing.json" in refused.value.sentence


def test_a_neighbours_link_that_is_no_page_is_left_out() -> None:
    item = {"name": "<b>Theirs</b>", "startDate": "2030-01-01T19:00:00Z", "location": {"name": "Bar"}}
    lines = [{"item": {**item, "url": url}} for url in ("javascript:alert(1)", "https://bar.example/x")]
    dates = read_listing(json.dumps({"itemListElement": lines}).encode(), "theirs.json", ENDS)
    assert sorted(one.page for one in dates) == ["", "https://bar.example/x"]
    html = newsletter_html(replace(morning(), neighbours=tuple(dates)))
    assert "javascript" not in html
    assert "&lt;b&gt;Theirs" in html


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Organiser:
    folder = tmp_path_factory.mktemp("club")
    (folder / "bucket").mkdir()
    club = Organiser(folder / "own", FolderBucket(folder / "bucket"), HeldClock(EVENT.starts))
    club.manifest.write_text(EVENING, "utf-8")
    club.publish()
    shown = {"format": 1, "event": EVENT.id, "clips": [
        {"box": "cafe", "clip": "01", "title": HOSTILE.replace("\x00", ""), "at": "2026-11-27T20:00:00Z",
         "cuts": {"landscape": {"mp4": "01.landscape.mp4", "jpg": "01.landscape.jpg"}}}]}  # fmt: skip
    club.bucket.put(f"public/{EVENT.id}/clips.json", json.dumps(shown).encode(), "application/json")
    club.bucket.put("boxes/box=cafe/state.json", b'{"box":"cafe","name":"x","at":"","event":"small-evening",'
                    b'"attendance":7}', "application/json")  # fmt: skip
    club.bucket.put("boxes/box=bad/state.json", b"<html>", "application/json")
    return club


def test_it_is_gathered_from_what_is_published_and_shown(club: Organiser) -> None:
    published = PublishedEvents(club.bucket, club.key)
    before = gather_digest(club.bucket, published, EVENT.starts - timedelta(days=1))
    assert (before.clips, [one.people for one in before.coming]) == ((), [7])
    after = gather_digest(club.bucket, published, EVENT.starts + timedelta(hours=12))
    assert [one.id for one in after.evenings] == [EVENT.id]
    (shown,) = after.clips
    assert shown.film == "https://films.example/public/small-evening/clips/01.landscape.mp4"
    assert gather_digest(club.bucket, published, EVENT.starts + timedelta(days=5)).evenings == ()


def _digest(club: Organiser, folder: Path, *words: str) -> Result:
    own = club.evening.parent
    (own / "bucket.toml").write_text(f'[bucket]\nfolder = "{own.parent}/bucket"\n')
    for name in ("publish.key", "publish.pub"):
        if (own / "keys" / name).exists():
            (own / name).write_bytes((own / "keys" / name).read_bytes())
    line = ["cloud", "digest", str(folder), "--folder", str(own), "--hours", "1440", *words]
    return CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(own)})


def test_as_a_person_types_it_and_what_they_changed_stays(club: Organiser, tmp_path: Path) -> None:
    done = _digest(club, tmp_path / "morning", "--listing")
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "morning").iterdir()}
    assert names == {"newsletter.html", "newsletter.md", "feed.atom", "dates.ics", "listing.json", "posts"}
    assert icalendar.Calendar.from_ical((tmp_path / "morning" / "dates.ics").read_bytes())
    assert json.loads(club.bucket.get("public/listing.json"))["@type"] == "ItemList"
    icalendar.Calendar.from_ical(club.bucket.get("public/listing.ics"))
    written = sorted((tmp_path / "morning" / "posts").iterdir())
    for path in written:
        path.write_text("My own words")
    assert _digest(club, tmp_path / "morning").exit_code == 0
    assert all(path.read_text() == "My own words" for path in written)
