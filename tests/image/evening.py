"""An evening on a started image, from outside: the organiser's stick, pairing, the guests' page, GO.

Everything is done as people do it, by pages, QR codes and what the projector shows.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import card as cards
from machine import Machine, until

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import parse_rows_key
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.dev.audience import Guest
from appliance.dev.browser import Browser
from appliance.dev.operator import Operator
from appliance.dev.page import Form, Page
from appliance.model.show_view import Phase, Verb
from cache.probe_av import AvProbe
from lab.films import make_counter_film
from lab.strip import read_strip
from provisioning.cloud.keys import make_keys
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key

WORDS = "seven quiet lamps again"
FILM = 5
FPS = 5
SECONDS = 40.0
PATIENCE_S = 120.0
_VIDEO = ("libx264", "-preset", "medium")
"""As films come: pictures that lean on others before and after them."""
_LATE = frozenset({502, 503, 504})
_AGAIN = 20
_EVENT = """matinee = 1
[event]
id = "@EVENT@"
title = "An Evening on a Card"
starts = 2026-11-27T20:00:00+01:00
doors = 2026-11-27T19:30:00+01:00
[venue]
name = "The Test Room"
capacity = 20
[organiser]
name = "The Testers"
[[item]]
id = "doors"
kind = "card"
title = "An Evening on a Card"
layout = "idle"
qr = true
then = "go"
[[item]]
id = "film"
kind = "short"
title = "The Short"
film = "short.mp4"
[[item]]
id = "good-night"
kind = "card"
title = "Good night"
layout = "closing"
then = "go"
"""
_NETWORK = """[network]
mode = "ethernet"
interface = "eth1"
uplink = "ethernet"
uplink_interface = "eth0"
crew = ["eth0"]
"""


THIS_COMPUTER = "10.0.2.2"
"""As a guest of QEMU sees it."""


EVENT = "image-evening"


class Organiser:
    """Their computer: keys, an evening, and what they lay on card and stick."""

    def __init__(
        self,
        folder: Path,
        size: tuple[int, int],
        bucket: BucketTable | None = None,
        *,
        seconds: float = SECONDS,
        fps: int = FPS,
        event: str = EVENT,
    ) -> None:
        """``size``: pixels of the film, in the shape of the projector; ``bucket``: on this computer."""
        self.folder = folder
        made = make_keys(folder / "keys", RealClock())
        self._signer = ensure_publish_key(folder / "keys")
        recipients = ", ".join(f'"{one}"' for one in made.recipients)
        self.told = (
            f'[organiser]\nkeys = ["{self._signer.public_key}"]\nrecipients = [{recipients}]\n{_NETWORK}'
        )
        if bucket is not None:
            seen = bucket.webdav.replace("127.0.0.1", THIS_COMPUTER)
            words = {"webdav": seen, "access_key": bucket.access_key, "secret_key": bucket.secret_key}
            self.told += "[bucket]\n" + "".join(f'{name} = "{word}"\n' for name, word in words.items())
        evening = folder / "evening"
        evening.mkdir()
        (evening / "event.toml").write_text(_EVENT.replace("@EVENT@", event), "utf-8")
        make_counter_film(evening / "short.mp4", FILM, seconds, fps, size, _VIDEO)

    def stick(self) -> Path:
        """`matinee cloud publish --onto` a stick."""
        onto = self.folder / "stick"
        onto.mkdir()
        publisher = Publisher(FolderBucket(onto), self._signer, AvProbe(), RealClock())
        publisher.publish(self.folder / "evening/event.toml", lambda _: None)
        return cards.make_stick(onto, self.folder / "stick.img")


def half(screen: tuple[int, int]) -> tuple[int, int]:
    """A film that an emulated processor can show: half as wide and high as the projector."""
    return screen[0] // 4 * 2, screen[1] // 4 * 2


def read_code(machine: Machine) -> str:
    """The pairing code in the QR on the projector; empty while there is none."""
    path = machine.folder / "seen.png"
    machine.picture().save(path)
    done = subprocess.run(["zbarimg", "-q", "--raw", str(path)], capture_output=True, text=True, check=False)
    return parse_qs(urlsplit(done.stdout.strip()).query).get("code", [""])[0]


def pair(machine: Machine) -> str:
    """Give the code that the projector shows, choose a passphrase: the box is ours."""
    codes: list[str] = []

    def shown() -> bool:
        codes[:] = [code] if (code := read_code(machine)) else []
        return bool(codes)

    age = until("a code to pair the box on the projector", shown, machine, machine.age() + 600)
    browser = Browser(PATIENCE_S)
    asked = form_of(opened(browser, f"{machine.staff}/pair"), "/pair")
    landed = browser.submit(asked, code=codes[0], passphrase=WORDS, again=WORDS)
    assert urlsplit(landed.url).path == "/setup/event", f"{landed.url}: {landed.status}"
    return f"with the code {codes[0][:4]} {codes[0][4:]} off the projector, shown after {age:.0f} s"


class Staff:
    """The organiser's laptop on the crew's cable."""

    def __init__(self, machine: Machine, event: str = EVENT) -> None:
        """Sign in with the passphrase, which outlived the cut."""
        self._machine = machine
        self._id = event
        self.browser = Browser(PATIENCE_S)
        door = form_of(opened(self.browser, f"{machine.staff}/sign-in"), "/sign-in")
        landed = self.browser.submit(door, passphrase=WORDS)
        assert landed.status == 200, f"{landed.url}: {landed.status}"

    def bring(self) -> str:
        """Press "Bring what is on it", and wait until the evening is on the box."""
        machine = self._machine
        found = [form for form in self._page("/setup/films").forms if "/setup/stick" in form.action]
        assert found, "no stick on Setup"
        assert len(found) == 1, "the card itself is taken for a stick"
        self.browser.submit(found[0])
        until("the evening of the stick", lambda: self._event() is not None, machine, machine.age() + 900)
        return f"from {found[0].fields['device']}"

    def load(self) -> str:
        """Copy the evening that was brought, and take it: the show stands by with it."""
        machine = self._machine
        event = self._event()
        assert event is not None
        page = self.browser.submit(event)
        self.browser.submit(form_of(page, "/load"))

        def taken() -> bool:
            said = self.browser.open(f"{page.url}/load").text
            assert "notice bad" not in said, re.sub(r"<[^>]+>|\s+", " ", said)
            return "stands by" in said

        age = until("the show with that evening", taken, machine, machine.age() + 900)
        return f"after {age:.0f} s"

    def operator(self) -> Operator:
        """A phone that was handed a sign-in link."""
        page = self._page("/setup/staff")
        form = next(
            form
            for form in page.forms
            if form.action.endswith("/staff/link") and form.fields["role"] == "operator"
        )
        link = re.search(r"/sign-in/[A-Za-z0-9_-]+", self.browser.submit(form).text)
        assert link, "no sign-in link"
        return Operator(self._machine.staff, f"{self._machine.staff}{link[0]}", Browser(PATIENCE_S))

    def _event(self) -> Form | None:
        forms = self._page("/setup/event").forms
        return next((form for form in forms if form.fields.get("event") == self._id), None)

    def _page(self, path: str) -> Page:
        return opened(self.browser, f"{self._machine.staff}{path}")


def join(machine: Machine) -> str:
    """A guest on the attendees' network signs up, and holds a pass."""
    guest = Guest(3, machine.guests, Browser(PATIENCE_S))
    held = guest.join()
    return f"a pass at {urlsplit(held.address).path[:12]}…"


