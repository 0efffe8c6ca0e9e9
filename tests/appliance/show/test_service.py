"""The process as others meet it: its bell, its seek, its answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock, RealClock
from appliance.ids import AttendeeId, ClaimId, DropId, EventId, Sha256, new_id
from appliance.ipc.bell import Bell
from appliance.ipc.server import ControlServer, Request, Route
from appliance.model.picture import Screen, ScreenStatus
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths, Service
from appliance.store.audience_rows import AttendeeRow, AudienceRows, ClaimRow
from lab.evening import MANIFEST
from lab.ola import wait_until
from lab.show_process import ShowProcess


class Player:
    """Notes what it is told."""

    def __init__(self, paths: Paths) -> None:
        self.status = ScreenStatus()
        self.screen: Screen | None = None
        self.seeks: list[bytes] = []
        routes = [
            Route("GET", "/status", lambda _: self.status),
            Route("PUT", "/screen", self._show),
            Route("POST", "/seek", self._seek),
        ]
        self.server = ControlServer(paths.socket(Service.PLAYER), routes, lambda work: work())

    def _show(self, request: Request) -> ScreenStatus:
        self.screen = request.decode(Screen)
        now = self.screen.now
        if now.token != self.status.token:
            self.status = ScreenStatus(token=now.token, playing=True)
        return self.status

    def left(self) -> int | None:
        """What the overlay on the picture says."""
        return self.screen.overlays[0].left if self.screen and self.screen.overlays else None

    def _seek(self, request: Request) -> ScreenStatus:
        self.seeks.append(request.body)
        return self.status


@pytest.fixture
def show(paths: Paths) -> Iterator[ShowProcess]:
    made = ShowProcess(paths, '[osc]\nlisten = ""\n')
    made.load(MANIFEST.replace("seconds = 10", "seconds = 1"))
    yield made
    made.stop()


def test_the_cameras_are_woken_also_when_an_item_ends_by_itself(show: ShowProcess) -> None:
    show.client.do(Verb.GO)
    show.client.enter(show.client.status().items[3].id)
    rung = threading.Event()
    bell = Bell(show.paths, Service.CAPTURE, rung.set)
    assert rung.wait(20)
    wait_until(lambda: show.client.status().index == 4)
    bell.close()


def test_the_player_is_told_of_a_seek_at_once(show: ShowProcess) -> None:
    player = Player(show.paths)
    show.client.do(Verb.GO)
    show.client.do(Verb.NEXT)
    wait_until(lambda: bool(player.status.token) and player.status.token.endswith(".trailer"))
    view = show.client.seek(5000, "n")
    assert (view.phase, view.position_ms) == (Phase.RUNNING, 5000)
    wait_until(lambda: bool(player.seeks))
    show.client.seek(5000, "n")
    assert [b'"position_ms":5000' in body for body in player.seeks] == [True]
    player.server.close()


def test_n_left_on_the_picture_follows_the_rows_also_after_a_kill(
    show: ShowProcess, clock: HeldClock
) -> None:
    player = Player(show.paths)
    cue = '[[cue]]\nid = "n"\nitem = "short"\non = "entry"\n'
    cue += 'do = [{ overlay = { id = "n", kind = "left", drop = "poster" } }]\n'
    show.load(f"{MANIFEST}\n{cue}")
    rows = AudienceRows.owner(show.paths)
    show.client.enter(show.client.status().items[2].id)
    wait_until(lambda: player.left() == 5)
    waited = []
    for left in (4, 3, 2, 1, 0):
        attendee = AttendeeId(new_id())
        with rows.database.transaction() as tx:
            event = EventId("small-evening")
            rows.add_attendee(tx, AttendeeRow(attendee, event, clock.now()), Sha256((new_id() * 3)[:64]))
            rows.add_claim(
                tx, event, ClaimRow(ClaimId(new_id()), DropId("poster"), attendee, new_id(), clock.now())
            )
        since = RealClock().monotonic()
        wait_until(lambda left=left: player.left() == left)
        waited.append(RealClock().monotonic() - since)
        if left == 2:
            show.kill()
            show.start()
    print("seconds from the row to the picture", waited)  # noqa: T201 a figure for people, not a condition
    rows.database.close()
    player.server.close()
