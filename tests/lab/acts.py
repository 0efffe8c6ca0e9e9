"""Small real programs that the fault laboratory drives: the product's own code, watched from outside.

``python -m lab.acts ACT ROOT TELL MUTANT TIMES``. ``TELL`` is ``disk`` (marks in the record of a lossy disk),
``stdout``, or the folder that takes a card's orders (``block_card.py``). What is told, one line each:
``sent X`` before, ``told X`` once the product said that it is saved, ``refused KEY X`` when it said that it
is not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from appliance.audience.capability import attendee_of, stored
from appliance.audience.consent import Wordings
from appliance.audience.four_words import FourWords, ensure_code_key
from appliance.audience.offers import ClaimResult, Offers
from appliance.audience.signup import SignUps, parse
from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId, EventId, new_id, new_secret
from appliance.manifest.packing_list import PackingList
from appliance.model.show_view import Verb
from appliance.paths import Paths, Service
from appliance.sealing_age import AgeSealer, make_key
from appliance.show.director import Director
from appliance.show.journal import Journal
from appliance.show.presses import Pressed
from appliance.show.screen import Surroundings
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.database import Database
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.show_rows import ShowRows
from appliance.sync.media import MediaDesk
from lab import mutants
from lab.evening import MANIFEST, PACKING, loaded
from lab.letting_in import LettingIn
from lab.lossy_disk import mark

EVENT = EventId("small-evening")
SOURCES = "sources"
"""Folder beside the box's own, with films to import."""

Tell = Callable[[str], None]


class Act(Protocol):
    """One program: ``prepare`` the box once, then ``open`` it and ``step`` as often as asked."""

    def step(self) -> None:
        """Do one thing, telling what is sent, told and refused."""
        ...


@dataclass
class SigningUp:
    """Sign-ups through the audience's code and the group writer."""

    root: Path
    tell: Tell

    def __post_init__(self) -> None:
        rows = AudienceRows.owner(Paths(self.root))
        clock = RealClock()
        self.writer = GroupWriter(rows.database)
        _, recipient = make_key()
        self._sign_ups = SignUps(
            rows,
            self.writer,
            Outbox(BoxId("lab"), clock),
            AgeSealer([recipient]),
            FourWords(ensure_code_key(Paths(self.root))),
            clock,
        )
        self._wording = Wordings.shipped().newest("en", "Harbour Film Club")

    def step(self) -> None:
        form = parse({"nonce": new_secret(), "name": "Mia", "email": "mia@example.org", "news": "yes"})
        subject = attendee_of(form.nonce)
        self.tell(f"sent {subject}")
        try:
            self._sign_ups.take(EVENT, form, self._wording)
        except MatineeError as refused:
            self.tell(f"refused {refused.key} {subject}")
        else:
            self.tell(f"told {subject}")


@dataclass
class Claiming:
    """Claims of a drop with plenty of stock, each by a new attendee."""

    root: Path
    tell: Tell

    def __post_init__(self) -> None:
        self._rows = AudienceRows.owner(Paths(self.root))
        self._clock = RealClock()
        self.writer = GroupWriter(self._rows.database)
        self._offers = Offers(self._rows, self.writer, Outbox(BoxId("lab"), self._clock), self._clock)
        self._drop = replace(loaded().event.drops[0], stock=10_000)

    def step(self) -> None:
        attendee, nonce = AttendeeId(new_id()), new_secret()
        try:
            row = AttendeeRow(attendee, EVENT, self._clock.now())
            self.writer.write(lambda tx: self._rows.add_attendee(tx, row, stored(nonce)))
            self.tell(f"sent {nonce}")
            result = self._offers.claim(EVENT, self._drop, attendee, nonce, is_open=True)
        except MatineeError as refused:
            self.tell(f"refused {refused.key} {nonce}")
        else:
            self.tell(f"told {nonce}" if result is ClaimResult.CLAIMED else f"refused {result} {nonce}")


@dataclass
class Importing:
    """Imports of films, through the desk of the sync service."""

    root: Path
    tell: Tell

    def __post_init__(self) -> None:
        paths = Paths(self.root)
        database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        self._desk = MediaDesk(paths, database, RealClock())
        self._films = sorted((self.root.parent / SOURCES).iterdir())

    def step(self) -> None:
        film = self._films.pop(0)
        self.tell(f"sent {film.stem}")
        try:
            self._desk.bring(film, film.name, EVENT)
        except MatineeError as refused:
            self.tell(f"refused {refused.key} {film.stem}")
        else:
            self.tell(f"told {film.stem}")


@dataclass
class Going:
    """GO and then NEXT, through director and journal."""

    root: Path
    tell: Tell

    def __post_init__(self) -> None:
        rows = ShowRows.owner(Paths(self.root))
        self._clock = HeldClock()
        journal = Journal(rows, Outbox(BoxId("lab"), self._clock), self._clock)
        around = Surroundings(self.root / "media", "http://box.test", "Box", 1.0)
        self._director = Director(journal, rows.loaded(), around, self._clock)
        self._verb = Verb.GO

    def step(self) -> None:
        nonce = new_secret()
        self._clock.advance(1)
        self.tell(f"sent {nonce}")
        try:
            self._director.press(self._verb, Pressed(nonce))
        except MatineeError as refused:
            self.tell(f"refused {refused.key} {nonce}")
        else:
            self.tell(f"told {nonce}")
            self._verb = Verb.NEXT


ACTS: dict[str, Callable[[Path, Tell], Act]] = {
    "signing_up": SigningUp,
    "claiming": Claiming,
    "importing": Importing,
    "going": Going,
    "letting_in": LettingIn,
}


def prepare(act: str, root: Path) -> None:
    """Make the box at ``root`` as it stands before the act: files made and migrated, an event loaded."""
    paths = Paths(root).ensure()
    match act:
        case "signing_up" | "claiming" | "letting_in":
            AudienceRows.owner(paths).database.close()
        case "importing":
            Database.open_owner(paths.database(Service.SYNC), Service.SYNC).close()
            (paths.media / "incoming").mkdir(exist_ok=True)
        case "going":
            rows = ShowRows.owner(paths)
            clock = HeldClock()
            journal = Journal(rows, Outbox(BoxId("lab"), clock), clock)
            packing = PackingList(PACKING.event, PACKING.version, PACKING.media)
            journal.load(MANIFEST, packing)
            rows.database.close()


def main(act: str, root: str, tell: str, mutant: str, times: str) -> None:
    """Do it, then end without a farewell, as a power cut would have it."""
    mutants.apply(mutant)
    box = Path(root)
    doing = ACTS[act](box, _teller(tell, box))
    for _ in range(int(times)):
        doing.step()
    os._exit(0)


def _teller(tell: str, root: Path) -> Tell:
    if tell == "stdout":
        return lambda words: print(words, flush=True)  # noqa: T201 told to whoever started us
    return partial(mark, root if tell == "disk" else Path(tell))


if __name__ == "__main__":
    main(*sys.argv[1:])
