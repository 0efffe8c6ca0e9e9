"""Settings of what a house has: projector, lamps, desk, sound, printer, a ticket shop and a till."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=1, le=65535)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in which every key is known."""


class DisplayTable(Table, frozen=True):
    """``[display]``: the projector's X display."""

    name: str = ""
    """``:0``; empty: ``$DISPLAY``."""
    window: bool = False
    """A window on somebody's desktop instead of the whole screen."""


class LightsTable(Table, frozen=True):
    """``[lights]``: how the house lights are reached."""

    technology: Literal["none", "sacn"] = "none"
    """``none``: switched by hand, the remote says what to do."""
    universe: Annotated[int, Meta(ge=1, le=63999)] = 1
    """Of sACN or Art-Net."""
    channels: tuple[Annotated[int, Meta(ge=1, le=512)], ...] = (1,)
    """All of them get the same level: dimmers, or the white of LED panels."""
    destination: str = ""
    """Address of the one receiver; empty: multicast."""
    priority: Annotated[int, Meta(ge=0, le=200)] = 100
    """Of sACN: the higher one wins."""
    up: Annotated[float, Meta(ge=0, le=1)] = 1.0
    """Level of the dimmer when the lights are up, 0 to 1."""
    half: Annotated[float, Meta(ge=0, le=1)] = 0.4
    """Half."""
    down: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """Down."""
    fade_s: Annotated[float, Meta(ge=0, le=600)] = 3.0
    """Where a cue says nothing else."""


class OscTable(Table, frozen=True):
    """``[osc]``: show control by OSC with QLab's verbs."""

    listen: str = "127.0.0.1"
    """Own address; empty: no OSC. Whoever reaches it runs the show: only ever the crew's network."""
    port: Port = 53000
    """On which show control is heard."""
    reply_port: Port = 53001
    """To which it is answered."""
    tell: tuple[str, ...] = ()
    """Addresses that are told of every change, asked or not."""


class HouseTable(Table, frozen=True):
    """``[house]``: how films are heard and read in this room."""

    subtitles: str = ""
    """Language of the subtitles, such as ``en``; empty: none."""
    subtitle_scale: Annotated[float, Meta(ge=0.5, le=3)] = 1.0
    """Letters of subtitles, against their usual size."""
    audio_track: str = ""
    """Language of the sound, ``described`` for audio description, or both: ``de+described``."""
    audio_delay_ms: Annotated[int, Meta(ge=-2000, le=2000)] = 0
    """Sound later than the picture: what the loudspeakers of this venue need."""
    loudest: Annotated[float, Meta(gt=0, le=4)] = 4.0
    """No film is louder than this amplitude; 1 is a film's own."""
    relaxed: bool = False
    """Every screening here is a relaxed one, unless an evening says otherwise."""
    relaxed_loudest: Annotated[float, Meta(gt=0, le=4)] = 0.5
    """How loud a film may be in a relaxed screening."""
    relaxed_lights: Annotated[float, Meta(ge=0, le=1)] = 0.2
    """How dark it gets in one: dimmer level, 0 to 1."""


class PrinterTable(Table, frozen=True):
    """``[printer]``: what the counter prints on."""

    receipts: Annotated[str, Meta(max_length=200)] = ""
    """A receipt printer (ESC/POS): its address, with ``:9100`` or another port, or ``/dev/usb/lp0``."""
    columns: Annotated[int, Meta(ge=24, le=64)] = 48
    """Letters on its line: 48 on paper of 80 mm, 32 on paper of 58 mm."""
    automatic: bool = False
    """A receipt for everything that is paid."""
    labels: Annotated[str, Meta(max_length=200)] = ""
    """A label printer (ZPL), as above."""
    label_width_mm: Annotated[int, Meta(ge=40, le=120)] = 57
    """Of one label."""
    label_height_mm: Annotated[int, Meta(ge=20, le=200)] = 32
    """Of one label."""
    label_dots_mm: Literal[8, 12] = 8
    """Of its print head: 8 at 203 dpi, 12 at 300 dpi."""


class PowerTable(Table, frozen=True):
    """``[power]``: what else than the kernel knows how the box is fed."""

    nut: Annotated[str, Meta(max_length=200)] = ""
    """A UPS server (Network UPS Tools, ``upsd``): ``192.168.1.5``, with ``:3493`` or another port."""


class TicketsTable(Table, frozen=True):
    """``[tickets]``: the shop whose tickets are taken at the door."""

    technology: Literal["none", "pretix"] = "none"
    """``none``: passes and lists only."""
    url: str = ""
    """``https://pretix.eu``, or wherever it runs."""
    organizer: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]*$")] = ""
    """Whose tickets, by their short form in the address of the shop."""
    event: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]*$")] = ""
    """Their short forms, as in the shop's address."""
    list: Annotated[int, Meta(ge=0)] = 0
    """The number of the check-in list."""
    token: str = ""
    """What lets the box ask there."""
    look_s: Annotated[float, Meta(ge=1, le=86400)] = 300.0
    """How often to look for new tickets."""


class TillTable(Table, frozen=True):
    """``[till]``: a till or shop system that hears of stock and sales."""

    url: str = ""
    """``https://...``, which is told by POST; empty: none."""
    secret: Annotated[str, Meta(max_length=200)] = ""
    """Both know it; what is told is signed with it."""
    token: Annotated[str, Meta(max_length=200, pattern=r"^(\S{16,})?$")] = ""
    """Whoever sends it as ``Authorization: Bearer`` may read stock and sales; empty: nobody."""
