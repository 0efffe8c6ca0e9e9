"""Settings with sensible defaults: ``config.toml`` of the box, then what this one run overrides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from appliance.config_house import (
    DisplayTable,
    HouseTable,
    LightsTable,
    OscTable,
    Port,
    PowerTable,
    PrinterTable,
    Table,
    TicketsTable,
    TillTable,
)
from appliance.errors import MatineeError
from appliance.model.network_view import PORTAL_NAME, NetworkMode
from appliance.paths import Paths
from appliance.toml_text import tables_of


class BoxTable(Table, frozen=True):
    """``[box]``: who this box is."""

    id: str = "box"
    """Its name in addresses: ``matinee-<id>.local``; small letters, digits and hyphens."""
    name: str = "Matinee"
    """What it calls itself on the projector."""
    pairing_code: Annotated[str, Meta(pattern=r"^([A-Za-z0-9 -]{8,40})?$")] = ""
    """On the paper that came with the box; empty: the projector shows a code, another one each time."""
    speed: float = 1.0
    """How fast the evening runs; 1 but in `matinee dev --speed`."""
    bell: bool = True
    """Wake each other by datagram; off in tests that prove nothing depends on it."""


class WebTable(Table, frozen=True):
    """``[portal]`` and ``[console]``: where pages are served."""

    host: str = "127.0.0.1"
    """The address at which these pages listen."""
    port: Port = 8000
    """And the port."""
    url: str = ""
    """What people type; empty: derived from host and port."""
    threads: Annotated[int, Meta(ge=1, le=256)] = 32
    """How many requests are answered at once."""
    burst: Annotated[int, Meta(ge=1, le=10_000)] = 60
    """Sign-ups, and reservations, that one address may send at once: a whole room may be behind one."""
    per_s: Annotated[float, Meta(gt=0, le=1000)] = 2.0
    """How many more it may send each second."""
    accel: Annotated[str, Meta(pattern="^(/.*/)?$")] = ""
    """Internal location under which nginx serves ``media/`` (X-Accel-Redirect); empty: no nginx in front."""

    @property
    def address(self) -> str:
        """Where a person finds the first page, without a trailing slash."""
        return self.url or f"http://{self.host}:{self.port}"


class LiveTable(Table, frozen=True):
    """``[live]``: how guests' streams reach the player."""

    port: Annotated[int, Meta(ge=1024, le=65528)] = 8100
    """On 127.0.0.1: the first stream of an evening here, the second one on the next port, up to eight."""


_MICROPHONE = r"^([A-Za-z0-9:,=._-]+( [0-9]{1,2}(,[0-9]{1,2}){0,31} of [0-9]{1,2})?)?$"


class CaptureTable(Table, frozen=True):
    """``[capture]``: the camera in the house."""

    source: str = ""
    """``picamera2``, a USB camera (``/dev/video0``), an address (``rtsp://...``) or the path of a clip that
    is looped; empty: no camera."""
    overhead: str = ""
    """A second camera of the same room, named as ``source`` is (or ``picamera2:1``), with the sound of the
    first; empty: none."""
    sound: Annotated[str, Meta(pattern=_MICROPHONE)] = ""
    """The microphone beside a USB camera, or alone (to hear the room during films that allow it): an ALSA
    device, such as ``hw:1``, or channels of a mixer, such as ``hw:1 5,6 of 18``; empty: none."""
    sound_backup: Annotated[str, Meta(pattern=_MICROPHONE)] = ""
    """The microphone that takes over when that one is not there, or falls silent; empty: none."""
    pre_roll_s: Annotated[float, Meta(ge=0, le=60)] = 8.0
    """How much of a moment before it was noticed goes into its clip."""
    post_roll_s: Annotated[float, Meta(ge=0, le=60)] = 4.0
    """And how much after it."""
    cuts: tuple[Literal["portrait", "square"], ...] = ("portrait", "square")
    """Beside the landscape one, made when nobody else wants the processor."""
    led: Annotated[str, Meta(pattern=r"^[A-Za-z0-9:._-]*$")] = ""
    """A lamp in ``/sys/class/leds`` that is lit while the house is filmed; then no lamp, no film."""
    button: Annotated[str, Meta(pattern=r"^(/dev/input/[A-Za-z0-9:,._/-]+)?$")] = ""
    """A button, foot pedal or presenter (``/dev/input/by-path/...``): any key of it marks a moment."""
    listen: bool = True
    """Whether laughter, applause and cheering that are filmed become moments by themselves."""
    live_viewers: Annotated[int, Meta(ge=0, le=200)] = 12
    """So many phones may watch the room live at a time: each takes all that the camera gives."""
    stream_to: str = ""
    """``rtmp://`` or ``srt://``: where an evening with ``stream = true`` goes out live; empty: nowhere."""
    segments_gb: Annotated[float, Meta(ge=0, le=1000)] = 2.0
    """How much of what was filmed lately stays on the card, so that a crash costs no clip; 0: nothing."""

    @property
    def microphones(self) -> tuple[str, ...]:
        """Those that are named, the best first."""
        return tuple(dict.fromkeys(one for one in (self.sound, self.sound_backup) if one))


