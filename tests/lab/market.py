"""A counter to stand at: the console's app, the portal's verbs at its socket, a real file, an evening on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.audience.shop import Shop
from appliance.clock import HeldClock
from appliance.config import BoxTable, Config
from appliance.ids import AttendeeId, BoxId, DropId, new_secret
from appliance.ipc.server import ControlServer
from appliance.model.event import Event
from appliance.paths import Paths, Service
from appliance.store.console_rows import Role
from appliance.store.outbox import Outbox
from lab.audience import Evening, hidden
from lab.desk_room import Steward
from lab.door_desk import DoorBox, door_box
from webui.console.console import Console
from webui.portal.counter_routes import counter_routes
from webui.portal.door_routes import door_routes
from webui.portal.evening import ShowEvents


@dataclass
class Market:
    """What stands behind the counter, and who comes to it."""

    app: Flask
    console: Console
    box: DoorBox
    shop: Shop
    event: Event

    def steward(self, role: Role = Role.STEWARD) -> Steward:
        if role is not Role.STEWARD:
            self.console.sessions.ensure_operator()
        return Steward.signed_in(self.app, self.console, role)

    def nobody(self) -> FlaskClient:
        return self.app.test_client()

    def reserve(self, drop: str, variant: str = "") -> AttendeeId:
        who = self.box.sign_up(self.event).id
        of = self.event.drop(DropId(drop))
        answer = self.shop.offers.claim(self.event.id, of, who, new_secret(), is_open=True, variant=variant)
        assert answer == "claimed"
        return who

    def code(self, who: AttendeeId) -> str:
        return self.box.words.of(who)

    def claim(self, steward: Steward, who: AttendeeId) -> str:
        """The claim that the counter's page names for who says those words."""
        return hidden(steward.post("/desk/counter/find", text=self.code(who)).text, "claim")


def market(request: pytest.FixtureRequest, manifest: str) -> Iterator[Market]:
    """Over the fixtures paths, clock, app and console of the test that asks."""
    paths: Paths = request.getfixturevalue("paths")
    clock: HeldClock = request.getfixturevalue("clock")
    evening = Evening(paths, clock, manifest)
    clock.set_wall(evening.event.starts.replace(hour=21, minute=15))
    box = door_box(paths, clock, name="lab")
    outbox, config = Outbox(BoxId("lab"), clock), Config(box=BoxTable(id="lab"))
    shop = Shop.opened(paths, config, box.audience, box.writer, outbox, box.words, clock)
    events = ShowEvents(paths)
    routes = [*door_routes(box.desk, events), *counter_routes(shop, box.desk, events)]
    server = ControlServer(paths.socket(Service.PORTAL), routes, lambda work: work())
    console: Console = request.getfixturevalue("console")
    yield Market(request.getfixturevalue("app"), console, box, shop, evening.event)
    server.close()
    box.close()
