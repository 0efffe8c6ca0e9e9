"""An evening's audience: the show's side played by the test, and phones that sign up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.audience.consent import Wordings
from appliance.clock import Clock
from appliance.ids import CueId, Sha256, ShowId, new_id
from appliance.manifest import event_manifest
from appliance.manifest.packing_list import PackingList
from appliance.model.event import Event
from appliance.model.programme import Media
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.store.show_rows import ShowRows, Step
from webui.languages import FALLBACK

SAMPLE = Path(__file__).parents[2] / "provisioning" / "sample" / "event.toml"
ADDRESS = "http://box.test"


class Evening:
    """The show's side, played by the test: it loads the event, enters items, fires cues."""

    def __init__(self, paths: Paths, clock: Clock, manifest: str) -> None:
        self.event: Event = event_manifest.check(manifest)
        self._rows = ShowRows.owner(paths)
        self._clock = clock
        self._manifest = manifest
        self.load()

    def load(self) -> None:
        """As another showing."""
        self._show = ShowId(new_id())
        films = enumerate(self.event.films)
        media = tuple(Media(film, Sha256(f"{n:064x}"), 1000, 33_000) for n, film in films)
        with self._rows.database.transaction() as tx:
            self._rows.load(
                tx, self._show, self._manifest, PackingList(self.event.id, 1, media), self._clock.now()
            )

    def enter(self, item: int, phase: Phase = Phase.RUNNING) -> None:
        with self._rows.database.transaction() as tx:
            step = Step("entered", phase, item, item, 0)
            self._rows.append(tx, self._show, step, self._clock.now())

    def fire(self, cue: str, visit: int = 1) -> None:
        with self._rows.database.transaction() as tx:
            self._rows.fire(tx, self._show, visit, CueId(cue), 0, self._clock.now())


@dataclass
class Phone:
    """One attendee's browser: no cookies, no script."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def post(self, path: str, form: dict[str, str]) -> TestResponse:
        return self.client.post(path, data=form)

    def nonce(self) -> str:
        return hidden(self.get("/").text, "nonce")

    def form(self) -> dict[str, str]:
        """What the sign-up form sends if nobody types or ticks anything."""
        page = self.get("/").text
        return {name: hidden(page, name) for name in ("nonce", "event", "wording")}

    def join(self, **fields: str) -> TestResponse:
        return self.client.post("/join", data={**self.form(), **fields})

    def capability(self, **fields: str) -> str:
        return self.join(**fields).headers["Location"].removeprefix("/pass/").partition("?")[0]

    def claim(self, capability: str, nonce: str, drop: str = "poster") -> TestResponse:
        return self.client.post(f"/drops/{drop}/claim", data={"pass": capability, "nonce": nonce})


def hidden(page: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert match, page
    return match[1]


def agreed(event: Event) -> dict[str, str]:
    """The hidden fields of the sign-up form: which evening and which words were on the page."""
    wording = Wordings.shipped().newest(FALLBACK, event.organiser.name)
    return {"event": event.id, "wording": wording.sha256}
