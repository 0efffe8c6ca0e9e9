"""Read the box for a rehearsal: its films, its screen, its board, its papers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.health.checks import free_bytes
from appliance.health.power import Power
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.player_client import PlayerClient
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import MANIFEST, laid_packing
from appliance.model.capture import CaptureStatus, SoundLevel
from appliance.model.event import Event
from appliance.model.network_view import UplinkState
from appliance.model.permit import audit, day_for
from appliance.model.picture import ScreenStatus
from appliance.model.rehearsal_readings import Film, Readings
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.toml_text import tables_of
from cache.media_store import media_path
from cache.probe_verdict import Level
from provisioning.fitting import Fitting

_THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RoomReader:
    """Whom it asks."""

    paths: Paths
    clock: Clock
    fitting: Fitting
    player: PlayerClient
    capture: CaptureClient
    network: NetworkClient
    portal: Callable[[], tuple[int, int]]
    """Families of phones that find the page, and how many were asked for."""
    power: Power
    system: Path = Path("/")
    """Where the board's sensors lie; another in tests."""

    def read(self, event: Event) -> Readings:
        """Everything, as of now."""
        screen: ScreenStatus | None = _asked(self.player.status)
        capture: CaptureStatus | None = _asked(self.capture.status)
        filming = any(item.capture for item in event.programme.everything)
        sound = (_asked(self.capture.sound) if filming else None) or SoundLevel()
        network = _asked(self.network.status)
        supply = self.power.read()
        today = day_for(self.clock.now(), event.starts)
        return Readings(
            films=tuple(self._films(event)),
            player_answers=screen is not None,
            lacks=screen.lacks if screen else (),
            width=screen.width if screen else 0,
            height=screen.height if screen else 0,
            filming=filming,
            sound_db=sound.loudest_db,
            sound_fault=sound.fault,
            camera=bool(capture and capture.camera),
            camera_faults=capture.faults if capture else (),
            portal=self.portal(),
            ceiling=network.ceiling if network else None,
            capacity=event.venue.capacity if self._says_capacity(event) else None,
            free_bytes=free_bytes(self.paths),
            temperature_c=self._temperature(),
            weak_power=supply.weak,
            battery_percent=supply.percent,
            battery_minutes=supply.minutes,
            on_battery=bool(supply.on_battery),
            clock=self.clock.trust,
            uplink=network is not None and network.uplink is not UplinkState.NONE,
            permits=audit(event.plan.permits, today, event.starts.date(), self.clock.trust),
            exits=len(event.plan.exits),
        )

    def _says_capacity(self, event: Event) -> bool:
        """Whether somebody wrote it: the value alone may be what a manifest without a word means."""
        try:
            text = event_manifest.read_text(self.paths.events / event.id / MANIFEST)
            return "capacity" in tables_of(text)["venue"]
        except (MatineeError, tomllib.TOMLDecodeError):
            return False  # it is being replaced

    def _films(self, event: Event) -> Iterator[Film]:
        packing = laid_packing(self.paths.events, event.id)
        damaged = self._damaged()
        for name in event.films:
            medium = packing.of(name) if packing is not None else None
            if medium is None or not media_path(self.paths.media, medium.sha256).is_file():
                yield Film(name, is_here=False)
                continue
            path = media_path(self.paths.media, medium.sha256)
            whole = path.stat().st_size == medium.size_bytes and medium.sha256 not in damaged
            yield Film(name, is_whole=whole, plays=self._plays(path, name))

    def _plays(self, path: Path, name: str) -> bool:
        try:
            return self.fitting.verdict(path, name)[1].level is not Level.WILL_NOT
        except MatineeError:
            return False

    def _damaged(self) -> frozenset[str]:
        try:
            database = Database.open_reader(self.paths.database(Service.SYNC))
        except MatineeError:
            return frozenset()
        try:
            return frozenset(MediaRows(database, self.clock).damaged())
        finally:
            database.close()

    def _temperature(self) -> float | None:
        said = _line(self._sensor(_THERMAL))
        return None if said is None else int(said) / 1000

    def _sensor(self, path: Path) -> Path:
        return self.system / path.relative_to("/")


def _asked(ask: Callable[[], Answer]) -> Answer | None:
    try:
        return ask()
    except MatineeError:
        return None  # it is restarting: the check says so


def _line(path: Path) -> str | None:
    try:
        return path.read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
