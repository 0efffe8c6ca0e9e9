"""All venues at a glance: what boxes say of themselves in the bucket, and the clips they brought.

A thread looks while somebody looks at its findings, and rests otherwise. Boxes write what they like: what is
too long, or is no state and no clip, is left out, and what stands in it never becomes a path.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from appliance.bucket.bucket import Bucket, StoredObject
from appliance.bucket.layout import parse_state_key
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.sync_view import BoxState
from provisioning.cloud.clips import Clip, ClipFinder, hide_withdrawn
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.pages_owed import PagesOwed

LARGEST_STATE_BYTES = 64 << 10
_MOST_BOXES = 500
_ABSURD = 1 << 50
_EACH_S = 3.0
_LIST_EACH_S = 20.0
_WATCHED_S = 15.0
"""After the last look, nobody looks any more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found."""

    states: tuple[BoxState, ...] = ()
    """By the name of the box; ``box`` is what the bucket's rights vouch for."""
    clips: tuple[Clip, ...] = ()
    """The newest first."""
    at: datetime | None = None
    """When it was looked; None: not yet."""
    sentence: str = ""
    """Why it could not be looked just now."""


@dataclass(slots=True)
class _Place:
    """What is remembered of one bucket."""

    bucket: Bucket
    settings: object
    owed: PagesOwed
    """Events whose public page is to be put anew for a clip that went."""
    keys: tuple[str, ...] = ()
    listed: float = -1e9
    finder: ClipFinder = field(default_factory=ClipFinder)
    hidden: frozenset[tuple[str, str, str]] = frozenset()
    """Clips that venues took down, and that no list shows any more."""


_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(BoxState)


class BucketWatch:
    """Asked from any thread."""

    def __init__(self, folder: OrganiserFolder, clock: Clock) -> None:
        """Nothing runs yet."""
        self._folder = folder
        self._clock = clock
        self._place: _Place | None = None
        self._seen = Seen()
        self._asked = -1e9
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._again = threading.Event()
        self._list_due = False
        self._looked = threading.Event()
        self.put_page: Callable[[Bucket, str], None] = lambda _bucket, _event: None
        """Puts an event's public page anew, after a clip went from it."""
        self._thread = threading.Thread(target=self._run, name="bucket-watch", daemon=True)

    def start(self) -> None:
        """Begin to look when somebody asks."""
        self._thread.start()

    def stop(self) -> None:
        """End, at the next moment."""
        self._stopping.set()
        self._wake.set()
        self._again.set()

    def seen(self, wait_s: float = 0.0) -> Seen:
        """What is known now; waits at most ``wait_s`` for the first look."""
        self._asked = self._clock.monotonic()
        self._wake.set()
        self._looked.wait(wait_s)
        return self._seen

    def look_again(self) -> None:
        """Something was changed by ourselves: list anew at once."""
        self._list_due = True
        self._again.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            while not self._stopping.is_set() and self._clock.monotonic() - self._asked < _WATCHED_S:
                self._again.clear()
                self._look()
                self._looked.set()
                self._clock.wait(self._again, _EACH_S)

    def _look(self) -> None:
        try:
            place = self._opened()
            if self._list_due or self._clock.monotonic() - place.listed > _LIST_EACH_S:
                self._list_due = False
                _list(place)
                _hide_withdrawn(place)
                place.listed = self._clock.monotonic()
            sentence = self._put_pages(place)
            states = sorted(_states(place), key=lambda one: (one.name or one.box).casefold())
            self._seen = Seen(tuple(states), place.finder.clips(place.bucket), self._clock.now(), sentence)
        except (MatineeError, OSError) as fault:
            self._seen = replace(self._seen, sentence=_said(fault))

    def _put_pages(self, place: _Place) -> str:
        """Put what is owed; gives why not, if something is in the way: then it stays owed."""
        for event in place.owed.events:
            try:
                self.put_page(place.bucket, event)
            except (MatineeError, OSError) as fault:
                _log.warning("page not put event=%s fault=%r", event, fault)
                return _said(fault)
            place.owed.remove(event)
        return ""

    def _opened(self) -> _Place:
        settings = self._folder.settings()
        if self._place is None or self._place.settings != settings:
            bucket = self._folder.bucket()
            self._place = _Place(bucket, settings, PagesOwed(self._folder.folder, bucket.where))
        return self._place


def _said(fault: MatineeError | OSError) -> str:
    if isinstance(fault, MatineeError):
        return fault.sentence
    return MatineeError("organiser.own_disk", fault=fault.strerror or fault).sentence


def _hide_withdrawn(place: _Place) -> None:
    """What a venue took down goes from the public lists by itself, once; its page is owed."""
    for clip in sorted(place.finder.withdrawn() - place.hidden):
        if place.owed.lost:
            place.owed.add(clip[1])
        hide_withdrawn(place.bucket, [clip], place.owed.add)
        place.hidden |= {clip}
    place.owed.lost = False


def _list(place: _Place) -> None:
    """Find the boxes and their clips: one walk over the keys."""
    found: dict[str, None] = {}
    clips: list[StoredObject] = []
    for one in place.bucket.list("boxes/"):
        if parse_state_key(one.key) is not None and one.size_bytes <= LARGEST_STATE_BYTES:
            found[one.key] = None
        elif "/clips/" in one.key:
            clips.append(one)
    place.keys = tuple(sorted(found)[:_MOST_BOXES])
    place.finder.listed(clips)


def _states(place: _Place) -> list[BoxState]:
    found = []
    for key in place.keys:
        state = _state(place.bucket, key)
        if state is not None:
            found.append(state)
    return found


def _state(bucket: Bucket, key: str) -> BoxState | None:
    """What a box says; None for what no box of ours wrote. The key says which box it is."""
    try:
        content = b"".join(bucket.read(key, 0, LARGEST_STATE_BYTES))
        state = _decoder.decode(content)
    except MatineeError as fault:
        if fault.key == "bucket.no_object":
            return None
        raise
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if any(
        abs(number) > _ABSURD
        for number in (state.position_ms, state.attendance, state.clips_waiting, state.waiting)
    ):
        return None  # pages would fail at it for all venues
    box = parse_state_key(key)
    return None if box is None else replace(state, box=box)
