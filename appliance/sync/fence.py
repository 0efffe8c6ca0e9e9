"""Whether this card still is the box: the organiser's signed list says so once a box was made anew."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import INDEX_KEY, signature_key
from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.manifest import published_index
from appliance.manifest.published_index import Fence, PublishedIndex
from appliance.manifest.signing import Verifier
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.paths import Paths
from appliance.store.content_rows import ContentRows
from appliance.store.database import Database
from appliance.sync.published import Published
from cache.durable import write_whole

CARD_FILE = "card"
"""In ``paths.keys``: which card this is. A box that was never made anew has none."""
_LONGEST_CARD = 64
_NO_NEWS = frozenset({"bucket.refused", "bucket.no_object"})


def card_of(paths: Paths) -> str:
    """Which card this is; empty: the first one of its box."""
    try:
        return (paths.keys / CARD_FILE).read_text("ascii", "replace")[:_LONGEST_CARD].strip()
    except FileNotFoundError:
        return ""


def ensure_card(paths: Paths) -> str:
    """Make this a card of its own, durably; one that is there stays."""
    if not card_of(paths):
        write_whole(paths.keys / CARD_FILE, secrets.token_hex(16).encode() + b"\n", 0o600)
    return card_of(paths)


def fence_against(fences: Iterable[Fence], box: BoxId, card: str) -> Fence | None:
    """What says that another card than ``card`` is ``box`` now; None if nothing does."""
    return next((one for one in fences if one.box == box and one.card != card), None)


class CardFence:
    """Looks before anything is put after a start, and whenever a newer list was believed."""

    def __init__(
        self, paths: Paths, box: BoxId, bucket: Bucket, verifier: Verifier, rows: ContentRows, clock: Clock
    ) -> None:
        """Nothing is contacted yet. ``rows`` know the newest list that was believed."""
        self._copy = paths.root / "copy"
        self._box = box
        self._card = card_of(paths)
        self._published = Published(bucket, verifier, clock)
        self._verifier = verifier
        self._rows = rows
        self._asked = False
        self._version = 0
        self._signature = b""
        self._fence: Fence | None = None
        self._looking = threading.Lock()

    @property
    def sentence(self) -> str:
        """What a person should know; empty while this card is the box. From any thread."""
        fence = self._fence
        if fence is None:
            return ""
        date = f"{fence.since:%d %B %Y}"
        return MatineeError("sync.replaced", box=self._box, date=date).sentence

    def look(self) -> None:
        """See what the newest list that was believed here says; from any thread, never the network."""
        with self._looking:
            try:
                signature = (self._copy / signature_key(INDEX_KEY)).read_bytes()
                if signature == self._signature:
                    return
                content = (self._copy / INDEX_KEY).read_bytes()
                self._verifier.check(content, signature, published_index.PURPOSE)
                self._take(published_index.decode(content))
            except (OSError, MatineeError):
                return  # none yet, or torn between its two files: the next look sees it whole
            self._signature = signature

    def stands(self) -> bool:
        """Whether nothing may be put; asks the bucket itself once, before the first put after a start.

        Raises ``bucket.away`` and ``bucket.clock_skewed``: who was replaced is not known then.
        """
        if not self._asked:
            self._ask()
            self._asked = True
        self.look()
        return self._fence is not None

    def _ask(self) -> None:
        try:
            found = self._published.fences(self._rows.floor())
        except MatineeError as fault:
            if fault.key.startswith("bucket.") and fault.key not in _NO_NEWS:
                raise
            return  # nothing that could be believed: what was believed before still counts
        if found is not None:
            self._take(found)

    def _take(self, index: PublishedIndex) -> None:
        if index.version >= self._version:
            self._version = index.version
            self._fence = fence_against(index.fences, self._box, self._card)


def make_fence(
    paths: Paths, config: Config, bucket: Bucket | None, database: Database, clock: Clock
) -> CardFence | None:
    """The fence of this box; None where there is no bucket, or no organiser who is believed."""
    if bucket is None or not config.content.keys:
        return None
    verifier = MinisignVerifier(config.content.keys)
    return CardFence(paths, BoxId(config.box.id), bucket, verifier, ContentRows(database, clock), clock)
