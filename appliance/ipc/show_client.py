"""Ask the show."""

from __future__ import annotations

from datetime import datetime

from appliance.ids import CueId, EventId, ItemId
from appliance.ipc.client import ControlClient, part
from appliance.model.change import Change
from appliance.model.programme import HouseLights
from appliance.model.show_view import Lease, ShowView, Verb
from appliance.model.viewing import Viewing
from appliance.paths import Paths, Service


class ShowClient:
    """What operators, the command line and the capture may ask of the show."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.SHOW)

    def status(self) -> ShowView:
        """Where the show stands."""
        return self._control.ask("GET", "/status", ShowView)

    def do(self, verb: Verb, nonce: str | None = None, visit: int | None = None) -> ShowView:
        """Carry out ``verb``; the same ``nonce`` twice is one act. Returns where the show then stands.

        ``visit`` is the one that the operator saw (``ShowView.visit``): ``show.moved_on`` if it is over.
        """
        return self._control.ask("POST", f"/{verb}", ShowView, {"nonce": nonce, "visit": visit})

    def seek(self, position_ms: int, nonce: str | None = None, visit: int | None = None) -> ShowView:
        """Go to a place in the film, or in a timed card; ``show.no_seek`` where there is none."""
        body = {"position_ms": position_ms, "nonce": nonce, "visit": visit}
        return self._control.ask("POST", "/seek", ShowView, body)

    def enter(self, item: ItemId, nonce: str | None = None, visit: int | None = None) -> ShowView:
        """Go to an item of the programme, whatever is on."""
        return self._control.ask(
            "POST", f"/items/{part(item)}/enter", ShowView, {"nonce": nonce, "visit": visit}
        )

    def change(self, change: Change, nonce: str | None = None) -> ShowView:
        """Change the programme or its times; ``show.*`` where that makes no sense."""
        return self._control.ask("POST", "/change", ShowView, {"change": change, "nonce": nonce})

    def fire(self, cue: CueId, nonce: str | None = None) -> ShowView:
        """Fire a cue by name, now."""
        return self._control.ask("POST", f"/cues/{part(cue)}/fire", ShowView, {"nonce": nonce})

    def trigger(self, name: str, nonce: str | None = None) -> ShowView:
        """Say ``name`` from outside; ``show.unknown_trigger`` if nothing waits for it."""
        return self._control.ask("POST", f"/triggers/{part(name)}", ShowView, {"nonce": nonce})

    def lights(
        self, lights: HouseLights, level: float | None = None, fade_s: float | None = None
    ) -> ShowView:
        """House lights by hand, until the next item; a dimmer ``level`` of 0 to 1 counts before the look."""
        body = {"lights": lights, "level": level, "fade_s": fade_s}
        return self._control.ask("POST", "/lights", ShowView, body)

    def volume(self, level: float, nonce: str | None = None) -> ShowView:
        """Volume by hand for the whole show: 0 silent, 1 full."""
        return self._control.ask("POST", "/volume", ShowView, {"level": level, "nonce": nonce})

    def choose(self, viewing: Viewing, nonce: str | None = None) -> ShowView:
        """How films are read and heard tonight; what is None in it stays as it is."""
        return self._control.ask("POST", "/viewing", ShowView, {"viewing": viewing, "nonce": nonce})

    def call_out(self, text: str, over: str = "", nonce: str | None = None) -> ShowView:
        """Put words over what is on, until the next item; an empty ``text`` takes them off."""
        return self._control.ask("POST", "/callout", ShowView, {"text": text, "over": over, "nonce": nonce})

    def believe_clock(self, nonce: str | None = None, at: datetime | None = None) -> ShowView:
        """Say what time it is, without ``at`` that this box shows the right one: what goes by it may go."""
        return self._control.ask("POST", "/clock", ShowView, {"nonce": nonce, "at": at})

    def load(self, event: EventId, leaving: str = "") -> ShowView:
        """Take up an event that lies in the events folder; ``show.running`` while a show runs.

        The show of event ``leaving`` is left for it, whatever it does: one act, with nothing dark between.
        """
        return self._control.ask("POST", "/load", ShowView, {"event": event, "leaving": leaving})

    def lease(self) -> Lease:
        """Ask to film the house; the answer holds for ``Lease.seconds``."""
        return self._control.ask("POST", "/lease", Lease)
