"""What this board is made of, as the kernel tells it: picture, sound, radio, supply, heat, card, clock.

What a person looks at in ten minutes before a first evening (`matinee doctor --hardware`); what only eyes can
tell stands there as a question. Looks below ``root`` and, but for one file on the card, writes nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_HOT_C = 75.0
_LEAST_MB = 900
_SLOW_MB_S = 4.0
_TRIAL_BYTES = 16 << 20
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing: what was seen, and what to do (empty: it is well)."""

    what: str
    remedy: str = ""


def look(root: Path = Path("/"), card: Path | None = None) -> Iterator[Sighting]:
    """Everything, in the order in which a person goes around the box. ``card``: where its speed is tried."""
    yield _board(root)
    yield _memory(root)
    yield from _pictures(root)
    yield _sound(root)
    yield _cameras(root)
    yield _radio(root)
    yield from _cables(root)
    yield _supply(root)
    yield _heat(root)
    yield _watchdog(root)
    yield _clock(root)
    if card is not None:
        yield _speed(card)


def _board(root: Path) -> Sighting:
    model = _said(root / "proc/device-tree/model").rstrip("\0") or " ".join(
        filter(None, (_said(root / "sys/class/dmi/id" / name) for name in ("sys_vendor", "product_name")))
    )
    return Sighting(f"Board: {model or 'not known'}")


def _memory(root: Path) -> Sighting:
    found = [line.split()[1] for line in _said(root / "proc/meminfo").splitlines() if "MemTotal" in line]
    mb = int(found[0]) // 1024 if found else 0
    return Sighting(f"Memory: {mb} MB", "" if mb >= _LEAST_MB else "Take a board with 1 GB or more.")


def _pictures(root: Path) -> Iterator[Sighting]:
    outputs = sorted((root / "sys/class/drm").glob("card*-*"))
    lit = [output for output in outputs if _said(output / "status") == "connected"]
    for output in lit:
        name = output.name.partition("-")[2]
        mode = _said(output / "modes").partition("\n")[0] or "no mode"
        yield Sighting(f"Projector at {name}: {mode}. Is the picture sharp, and whole at all four edges?")
    if not lit:
        yield Sighting(
            "Projector: none is seen", "Switch it on, choose this input on it, or take another cable."
        )


def _sound(root: Path) -> Sighting:
    cards = _said(root / "proc/asound/cards")
    names = [line.partition("]: ")[2] for line in cards.splitlines() if "]: " in line]
    remedy = "" if names else "Films are silent: connect HDMI with sound, or a sound stick."
    return Sighting(f"Sound: {', '.join(names) or 'none'}", remedy)


def _cameras(root: Path) -> Sighting:
    names = {_said(path / "name") for path in (root / "sys/class/video4linux").glob("video*")} - {""}
    return Sighting(f"Cameras: {', '.join(sorted(names)) or 'none; highlights need one'}")


def _radio(root: Path) -> Sighting:
    radios = sorted(path.parent.name for path in (root / "sys/class/net").glob("*/phy80211"))
    return Sighting(f"Radio: {', '.join(radios) or 'none; guests then need access points on a cable'}")


def _cables(root: Path) -> Iterator[Sighting]:
    for port in sorted((root / "sys/class/net").glob("*")):
        if not (port / "device").exists() or (port / "phy80211").exists():
            continue
        speed = _said(port / "speed")
        words = f"{speed} Mbit/s" if speed.isdigit() and int(speed) > 0 else "nothing is plugged in"
        slow = "A cable or switch for 100 Mbit/s or more is wanted." if speed == "10" else ""
        yield Sighting(f"Port {port.name}: {words}", slow)


def _supply(root: Path) -> Sighting:
    for sensor in (root / "sys/class/hwmon").glob("*"):
        if _said(sensor / "name") == "rpi_volt":
            low = _said(sensor / "in0_lcrit_alarm") == "1"
            return Sighting(
                "Supply", "It gave too little: take the maker's own, and a short cable." if low else ""
            )
    return Sighting("Supply: this board does not say")


def _heat(root: Path) -> Sighting:
    zones = (_said(zone / "temp") for zone in (root / "sys/class/thermal").glob("thermal_zone*"))
    degrees = [int(said) / 1000 for said in zones if said.lstrip("-").isdigit()]
    if not degrees:
        return Sighting("Heat: this board does not say")
    hot = max(degrees)
    return Sighting(
        f"Heat: {hot:.0f} °C", "" if hot < _HOT_C else "Give the box air, or a case with a heat sink."
    )


def _watchdog(root: Path) -> Sighting:
    there = any((root / "sys/class/watchdog").glob("watchdog*"))
    return Sighting(f"Watchdog: {'one' if there else 'none; a board that hangs must be unplugged'}")


def _clock(root: Path) -> Sighting:
    if (root / "run/systemd/timesync/synchronized").exists():
        return Sighting("Clock: from the network")
    if any((root / "sys/class/rtc").glob("rtc*")):
        return Sighting("Clock: its own")
    return Sighting("Clock: none yet", "Give the box internet once, or let the remote tell it the time.")


def _speed(card: Path) -> Sighting:
    """Write and flush, as films do while guests sign up."""
    trial = card / ".doctor"
    piece = os.urandom(_PIECE_BYTES)
    began = time.monotonic()
    try:
        with trial.open("wb", buffering=0) as file:
            for _ in range(_TRIAL_BYTES // _PIECE_BYTES):
                file.write(piece)
            os.fsync(file.fileno())
    except OSError as fault:
        return Sighting("Card", f"It can not be written: {fault.strerror}. Take another card.")
    finally:
        with suppress(OSError):
            trial.unlink(missing_ok=True)
    speed = _TRIAL_BYTES / 1e6 / max(time.monotonic() - began, 1e-6)
    return Sighting(
        f"Card: writes {speed:.0f} MB/s", "" if speed >= _SLOW_MB_S else "Take a card marked A1 or A2."
    )


def _said(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
