"""`matinee dev --evening`: play it, look into the bucket, and say what was missing."""

from __future__ import annotations

from appliance.bucket.opening import open_bucket
from appliance.clock import Clock
from appliance.dev.audience import Guest
from appliance.dev.diary import Diary
from appliance.dev.evening import Evening
from appliance.dev.evening_report import Arrived, missing, report_lines
from appliance.dev.house import House
from appliance.dev.one_box import OneBox
from appliance.dev.operator import Operator
from appliance.dev.staff_link import new_link
from appliance.dev.terminal import Terminal
from appliance.errors import MatineeError
from appliance.ids import BoxId
from provisioning.cloud.keys import read_secret
from provisioning.cloud.people import open_people
from provisioning.cloud.report import report

PEOPLE = 16
"""More than there are of the sample's drop, so that some come too late."""


def play_evening(house: House, terminal: Terminal, clock: Clock, people: int = PEOPLE) -> None:
    """Play the event that is on, print its report; ``dev.evening_incomplete`` if anything did not arrive."""
    console = house.config.console.address
    operator = Operator(console, new_link(house.paths, house.config))
    guests = [Guest(number, house.config.portal.address) for number in range(people)]
    diary = Diary(clock, terminal.say)
    evening = Evening(operator, guests, house.config.box.speed, house.config.capture.pre_roll_s, diary, clock)
    deeds = evening.play()
    arrived = look_into_bucket(house)
    for line in report_lines(house.title, diary.notes, deeds, arrived):
        terminal.say(line)
    wrong = missing(deeds, arrived)
    if wrong:
        raise MatineeError("dev.evening_incomplete", missing="; ".join(wrong))


def look_into_bucket(house: House) -> Arrived:
    """Read the bucket with the organiser's keys, as `matinee cloud report` and `open` do."""
    found = open_bucket(house.bucket)
    if found is None:
        raise MatineeError("dev.object_store_not_started")
    bucket = OneBox(found, BoxId(house.config.box.id))
    cache = house.organiser / "fetched"
    figures = report(bucket, cache, house.event)
    events = figures.events
    people = sum(1 for _ in open_people(bucket, read_secret(house.organiser), cache, house.event))
    objects = tuple((found.key, found.size_bytes) for found in bucket.list())
    return Arrived(events[0] if events else None, people, objects, figures.groups.all.nps.answers)