def uploaded(machine: Machine, files: Path) -> str:
    """The person and the facts of this evening lie in the bucket, in ``files``."""
    found: dict[str, int] = {}

    def both() -> bool:
        keys = [str(path.relative_to(files)) for path in files.rglob("*.ndjson.gz")]
        rows = [key for text in keys if (key := parse_rows_key(text)) is not None]
        found.update({lane: sum(row.lane == lane for row in rows) for lane in ("people", "facts")})
        return all(found.values())

    age = until("people and facts in the bucket", both, machine, machine.age() + 600)
    return f"{found['people']} of people, {found['facts']} of facts, after {age:.0f} s"


def film_begins(machine: Machine, operator: Operator) -> str:
    """GO until the film is on; a press that came within the moment of the one before is made again."""
    until("the show", lambda: operator.view() is not None, machine, machine.age() + 300)
    for index in (0, 1):
        until("the next item", lambda at=index: goes_to(operator, at), machine, machine.age() + 300)  # type: ignore[misc] # bound at once
    return "the film is on"


def ends(operator: Operator) -> str:
    """The evening that was on ends, as the page of events asks before it takes another."""
    if operator.view().phase not in {Phase.NONE, Phase.STANDBY}:
        operator.press(Verb.HOLD)
        operator.press(Verb.STANDBY)
    return operator.view().phase


def goes_to(operator: Operator, index: int) -> bool:
    """Press GO; whether the show is at that item then."""
    return operator.press(Verb.GO).index == index


def is_at(operator: Operator, index: int) -> bool:
    """Whether the show is at that item."""
    return operator.view().index == index


def film_runs(machine: Machine, operator: Operator) -> str:
    """GO until the film is on; its pictures, read off the projector, go on."""
    film_begins(machine, operator)
    seen: list[int] = []

    def three_pictures() -> bool:
        shown = strip_of(machine)
        if shown is not None and shown[0] == FILM and (not seen or shown[1] != seen[-1]):
            seen.append(shown[1])
        return len(seen) >= 3

    until("three pictures of the film", three_pictures, machine, machine.age() + 300)
    assert seen == sorted(seen), seen
    return f"pictures {', '.join(map(str, seen))} of film {FILM}"


def strip_of(machine: Machine) -> tuple[int, int] | None:
    """Film and picture on the projector, by the blocks burnt into it."""
    picture = machine.picture()
    y = picture.height * 7 // 96  # also of a film of 16:9 on 16:10
    return read_strip(picture.crop((0, y, picture.width, y + 1)).tobytes())


def opened(browser: Browser, url: str) -> Page:
    """A page; nginx gives up after half a minute, and the first pages of an emulated box take longer."""
    page = browser.open(url)
    for _ in range(_AGAIN):
        if page.status not in _LATE:
            break
        page = browser.open(url)
    return page


def form_of(page: Page, action: str) -> Form:
    """The form that leads there."""
    found = page.form(action)
    assert found is not None, f"{page.url} ({page.status}) has no form to {action}"
    return found
