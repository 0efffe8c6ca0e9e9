"""Every way in which a rehearsal can find something wrong: the manual's fail-state sheet is made of this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appliance.errors import sentences


class Check(StrEnum):
    """What a rehearsal looks at."""

    FILMS = "films"
    PLAYS = "plays"
    SCREEN = "screen"
    PICTURE = "picture"
    LEFT = "left"
    RIGHT = "right"
    LEVEL = "level"
    LIP_SYNC = "lip_sync"
    LIGHTS = "lights"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    PORTAL = "portal"
    RADIO = "radio"
    DISK = "disk"
    TEMPERATURE = "temperature"
    POWER = "power"
    CLOCK = "clock"
    UPLINK = "uplink"
    PERMITS = "permits"
    CAPACITY = "capacity"
    EXITS = "exits"


CHECK_WORDS: Mapping[Check, str] = {
    Check.FILMS: "Films are whole on the card",
    Check.PLAYS: "Films play on this board",
    Check.SCREEN: "The projector",
    Check.PICTURE: "Picture: geometry and colours",
    Check.LEFT: "Sound on the left",
    Check.RIGHT: "Sound on the right",
    Check.LEVEL: "How loud it is",
    Check.LIP_SYNC: "Sound and picture together",
    Check.LIGHTS: "Lights",
    Check.CAMERA: "Camera",
    Check.MICROPHONE: "Microphone",
    Check.PORTAL: "Pages as phones see them",
    Check.RADIO: "Wi-Fi against how many come",
    Check.DISK: "Room on the card",
    Check.TEMPERATURE: "Temperature",
    Check.POWER: "Power",
    Check.CLOCK: "Clock",
    Check.UPLINK: "Internet",
    Check.PERMITS: "Permits",
    Check.CAPACITY: "How many may come in",
    Check.EXITS: "Ways out",
}


class Fail(StrEnum):
    """What can be wrong."""

    FILM_MISSING = "film_missing"
    FILM_DAMAGED = "film_damaged"
    WILL_NOT_PLAY = "will_not_play"
    PLAYER_AWAY = "player_away"
    NO_PROJECTOR = "no_projector"
    PICTURE_WRONG = "picture_wrong"
    LEFT_WRONG = "left_wrong"
    RIGHT_WRONG = "right_wrong"
    LEVEL_WRONG = "level_wrong"
    LIP_SYNC_WRONG = "lip_sync_wrong"
    LIGHTS_WRONG = "lights_wrong"
    CAMERA_AWAY = "camera_away"
    CAMERA_FAULT = "camera_fault"
    MICROPHONE_AWAY = "microphone_away"
    MICROPHONE_STILL = "microphone_still"
    MICROPHONE_LOUD = "microphone_loud"
    PORTAL_WRONG = "portal_wrong"
    RADIO_SMALL = "radio_small"
    DISK_FULL = "disk_full"
    HOT = "hot"
    POWER_WEAK = "power_weak"
    ON_BATTERY = "on_battery"
    BATTERY_LOW = "battery_low"
    CLOCK_UNKNOWN = "clock_unknown"
    UPLINK_AWAY = "uplink_away"
    PERMIT_BAD = "permit_bad"
    CAPACITY_UNSAID = "capacity_unsaid"
    EXITS_UNSAID = "exits_unsaid"


@dataclass(frozen=True, slots=True)
class FailFacts:
    """One of them."""

    check: Check
    wrong: str
    """Key of the sentence that says it."""
    remedy: str
    """And of the one that says what to do."""
    is_grave: bool = True
    """False: the evening can be held all the same."""


FAILS: Mapping[Fail, FailFacts] = {
    Fail.FILM_MISSING: FailFacts(Check.FILMS, "rehearsal.film_missing", "rehearsal.film_missing_fix"),
    Fail.FILM_DAMAGED: FailFacts(Check.FILMS, "rehearsal.film_damaged", "rehearsal.film_damaged_fix"),
    Fail.WILL_NOT_PLAY: FailFacts(Check.PLAYS, "rehearsal.will_not_play", "rehearsal.will_not_play_fix"),
    Fail.PLAYER_AWAY: FailFacts(Check.SCREEN, "rehearsal.player_away", "rehearsal.player_away_fix"),
    Fail.NO_PROJECTOR: FailFacts(Check.SCREEN, "rehearsal.no_projector", "rehearsal.no_projector_fix"),
    Fail.PICTURE_WRONG: FailFacts(Check.PICTURE, "rehearsal.picture_wrong", "rehearsal.picture_wrong_fix"),
    Fail.LEFT_WRONG: FailFacts(Check.LEFT, "rehearsal.left_wrong", "rehearsal.left_wrong_fix"),
    Fail.RIGHT_WRONG: FailFacts(Check.RIGHT, "rehearsal.right_wrong", "rehearsal.right_wrong_fix"),
    Fail.LEVEL_WRONG: FailFacts(Check.LEVEL, "rehearsal.level_wrong", "rehearsal.level_wrong_fix"),
    Fail.LIP_SYNC_WRONG: FailFacts(
        Check.LIP_SYNC, "rehearsal.lip_sync_wrong", "rehearsal.lip_sync_wrong_fix"
    ),
    Fail.LIGHTS_WRONG: FailFacts(Check.LIGHTS, "rehearsal.lights_wrong", "rehearsal.lights_wrong_fix"),
    Fail.CAMERA_AWAY: FailFacts(Check.CAMERA, "rehearsal.camera_away", "rehearsal.camera_away_fix"),
    Fail.CAMERA_FAULT: FailFacts(
        Check.CAMERA, "rehearsal.camera_fault", "rehearsal.camera_fault_fix", is_grave=False
    ),
    Fail.MICROPHONE_AWAY: FailFacts(
        Check.MICROPHONE, "rehearsal.microphone_away", "rehearsal.microphone_away_fix", is_grave=False
    ),
    Fail.MICROPHONE_STILL: FailFacts(
        Check.MICROPHONE, "rehearsal.microphone_still", "rehearsal.microphone_still_fix", is_grave=False
    ),
    Fail.MICROPHONE_LOUD: FailFacts(
        Check.MICROPHONE, "rehearsal.microphone_loud", "rehearsal.microphone_loud_fix", is_grave=False
    ),
    Fail.PORTAL_WRONG: FailFacts(Check.PORTAL, "rehearsal.portal_wrong", "rehearsal.portal_wrong_fix"),
    Fail.RADIO_SMALL: FailFacts(
        Check.RADIO, "rehearsal.radio_small", "rehearsal.radio_small_fix", is_grave=False
    ),
    Fail.DISK_FULL: FailFacts(Check.DISK, "rehearsal.disk_full", "rehearsal.disk_full_fix"),
    Fail.HOT: FailFacts(Check.TEMPERATURE, "rehearsal.hot", "rehearsal.hot_fix"),
    Fail.POWER_WEAK: FailFacts(Check.POWER, "rehearsal.power_weak", "rehearsal.power_weak_fix"),
    Fail.ON_BATTERY: FailFacts(Check.POWER, "rehearsal.on_battery", "rehearsal.on_battery_fix"),
    Fail.BATTERY_LOW: FailFacts(
        Check.POWER, "rehearsal.battery_low", "rehearsal.battery_low_fix", is_grave=False
    ),
    Fail.CLOCK_UNKNOWN: FailFacts(
        Check.CLOCK, "rehearsal.clock_unknown", "rehearsal.clock_unknown_fix", is_grave=False
    ),
    Fail.UPLINK_AWAY: FailFacts(
        Check.UPLINK, "rehearsal.uplink_away", "rehearsal.uplink_away_fix", is_grave=False
    ),
    Fail.PERMIT_BAD: FailFacts(Check.PERMITS, "rehearsal.permit_bad", "rehearsal.permit_bad_fix"),
    Fail.CAPACITY_UNSAID: FailFacts(
        Check.CAPACITY, "rehearsal.capacity_unsaid", "rehearsal.capacity_unsaid_fix"
    ),
    Fail.EXITS_UNSAID: FailFacts(
        Check.EXITS, "rehearsal.exits_unsaid", "rehearsal.exits_unsaid_fix", is_grave=False
    ),
}


COLUMNS = ("check", "what is wrong", "what to do", "how grave")


def lines() -> list[tuple[str, str, str, str]]:
    """One line each, under ``COLUMNS``; the last is ``Can wait``, or empty."""
    words = sentences()
    return [
        (CHECK_WORDS[one.check], words[one.wrong], words[one.remedy], "" if one.is_grave else "Can wait")
        for one in FAILS.values()
    ]


def sheet() -> str:
    """The last part of the manual's chapter "Rehearsal", as Markdown; a test compares."""
    head = [
        "## What it can find, and what to do",
        "",
        "*Can wait*: the evening can be held all the same.",
        "",
        "| check | what is wrong | what to do | |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *(f"| {' | '.join(line)} |" for line in lines())]) + "\n"
