"""The screen's counter and the portal's: never more than a second apart, by the pixels and by HTTP."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from typing import Self, cast

import pytest

from appliance.audience.capability import stored
from appliance.audience.four_words import FourWords, ensure_code_key
from appliance.clock import RealClock
from appliance.ids import AttendeeId, EventId, new_id, new_secret
from appliance.ipc.offers_client import OffersClient
from appliance.model.counter import StockWish
from appliance.model.picture import Overlay, OverlayKind
from appliance.model.show_view import Verb
from appliance.paths import Paths
from appliance.player import virtual_screen
from appliance.player.panels import Panel, panels
from appliance.sealing_age import make_key
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from lab.audience import Evening
from lab.evening import MANIFEST
from lab.free_port import free_port
from lab.player_process import Player
from lab.portal_process import Box, running
from lab.projector import Projector, eventually
from lab.rush import Phone
from lab.show_process import ShowProcess

SIZE = (1280, 720)
STOCK = 12
SLOW_LOOK_S = 0.5
"""Who needs so long to look at both saw them at two different times: it tells nothing."""
COUNTED = """
[[cue]]
id = "n"
item = "welcome"
on = "entry"
do = [{ overlay = { id = "n", kind = "left", drop = "poster" } }]
"""
EVENT = EventId("small-evening")


@pytest.fixture
def projector() -> Iterator[Projector]:
    screen = virtual_screen.start(SIZE)
    projector = Projector(screen.name)
    projector.name = screen.name  # type: ignore[attr-defined]
    yield projector
    projector.close()
    screen.close()


def _crowd(paths: Paths, people: int) -> list[Phone]:
    rows, words, crowd = AudienceRows.owner(paths), FourWords(ensure_code_key(paths)), []
    with rows.database.transaction() as tx:
        for number in range(people):
            row = AttendeeRow(AttendeeId(new_id()), EVENT, RealClock().now())
            capability = words.capability(row.id)
            rows.add_attendee(tx, row, stored(capability))
            crowd.append(Phone(capability, row.id, f"10.41.0.{number + 2}", drop="poster"))
    rows.database.close()
    return crowd


class Eyes:
    """Looks at both until told to stop, and keeps how long they told different numbers."""

    def __init__(self, projector: Projector, url: str) -> None:
        self._projector, self._url = projector, f"{url}/api/v1/drops"
        self._panels: dict[int, Panel] = {
            left: panels((Overlay("n", OverlayKind.LEFT, "Poster", left=left),), SIZE)[0]
            for left in range(STOCK + 1)
        }
        self._stop = threading.Event()
        self.longest_s = 0.0
        self.seen: set[tuple[int, int]] = set()
        self._thread = threading.Thread(target=self._watch)

    def on_screen(self) -> int | None:
        picture = self._projector.picture()
        for left, panel in self._panels.items():
            box = (panel.x, panel.y, panel.x + panel.image.width, panel.y + panel.image.height)
            if picture.crop(box).tobytes() == panel.image.tobytes():
                return left
        return None

    def on_phones(self) -> int:
        with urllib.request.urlopen(self._url, timeout=20) as answer:  # noqa: S310 our own portal
            return int(json.load(answer)["drops"][0]["left"])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        clock = RealClock()
        agreed = clock.monotonic()
        while not self._stop.is_set():
            began = clock.monotonic()
            phones, screen = self.on_phones(), self.on_screen()
            if phones == screen:
                agreed = clock.monotonic()
                self.seen.add((phones, phones))
            elif clock.monotonic() - began > SLOW_LOOK_S:
                agreed = clock.monotonic()
            else:
                self.longest_s = max(self.longest_s, clock.monotonic() - agreed)


@pytest.mark.timeout(180)
def test_the_counters_of_screen_and_phones_are_never_a_second_apart(
    paths: Paths, projector: Projector
) -> None:
    port, (secret, recipient) = free_port(), make_key()
    manifest = MANIFEST.replace("stock = 5", f"stock = {STOCK}") + COUNTED
    show = ShowProcess(
        paths, f'[portal]\nport = {port}\n[people]\nrecipients = ["{recipient}"]\n[osc]\nlisten = ""\n'
    )
    box = Box(paths, port, secret, cast("Evening", None))
    player = Player(paths, projector.name)  # type: ignore[attr-defined]
    try:
        crowd = _crowd(paths, 14)
        show.load(manifest)
        show.client.do(Verb.GO)
        with running(box):
            counter = OffersClient(paths)
            counter.switch(StockWish(new_secret(), "poster", state="open"))
            eyes = Eyes(projector, box.url)
            eventually(lambda: eyes.on_screen() == STOCK, 30)
            with eyes:
                for at in range(0, 10, 2):  # two at once, five times
                    pair = [threading.Thread(target=_press, args=(one, box)) for one in crowd[at : at + 2]]
                    for thread in pair:
                        thread.start()
                    for thread in pair:
                        thread.join()
                    eventually(lambda left=STOCK - at - 2: (left, left) in eyes.seen, 30)
                counter.edit_stock(StockWish(new_secret(), "poster", units=3))
                eventually(lambda: (5, 5) in eyes.seen, 30)
        assert {phone.answer for phone in crowd[:10]} == {"claimed"}
        print("longest apart, seconds:", round(eyes.longest_s, 3))  # noqa: T201 a figure for people
        assert eyes.longest_s <= 1.0
    finally:
        player.close()
        show.stop()


def _press(phone: Phone, box: Box) -> None:
    phone.press(box, RealClock(), lambda: None)
