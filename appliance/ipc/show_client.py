"""Ask the show."""

from __future__ import annotations

from appliance.ids import CueId, EventId
from appliance.ipc.client import ControlClient
from appliance.model.programme import HouseLights
from appliance.model.show_view import Lease, ShowView, Verb
from appliance.paths import Paths, Service


class ShowClient:
    """What operators, the command line and the capture may ask of the show."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.SHOW)

    def status(self) -> ShowView:
        """Where the show stands."""
        return self._control.ask("GET", "/status", ShowView)

    def do(self, verb: Verb, nonce: str | None = None) -> ShowView:
        """Carry out ``verb``; the same ``nonce`` twice is one act. Returns where the show then stands."""
        return self._control.ask("POST", f"/{verb}", ShowView, {"nonce": nonce})

    def fire(self, cue: CueId, nonce: str | None = None) -> ShowView:
        """Fire a cue by name, now."""
        return self._control.ask("POST", f"/cues/{cue}/fire", ShowView, {"nonce": nonce})

    def lights(self, lights: HouseLights) -> ShowView:
        """House lights by hand, until the next item."""
        return self._control.ask("POST", "/lights", ShowView, {"lights": lights})

    def load(self, event: EventId) -> ShowView:
        """Take up an event that lies in the events folder."""
        return self._control.ask("POST", "/load", ShowView, {"event": event})

    def lease(self) -> Lease:
        """Ask to film the house; the answer holds for ``Lease.seconds``."""
        return self._control.ask("POST", "/lease", Lease)
