"""Many phones at few items in the same second, at a real portal that may be killed in the middle."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode, urlsplit

from appliance.audience.capability import stored
from appliance.audience.four_words import FourWords, ensure_code_key
from appliance.audience.offers import Offers
from appliance.clock import RealClock
from appliance.ids import AttendeeId, BoxId, DropId, new_id, new_secret
from appliance.paths import Paths
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from lab.portal_process import Box, running
from lab.shop import MANIFEST

_PATIENCE_S = 60
_AGAIN_S = 0.05
DROP = DropId("print")


@dataclass
class Phone:
    """One attendee with their pass page open; the same button pressed until something is heard."""

    capability: str
    attendee: AttendeeId
    address: str
    drop: str = DROP
    nonce: str = field(default_factory=new_secret)
    answer: str = ""
    waited_s: float = 0.0
    presses: int = 0

    def press(self, box: Box, clock: RealClock, heard: Callable[[], None]) -> None:
        nothing, began = threading.Event(), clock.monotonic()
        while not self.answer and clock.monotonic() - began < _PATIENCE_S:
            self.presses += 1
            self.answer = self._asked(box)
            if not self.answer:
                clock.wait(nothing, _AGAIN_S)
        self.waited_s = clock.monotonic() - began
        heard()

    def _asked(self, box: Box) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=_PATIENCE_S)
        head = {"Content-Type": "application/x-www-form-urlencoded", "X-Real-IP": self.address}
        form = urlencode({"pass": self.capability, "nonce": self.nonce})
        try:
            connection.request("POST", f"/drops/{self.drop}/claim", form, head)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return ""  # the portal is away: the page did not load, so they press again
        finally:
            connection.close()
        if answer.status != HTTPStatus.SEE_OTHER:
            return "" if answer.status == HTTPStatus.SERVICE_UNAVAILABLE else f"status {answer.status}"
        return parse_qs(urlsplit(answer.headers["Location"]).query)["just"][0]


@dataclass
class Rush:
    """The evening before anybody presses."""

    box: Box
    phones: list[Phone]

    @classmethod
    def prepared(cls, paths: Paths, phones: int, items: int) -> Rush:
        """Everybody has a pass, and the offer is open."""
        box = Box.prepared(paths, MANIFEST.replace("stock = 3\n", f"stock = {items}\n"))
        rows, clock, words = AudienceRows.owner(paths), RealClock(), FourWords(ensure_code_key(paths))
        writer = GroupWriter(rows.database)
        offers = Offers(rows, writer, Outbox(BoxId("lab"), clock), clock)
        offers.switch(box.event, DROP, "open", new_secret(), "operator")
        crowd = []
        with rows.database.transaction() as tx:
            for number in range(phones):
                row = AttendeeRow(AttendeeId(new_id()), box.event, clock.now())
                capability = words.capability(row.id)
                rows.add_attendee(tx, row, stored(capability))
                crowd.append(Phone(capability, row.id, f"10.41.{number // 250}.{number % 250 + 2}"))
        writer.close()
        rows.database.close()
        return cls(box, crowd)

    def run(self, kill_after: int = 0) -> None:
        """Everybody presses at once; with ``kill_after``, the portal dies after that many were answered."""
        clock, answered = RealClock(), [0]
        start, midst = threading.Event(), threading.Event()
        counting = threading.Lock()

        def heard() -> None:
            with counting:
                answered[0] += 1
                if answered[0] == kill_after:
                    midst.set()

        def one(phone: Phone) -> None:
            start.wait()
            phone.press(self.box, clock, heard)

        crowd = [threading.Thread(target=one, args=(phone,)) for phone in self.phones]
        for thread in crowd:
            thread.start()
        with running(self.box) as process:
            start.set()
            if kill_after:
                assert midst.wait(_PATIENCE_S)
                process.kill()
                process.wait()
            else:
                _join(crowd)
        if kill_after:
            with running(self.box):
                _join(crowd)

    def holders(self) -> list[AttendeeId]:
        """Who holds one, as the file says after everything."""
        with _rows(self.box.paths) as rows:
            found = rows.database.query("SELECT attendee FROM claim WHERE released IS NULL")
            return [AttendeeId(row["attendee"]) for row in found]

    def told(self, answer: str) -> set[AttendeeId]:
        """Who heard that."""
        return {phone.attendee for phone in self.phones if phone.answer == answer}


@contextmanager
def _rows(paths: Paths) -> Iterator[AudienceRows]:
    rows = AudienceRows.owner(paths)  # as the portal starts again
    yield rows
    rows.database.close()


def _join(crowd: list[threading.Thread]) -> None:
    for thread in crowd:
        thread.join(_PATIENCE_S + 30)
