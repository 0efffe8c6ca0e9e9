"""People who ask not to be shown, what the crew decides, and clips that are taken down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.capture.cut import file_name, file_of
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId, new_id
from appliance.model.capture import WITHDRAWN, Clip, ClipFile, ClipState
from appliance.model.removal import LONGEST_WORDS, Removal, RemovalId
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import rfc3339
from appliance.store.reel_rows import reels_with
from appliance.store.removal_rows import RemovalRows
from cache.durable import write_whole

_UNMADE = frozenset({ClipState.WAITING, ClipState.CUTTING, ClipState.FAILED})

_log = logging.getLogger(__name__)


class Notice(msgspec.Struct, frozen=True):
    """What lies in the bucket beside a clip that was taken down; a box can not delete there."""

    clip: str
    event: str
    box: str
    withdrawn_at: str


class Removals:
    """On the owner thread. Every wish is in effect when it is answered."""

    def __init__(
        self, rows: CaptureRows, removals: RemovalRows, folder: Path, clock: Clock, box: BoxId,
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        """``folder``: of the clips; ``changed`` wakes whoever carries clips away."""
        self._rows = rows
        self._removals = removals
        self._folder = folder
        self._clock = clock
        self._box = box
        self._changed = changed

    def ask(self, event: EventId, clip: ClipId | None, asker: str, words: str) -> Removal:
        """Hold one clip, or every clip of ``event``, also to come, until the crew has looked.

        Again is no fault. Raises ``capture.no_clip`` and ``capture.long_words``.
        """
        words = " ".join(words.split())
        if len(words) > LONGEST_WORDS:
            raise MatineeError("capture.long_words", most=LONGEST_WORDS)
        if clip is not None and self._rows.clip(clip).event != event:
            raise MatineeError("capture.no_clip", clip=clip)
        wish = Removal(RemovalId(new_id()), event, clip, asker, words, self._clock.now())
        return self._removals.ask(wish)

    def take_back(self, removal: RemovalId, asker: str) -> None:
        """They do not mind any more; ``capture.no_removal`` if it is not theirs."""
        self._removals.take_back(removal, asker, self._clock.now())
        self._changed()

    def not_in_it(self, removal: RemovalId, clip_id: ClipId) -> Clip:
        """The crew looked; the clip is free again when nobody else waits."""
        clip = self._made(clip_id)
        self._removals.not_in_it(removal, clip, self._clock.now())
        self._changed()
        return self._rows.clip(clip_id)

    def withdraw(self, clip_id: ClipId) -> Clip:
        """Take it down for good: off the portal, off the card, and the cloud is told. Again is no fault."""
        clip = self._rows.clip(clip_id)
        if clip.state is not ClipState.WITHDRAWN:
            clip = self._made(clip_id)
            for reel in reels_with(self._rows.database, clip_id):
                self.withdraw(reel)  # before its part: a power cut in between leaves no reel that shows it
            notice = None if clip.approved_at is None else self._notice(clip)
            self._removals.withdraw(clip, self._clock.now(), notice)
            _log.info("clip withdrawn clip=%s approved=%s", clip_id, notice is not None)
            self._changed()
        self.clear_away(clip_id)
        return self._rows.clip(clip_id)

    def clear_away(self, clip_id: ClipId) -> None:
        """Remove the files of a clip that was taken down, but for the notice."""
        for path in self._folder.glob(f"*{clip_id}.*"):  # a film in the making has a dot before its name
            if path.name != file_name(clip_id, "json", WITHDRAWN):
                path.unlink(missing_ok=True)

    def clear_all_away(self) -> None:
        """After a start: what a power cut left of clips that were taken down."""
        for clip in self._removals.withdrawn():
            self.clear_away(clip)

    def _made(self, clip_id: ClipId) -> Clip:
        clip = self._rows.clip(clip_id)
        if clip.state is ClipState.WITHDRAWN:
            raise MatineeError("capture.withdrawn")
        if clip.state in _UNMADE:
            raise MatineeError("capture.not_made", state=clip.why or "it is still being made")
        return clip

    def _notice(self, clip: Clip) -> ClipFile:
        said = Notice(clip.id, clip.event, self._box, rfc3339(self._clock.now()))
        text = msgspec.json.format(msgspec.json.encode(said), indent=2)
        write_whole(self._folder / file_name(clip.id, "json", WITHDRAWN), text)
        return file_of(self._folder, clip.id, "json", WITHDRAWN)
