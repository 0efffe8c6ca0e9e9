"""Settings with sensible defaults: ``config.toml`` of the box, then what this one run overrides."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from appliance.errors import MatineeError
from appliance.paths import Paths

Port = Annotated[int, Meta(ge=1, le=65535)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in which every key is known."""


class BoxTable(_Table, frozen=True):
    """``[box]``: who this box is."""

    id: str = "box"
    name: str = "Matinee"
    speed: float = 1.0
    """How fast the evening runs; 1 but in `matinee dev --speed`."""
    bell: bool = True
    """Wake each other by datagram; off in tests that prove nothing depends on it."""


class WebTable(_Table, frozen=True):
    """``[portal]`` and ``[console]``: where pages are served."""

    host: str = "127.0.0.1"
    port: Port = 8000
    url: str = ""
    """What people type; empty: derived from host and port."""
    threads: Annotated[int, Meta(ge=1, le=256)] = 32
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


class DisplayTable(_Table, frozen=True):
    """``[display]``: the projector's X display."""

    name: str = ""
    """``:0``; empty: ``$DISPLAY``."""
    window: bool = False
    """A window on somebody's desktop instead of the whole screen."""


class LightsTable(_Table, frozen=True):
    """``[lights]``: how the house lights are reached."""

    technology: Literal["none", "sacn"] = "none"
    """``none``: switched by hand, the remote says what to do."""
    universe: Annotated[int, Meta(ge=1, le=63999)] = 1
    channels: tuple[Annotated[int, Meta(ge=1, le=512)], ...] = (1,)
    """All of them get the same level: dimmers, or the white of LED panels."""
    destination: str = ""
    """Address of the one receiver; empty: multicast."""
    priority: Annotated[int, Meta(ge=0, le=200)] = 100
    up: Annotated[float, Meta(ge=0, le=1)] = 1.0
    half: Annotated[float, Meta(ge=0, le=1)] = 0.4
    down: Annotated[float, Meta(ge=0, le=1)] = 0.0
    fade_s: Annotated[float, Meta(ge=0, le=600)] = 3.0
    """Where a cue says nothing else."""


class OscTable(_Table, frozen=True):
    """``[osc]``: show control by OSC with QLab's verbs."""

    listen: str = "127.0.0.1"
    """Own address; empty: no OSC. Whoever reaches it runs the show: only ever the crew's network."""
    port: Port = 53000
    reply_port: Port = 53001
    tell: tuple[str, ...] = ()
    """Addresses that are told of every change, asked or not."""


class HouseTable(_Table, frozen=True):
    """``[house]``: how films are heard and read in this room."""

    subtitles: str = ""
    """Language of the subtitles, such as ``en``; empty: none."""
    subtitle_scale: Annotated[float, Meta(ge=0.5, le=3)] = 1.0
    audio_track: str = ""
    """Language of the sound, ``described`` for audio description, or both: ``de+described``."""
    audio_delay_ms: Annotated[int, Meta(ge=-2000, le=2000)] = 0
    """Sound later than the picture: what the loudspeakers of this venue need."""
    loudest: Annotated[float, Meta(gt=0, le=4)] = 4.0
    """No film is louder than this amplitude; 1 is a film's own. A relaxed screening wants 0.5."""


class CaptureTable(_Table, frozen=True):
    """``[capture]``: the camera in the house."""

    source: str = ""
    """``picamera2``, or the path of a clip that is looped; empty: no camera."""
    pre_roll_s: Annotated[float, Meta(ge=0, le=60)] = 8.0
    post_roll_s: Annotated[float, Meta(ge=0, le=60)] = 4.0


class BucketTable(_Table, frozen=True):
    """``[bucket]``: the organiser's object storage, or a folder."""

    endpoint: str = ""
    """``https://...`` of an S3 service."""
    folder: str = ""
    """A folder instead of S3."""
    name: str = "matinee"
    prefix: str = ""
    access_key: str = ""
    secret_key: str = ""
    region: str = "us-east-1"


class ContentTable(_Table, frozen=True):
    """``[content]``: what comes down from the organiser."""

    keys: tuple[str, ...] = ()
    """minisign public keys: whoever signs with one of them is the organiser."""
    look_s: Annotated[float, Meta(ge=1, le=86400)] = 60.0
    """How often to look whether something was published."""


class PeopleTable(_Table, frozen=True):
    """``[people]``: who may open what people write."""

    recipients: tuple[str, ...] = ()
    """age public keys: the organiser's and the recovery sheet's."""


class NetworkTable(_Table, frozen=True):
    """``[network]``: the links the box is on."""

    addresses: tuple[str, ...] = ("127.0.0.1",)
    """Own IPv4 addresses on which neighbours may find the box by mDNS."""
    films: Annotated[int, Meta(ge=0, le=65535)] = 0
    """Port on which boxes of the same organiser get films from this one; 0: it neither gives nor takes."""


class Config(_Table, frozen=True):
    """All settings of one box."""

    box: BoxTable = BoxTable()
    portal: WebTable = WebTable()
    console: WebTable = WebTable(port=8001)
    display: DisplayTable = DisplayTable()
    house: HouseTable = HouseTable()
    lights: LightsTable = LightsTable()
    osc: OscTable = OscTable()
    capture: CaptureTable = CaptureTable()
    bucket: BucketTable = BucketTable()
    content: ContentTable = ContentTable()
    people: PeopleTable = PeopleTable()
    network: NetworkTable = NetworkTable()


def load(paths: Paths) -> Config:
    """Defaults, under ``config.toml``, under the run's override; ``core.bad_config`` names what is wrong."""
    merged: dict[str, Any] = {}
    for path in (paths.config_file, paths.override_file):
        for table, values in _tables(path).items():
            merged[table] = {**merged.get(table, {}), **values} if isinstance(values, dict) else values
    try:
        return msgspec.convert(merged, Config)
    except msgspec.ValidationError as fault:
        raise MatineeError("core.bad_config", path=paths.config_file, fault=fault) from fault


def _tables(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as fault:
        raise MatineeError("core.bad_config", path=path, fault=fault) from fault