class BucketTable(Table, frozen=True):
    """``[bucket]``: the organiser's object storage, or a folder."""

    endpoint: str = ""
    """``https://...`` of an S3 service."""
    folder: str = ""
    """A folder instead of S3."""
    webdav: str = ""
    """``https://...`` of a WebDAV folder, such as Nextcloud's, instead; the keys are name and password."""
    name: str = "matinee"
    """Of the bucket."""
    prefix: str = ""
    """The folder in it that is ours; empty: all of it."""
    access_key: str = ""
    """Who we are there."""
    secret_key: str = ""
    """The secret that proves it."""
    region: str = "us-east-1"
    """Where it stands, as its provider spells it."""


class UplinkTable(Table, frozen=True):
    """``[uplink]``: what may go up an internet line that is paid by the megabyte; Setup can say otherwise."""

    mb_per_day: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """0: no limit. Sign-ups and figures go before clips, and have 4 MB a day that clips never take."""
    mb_per_event: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """How much may go up for one evening; 0: as much as there is."""
    clips_from: Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    """``23:00``: clips go up from then on only …"""
    clips_until: Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    """… until then; both, or neither."""


class ContentTable(Table, frozen=True):
    """``[content]``: what comes down from the organiser."""

    keys: tuple[str, ...] = ()
    """minisign public keys: whoever signs with one of them is the organiser."""
    look_s: Annotated[float, Meta(ge=1, le=86400)] = 60.0
    """How often to look whether something was published."""
    mirrors: tuple[str, ...] = ()
    """``https://films.example.org``: web servers that have what ``matinee cloud publish --onto`` wrote, asked
    for films before the bucket; no byte is believed without its hash."""
    in_venue: tuple[str, ...] = ()
    """``192.168.1.0/24``: networks of the venue in which a mirror may lie, then also by plain http."""


class PeopleTable(Table, frozen=True):
    """``[people]``: who may open what people write."""

    recipients: tuple[str, ...] = ()
    """age public keys: the organiser's and the recovery sheet's."""


class HookTable(Table, frozen=True):
    """``[[hooks]]``: a program of the organiser's that hears of what happens, each fact once by its id."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$")]
    """Under which its deliveries are counted."""
    url: str
    """``https://...``, which is told by POST."""
    secret: Annotated[str, Meta(max_length=200)]
    """``whsec_`` and 24 to 64 random bytes as base64; both know it."""
    facts: tuple[str, ...] = ()
    """Kinds that are told, such as ``drop_*``; empty: all that happens."""


