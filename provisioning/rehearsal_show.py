"""The test film on the wall: the show plays it as an event of its own, and comes back to the evening."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from provisioning import rehearsal_film
from provisioning.fitting import Fitting
from provisioning.loading import MediaDoor, load_event

_FOLDER = "rehearsal"
_FREE = frozenset({Phase.NONE, Phase.STANDBY, Phase.OVER})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FilmState:
    """How far it is."""

    event: str = ""
    """Whose evening waits for its end."""
    words: str = ""
    busy: bool = False
    shown: bool = False
    fault: str = ""


class WallTest:
    """Made at first use, which takes seconds. Safe to use from any thread."""

    def __init__(self, paths: Paths, door: MediaDoor, fitting: Fitting, show: ShowClient) -> None:
        """Nothing is made yet."""
        self._paths = paths
        self._door = door
        self._fitting = fitting
        self._show = show
        self._lock = threading.Lock()
        self._now = FilmState()

    def state(self) -> FilmState:
        """How far it is."""
        with self._lock:
            return self._now

    def play(self, event: EventId) -> None:
        """Begin; ``event`` comes back afterwards. ``rehearsal.running`` while a show runs."""
        view = self._show.status()
        if view.phase not in _FREE and view.event != rehearsal_film.EVENT:
            raise MatineeError("rehearsal.running")
        with self._lock:
            if self._now.busy:
                return
            self._now = FilmState(event, "The test film is being made.", busy=True)
        threading.Thread(target=self._work, name="test-film", daemon=True).start()

    def back(self) -> None:
        """The evening's own card again; nothing if the test film is not on."""
        state = self.state()
        if state.event and not state.busy:
            self._show.load(EventId(state.event))
            self._set(FilmState())

    def _work(self) -> None:
        try:
            manifest = rehearsal_film.make(self._paths.derived / _FOLDER)
            self._set(replace(self.state(), words="It comes onto the card."))
            made = load_event(manifest, self._paths, self._door, lambda _: None, self._fitting)
            self._show.load(made)
            self._show.do(Verb.GO)
        except (MatineeError, OSError) as fault:
            _log.warning("test film is not shown fault=%s", fault)
            self._set(FilmState(self.state().event, fault=str(fault)))
        else:
            self._set(replace(self.state(), words="It is on the wall.", busy=False, shown=True))

    def _set(self, now: FilmState) -> None:
        with self._lock:
            self._now = now
