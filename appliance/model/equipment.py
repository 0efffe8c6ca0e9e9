"""Cameras and microphones of a box: which are plugged in, and which of them are used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is plugged in."""

    source: str
    """As the settings name it: ``/dev/v4l/by-id/...``, ``picamera2``, ``hw:CARD=Mixer``."""
    name: str
    """As its maker calls it."""


@dataclass(frozen=True, slots=True)
class Used:
    """What the settings name."""

    source: str
    """Empty: none."""
    there: bool | None = None
    """Whether it is plugged in; None: that is only seen when it is opened (a camera of the network)."""


@dataclass(frozen=True, slots=True)
class EquipmentView:
    """As of now."""

    cameras: tuple[Found, ...] = ()
    microphones: tuple[Found, ...] = ()
    source: Used = Used("")
    overhead: Used = Used("")
    sound: Used = Used("")
    sound_backup: Used = Used("")
    filming: bool = False
    not_now: str = ""
    """Why nobody may look through a camera now: a sentence; empty: one may."""