class NetworkTable(Table, frozen=True):
    """``[network]``: the links the box is on."""

    addresses: tuple[str, ...] = ("127.0.0.1",)
    """Own IPv4 addresses on which neighbours may find the box by mDNS."""
    films: Annotated[int, Meta(ge=0, le=65535)] = 0
    """Port on which boxes of the same organiser get films from this one; 0: it neither gives nor takes."""
    mode: NetworkMode = NetworkMode.NONE
    """How attendees reach the box: own radio, or the venue's access points; ``none`` touches nothing."""
    interface: str = ""
    """The attendees' port: ``eth0``, or the radio ``wlan0``."""
    attendees: Annotated[str, Meta(pattern=r"^[0-9.]+/[0-9]+$")] = "10.41.0.1/22"
    """The box's address on the attendees' network, with its prefix."""
    uplink: Literal["none", "ethernet", "radio", "usb"] = "none"
    """The way out."""
    fallback: bool = True
    """Whether that radio becomes a Wi-Fi of the box's own while nothing else leads to it."""
    uplink_interface: str = ""
    """Its port; empty for ``usb``: the first stick or phone of an allowed class."""
    crew: tuple[str, ...] = ()
    """Ports on which the crew reaches everything of the box."""
    internet: bool = False
    """Whether a phone's last tap opens the internet; an event may say otherwise."""
    minutes: Annotated[int, Meta(ge=0, le=1440)] = 0
    """For how long; 0: all evening."""
    megabytes: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """For how much; 0: no limit."""
    ssid: Annotated[str, Meta(min_length=1, max_length=32)] = "Matinee"
    """What phones see; at most 32 bytes of UTF-8."""
    country: Annotated[str, Meta(pattern="^([A-Z][A-Z])?$")] = ""
    """Where the radio stands (ISO 3166): without it no radio may send."""
    channel: Annotated[int, Meta(ge=1, le=13)] = 6
    """Of the radio, for attendees."""
    phones: Annotated[int, Meta(ge=0, le=1000)] = 0
    """How many the radio takes, if you know better than the table of boards; 0: the table's."""
    resolvers: str = "/etc/resolv.conf"
    """Where the machine keeps the resolvers of its uplink."""
    check_url: str = "http://network-test.debian.org/nm"
    """Asked over the uplink: whoever answers ``check_answer`` is the internet, not a sign-in page."""
    check_answer: str = "NetworkManager is online"
    """What the page at ``check`` says where there is internet."""


class FrontTable(Table, frozen=True):
    """``[front]``: where nginx listens, before portal and console."""

    http: Port = 80
    """Port of plain pages."""
    https: Port = 443
    """Port of pages with a lock."""
    staff: Port = 8443
    """TLS, for devices on the attendees' network that staff let in."""
    wire: str = "0.0.0.0"  # noqa: S104 who may come in is the network's to say
    """Own address on which staff come in by wire and crew network; ``0.0.0.0``: all but the attendees'."""
    guests: tuple[str, ...] = ()
    """Own addresses on which attendees come in; empty: those of ``[network]``."""


class Config(Table, frozen=True):
    """All settings of one box."""

    box: BoxTable = BoxTable()
    portal: WebTable = WebTable()
    console: WebTable = WebTable(port=8001)
    display: DisplayTable = DisplayTable()
    house: HouseTable = HouseTable()
    lights: LightsTable = LightsTable()
    live: LiveTable = LiveTable()
    osc: OscTable = OscTable()
    capture: CaptureTable = CaptureTable()
    bucket: BucketTable = BucketTable()
    uplink: UplinkTable = UplinkTable()
    content: ContentTable = ContentTable()
    people: PeopleTable = PeopleTable()
    network: NetworkTable = NetworkTable()
    tickets: TicketsTable = TicketsTable()
    till: TillTable = TillTable()
    hooks: tuple[HookTable, ...] = ()
    printer: PrinterTable = PrinterTable()
    power: PowerTable = PowerTable()
    front: FrontTable = FrontTable()


def load(paths: Paths) -> Config:
    """Defaults, under ``config.toml``, under the run's override; ``core.bad_config`` names what is wrong."""
    merged: dict[str, Any] = {}
    for path in (paths.config_file, paths.override_file):
        for table, values in _tables(path).items():
            merged[table] = {**merged.get(table, {}), **values} if isinstance(values, dict) else values
    try:
        return _own_name(msgspec.convert(merged, Config))
    except msgspec.ValidationError as fault:
        raise MatineeError("core.bad_config", path=paths.config_file, fault=fault) from fault


def _own_name(config: Config) -> Config:
    """On a network of its own the box is found by name, not where its service listens."""
    if config.network.mode == NetworkMode.NONE or config.portal.url:
        return config
    portal = msgspec.structs.replace(config.portal, url=f"http://{PORTAL_NAME}")
    return msgspec.structs.replace(config, portal=portal)


def _tables(path: Path) -> Mapping[str, Any]:
    try:
        return tables_of(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as fault:
        raise MatineeError("core.bad_config", path=path, fault=fault) from fault
