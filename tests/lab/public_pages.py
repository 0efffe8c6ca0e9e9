"""An organiser with a public page on a real S3 server, and a phone that finds it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from appliance.bucket.bucket import Bucket
from appliance.clock import HeldClock
from appliance.manifest import event_manifest
from lab.evening import MANIFEST
from lab.published import Organiser
from provisioning.cloud.keys import ORGANISER, OrganiserKeys, make_keys, read_secret
from webui.public.publishing import PagePublisher, PublishedPage

SHOP = "https://pay.example.org/club"
EVENING = (
    MANIFEST.replace(
        "[venue]\n",
        '[venue]\nplace = "Quay 4"\nregion = "DE"\naccess = ["Step-free from the quay side"]\n',
        1,
    )
    .replace("[event]\n", '[event]\ntext = "Water, and what looks back <from> it & us."\n', 1)
    .replace(
        'id = "poster"\n',
        """id = "poster"
window = [ { opens = 2026-11-20T20:00:00+01:00, closes = 2026-12-06T20:00:00+01:00 } ]
""",
        1,
    )
    + f"""
[till]
pay_link = "{SHOP}"

[[tier]]
id = "friend"
title = "Friend"
price = "60"

[[extra]]
id = "teaser"
kind = "teaser"
title = "Half a minute of it"
film = "trailer.mp4"

[[extra]]
id = "again"
kind = "replay"
title = "The Short, once more"
film = "short.mp4"
public = true
opens = 2026-11-28T00:00:00+01:00
closes = 2026-12-01T00:00:00+01:00

[[extra]]
id = "talk"
title = "The whole talk"
film = "short.mp4"
public = true
only = {{ tiers = ["friend"] }}

[[extra]]
id = "inside"
title = "Only in the room"
film = "short.mp4"
"""
)
STARTS = event_manifest.check(EVENING).starts
EVENT = "small-evening"


@dataclass
class PublicOrganiser:
    """Their computer with both kinds of keys, three days before the evening."""

    organiser: Organiser
    keys: OrganiserKeys
    said: list[str]

    @classmethod
    def of(cls, folder: Path, bucket: Bucket) -> PublicOrganiser:
        clock = HeldClock(STARTS - timedelta(days=3))
        organiser = Organiser(folder, bucket, clock)
        organiser.manifest.write_text(EVENING, "utf-8")
        for film in ("trailer", "short"):
            (organiser.evening / f"{film}.en.srt").write_text(
                "1\n00:00:00,100 --> 00:00:00,900\nThe sea, again\n"
            )
        return cls(organiser, make_keys(folder / "age", clock), [])

    @property
    def secret(self) -> str:
        return read_secret(self.keys.folder)

    @property
    def key_file(self) -> Path:
        return self.keys.folder / ORGANISER

    def pages(self, days: int = -3) -> PagePublisher:
        """As they are made so many days after the evening."""
        clock = HeldClock(STARTS + timedelta(days=days))
        return PagePublisher(
            self.organiser.bucket, self.organiser.key, self.keys.recipients, clock, self.said.append
        )

    def publish(self) -> PublishedPage:
        done = self.organiser.publish()
        return self.pages().publish(done.event)


def opened_by_age(sealed: bytes, key_file: Path) -> bytes:
    """What the standard ``age -d`` makes of it."""
    return subprocess.run(
        ["age", "-d", "-i", str(key_file)], input=sealed, capture_output=True, check=True
    ).stdout


def phone(browser: Browser) -> tuple[BrowserContext, Page]:
    """A phone on a slow mobile network: 400 kbit/s down, 150 up, 300 ms to and fro; the page's CSP stands."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 18_750},
    )
    return context, page
