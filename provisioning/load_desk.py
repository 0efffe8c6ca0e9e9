"""Take a finished draft onto the box: on a thread of its own, with words for who waits."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import EventId, Sha256
from appliance.manifest import event_manifest
from appliance.paths import Paths
from cache.media_store import media_path
from provisioning.fitting import Fitting
from provisioning.loading import MediaDoor, load_event

_FOLDER = "loading"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loading:
    """How far it is."""

    draft: str = ""
    """Which one was taken last; empty: none yet."""
    words: str = ""
    busy: bool = False
    event: str = ""
    """What it is on the box, once it is there."""
    fault: str = ""
    """Why it was not taken, in a sentence."""


class LoadDesk:
    """One draft at a time. Safe to use from any thread."""

    def __init__(
        self,
        paths: Paths,
        door: MediaDoor,
        fitting: Fitting,
        stand_by: Callable[[EventId], object],
        picture: Callable[[str], bytes | None] = lambda _: None,
    ) -> None:
        """``stand_by`` tells the show to take up an event; ``picture`` finds one of a format pack."""
        self._paths = paths
        self._door = door
        self._fitting = fitting
        self._stand_by = stand_by
        self._picture = picture
        self._lock = threading.Lock()
        self._now = Loading()

    def state(self) -> Loading:
        """How far it is."""
        with self._lock:
            return self._now

    def take(self, draft: str, text: str, films: Mapping[str, Sha256]) -> None:
        """Begin; ``films`` are those on the card, by name.

        Raises ``draft.busy``, ``draft.films_missing`` and what the manifest says.
        """
        event = event_manifest.check(text)
        missing = [name for name in event.films if name not in films]
        if missing:
            raise MatineeError("draft.films_missing", names=", ".join(missing))
        with self._lock:
            if self._now.busy:
                raise MatineeError("draft.busy")
            self._now = Loading(draft, "It begins.", busy=True)
        wanted = {name: films[name] for name in event.films}
        threading.Thread(target=self._work, args=(draft, text, wanted), name="load-desk", daemon=True).start()

    def _work(self, draft: str, text: str, films: Mapping[str, Sha256]) -> None:
        folder = self._paths.derived / _FOLDER
        try:
            event = load_event(
                self._laid(folder, text, films),
                self._paths,
                self._door,
                lambda words: self._set(Loading(draft, words, busy=True)),
                self._fitting,
            )
            self._stand_by(event)
        except MatineeError as fault:
            _log.warning("draft was not taken key=%s", fault.key)
            self._set(Loading(draft, fault=fault.sentence))
        except OSError as fault:
            _log.warning("draft was not taken fault=%s", fault)
            self._set(
                Loading(draft, fault=MatineeError("draft.card", fault=fault.strerror or fault).sentence)
            )
        else:
            self._set(Loading(draft, "It is on the box, and the show stands by with it.", event=event))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _laid(self, folder: Path, text: str, films: Mapping[str, Sha256]) -> Path:
        """The manifest with its films beside it, as links into the store, and the pictures of its pack."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, sha256 in films.items():
            (folder / name).symlink_to(media_path(self._paths.media, sha256))
        for name in event_manifest.check(text).programme.pictures:
            picture = self._picture(name)
            if picture is not None:
                (folder / name).write_bytes(picture)
        (folder / "event.toml").write_text(text, "utf-8")
        return folder / "event.toml"

    def _set(self, now: Loading) -> None:
        with self._lock:
            self._now = now
