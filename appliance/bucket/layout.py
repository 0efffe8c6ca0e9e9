"""Where everything lies in the bucket (CONTRACT.md, "The bucket"): keys made and taken apart, purely.

``epoch`` is the fence: a number made at random at the first plan after each start of sync. Two cards that
believe to be the same box never give the same key to different rows, and the organiser's side can name the
epoch that no longer counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

from appliance.ids import BoxId, EventId, Sha256

NO_EVENT = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, and with it DuckDB, Spark and Trino, reads as null."""

EPOCHS = range(1, 10**10)

_ROWS_KEY = re.compile(
    r"boxes/box=(?P<box>[^/]+)/event=(?P<event>[^/]+)/date=(?P<day>\d{4}-\d{2}-\d{2})/"
    r"(?P<lane>facts|people)-(?P<epoch>\d{1,10})-(?P<number>\d{1,12})\.ndjson\.gz"
)


@dataclass(frozen=True, slots=True)
class RowsKey:
    """The key of one object of facts or people."""

    lane: str
    """``facts`` or ``people``."""
    box: BoxId
    event: str
    """Empty: rows of no event."""
    day: date
    """UTC."""
    epoch: int
    number: int

    def __str__(self) -> str:
        """As it stands in the bucket."""
        name = f"{self.lane}-{self.epoch:010d}-{self.number:08d}.ndjson.gz"
        return f"{event_folder(self.box, self.event)}date={self.day.isoformat()}/{name}"


def parse_rows_key(key: str) -> RowsKey | None:
    """Take a listed key apart; None for everything that is no object of rows."""
    found = _ROWS_KEY.fullmatch(key)
    if found is None:
        return None
    try:
        day = date.fromisoformat(found["day"])
    except ValueError:
        return None
    event = "" if found["event"] == NO_EVENT else unquote(found["event"])
    return RowsKey(
        found["lane"], BoxId(unquote(found["box"])), event, day, int(found["epoch"]), int(found["number"])
    )


def box_folder(box: BoxId) -> str:
    """All that a box may write under."""
    return f"boxes/box={_segment(box)}/"


def event_folder(box: BoxId, event: str) -> str:
    """What one box wrote of one event."""
    return f"{box_folder(box)}event={_segment(event) if event else NO_EVENT}/"


def state_key(box: BoxId) -> str:
    """How the box is now."""
    return f"{box_folder(box)}state.json"


_STATE_KEY = re.compile(r"boxes/box=([^/]+)/state\.json")


def parse_state_key(key: str) -> BoxId | None:
    """Whose state a listed key holds; None for everything else."""
    found = _STATE_KEY.fullmatch(key)
    return None if found is None else BoxId(unquote(found[1]))


def clip_key(box: BoxId, event: str, name: str) -> str:
    """One file of a clip: ``<clip>.<cut>.mp4``, ``.jpg`` or ``.json``, or ``<clip>.<cut>.<when>.vtt``."""
    return f"{event_folder(box, event)}clips/{_segment(name)}"


_CLIP_KEY = re.compile(
    r"boxes/box=(?P<box>[^/]+)/event=(?P<event>[^/]+)/clips/(?P<name>[^/]+\.(?:mp4|jpg|json|vtt))"
)


def parse_clip_key(key: str) -> tuple[BoxId, str, str] | None:
    """(box, event, name) of a listed key of a clip's file; None for everything else."""
    found = _CLIP_KEY.fullmatch(key)
    if found is None:
        return None
    event = "" if found["event"] == NO_EVENT else unquote(found["event"])
    return BoxId(unquote(found["box"])), event, unquote(found["name"])


def is_box_object(box: BoxId, key: str) -> bool:
    """Tell whether ``key`` is one that this box gives to rows or to a clip's file, letter by letter."""
    rows = parse_rows_key(key)
    if rows is not None:
        return rows.box == box and str(rows) == key
    clip = parse_clip_key(key)
    return clip is not None and clip_key(box, clip[1], clip[2]) == key


_SALES_KEY = re.compile(r"sales/event=([a-z0-9-]{1,64})/[0-9a-f]{32}\.ndjson\.gz")


def sales_key(event: EventId, name: str) -> str:
    """Sales made elsewhere, of one event; ``name`` is made of what stands in it."""
    return f"sales/event={_segment(event)}/{name}.ndjson.gz"


def parse_sales_key(key: str) -> EventId | None:
    """Of which event a listed key holds sales; None for everything else."""
    found = _SALES_KEY.fullmatch(key)
    return None if found is None else EventId(found[1])


def offers_key(event: EventId) -> str:
    """What the public page offers when, and where."""
    return f"public/{_segment(event)}/offers.json"


PUBLIC = "public/"
"""World-readable: the only folder that is."""


def public_key(event: EventId, name: str) -> str:
    """A file of the event's public page."""
    return f"{PUBLIC}{_segment(event)}/{name}"


FEED_KEY = f"{PUBLIC}feed.atom"
"""Clips that are shown and coming evenings, for programs that post."""
LISTING_KEY = f"{PUBLIC}listing.json"
"""Coming evenings that are announced, for other venues to share."""
LISTING_CALENDAR_KEY = f"{PUBLIC}listing.ics"
"""The same, for calendars."""


def inbox_folder(event: EventId) -> str:
    """Where the public page drops sealed forms."""
    return f"inbox/{_segment(event)}/"


INDEX_KEY = "published/index.json"
"""What the organiser published; its signature lies beside it."""


def content_key(sha256: Sha256) -> str:
    """A published film."""
    return f"published/content/{sha256}"


def published_key(event: EventId, name: str) -> str:
    """A file of a published event: ``event.toml``, ``packing-list.json``."""
    return f"published/event={_segment(event)}/{name}"


def certificate_key(box: BoxId) -> str:
    """The certificate of the organiser's own name for one box; its private key in it is sealed."""
    return f"published/boxes/box={_segment(box)}/certificate.json"


NEWER_KEY = "published/newer.json"
"""Which newer Matinees there are for boxes; its signature lies beside it."""


def newer_key(name: str) -> str:
    """One of them; the signature of who built it lies beside it."""
    return f"published/newer/{_segment(name)}"


def signature_key(key: str) -> str:
    """Where the signature of the object ``key`` lies."""
    return f"{key}.minisig"


def clean_prefix(prefix: str) -> str:
    """``prefix`` without outer slashes and with one at its end; empty stays empty."""
    inner = prefix.strip("/")
    return f"{inner}/" if inner else ""


def _segment(text: str) -> str:
    """One level of a key; what could leave it is percent-encoded, as Hive does."""
    return {".": "%2E", "..": "%2E%2E"}.get(text) or quote(text, safe="")
