"""What phones that join now will see: the box asks its own front door as each system does."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from appliance.config import Config
from appliance.front.address import OwnAddress
from appliance.front.captive import FAMILIES, Family
from appliance.front.settings import guest_addresses
from webui.console.console import here
from webui.console.guard import staff_only

pages = Blueprint("setup_phones", __name__)

_PATIENCE_S = 3.0
_ANY = "phones.example"
"""Asked for where any host is meant (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How one family of devices will fare."""

    devices: str
    finds: bool
    """Whether the page opens by itself."""
    sentence: str


@pages.get("/setup/phones")
@staff_only()
def phones() -> ResponseReturnValue:
    """Each family that is known, asked for in this moment."""
    sights = all_sights(here().config, here().own)
    return render_template("console/setup_phones.html", sights=sights, address=here().own.portal())


def all_sights(config: Config, own: OwnAddress) -> list[Sight]:
    """Every family, asked for at once."""
    page, door = f"{own.portal()}/", (guest_addresses(config)[0], config.front.http)
    with ThreadPoolExecutor(len(FAMILIES)) as together:
        return list(together.map(lambda family: look(family, door, page), FAMILIES))


def sights_counted(config: Config, own: OwnAddress) -> tuple[int, int]:
    """Families that find the page, and how many were asked for."""
    sights = all_sights(config, own)
    return sum(sight.finds for sight in sights), len(sights)


def look(family: Family, door: tuple[str, int], page: str) -> Sight:
    """Ask at ``door`` what a device of ``family`` asks when it joins; the right answer leads to ``page``."""
    question = family.question[0]
    asked = http.client.HTTPConnection(*door, timeout=_PATIENCE_S)
    try:
        host = _ANY if question.hosts[0] == "*" else question.hosts[0]
        asked.request("GET", question.paths[0], headers={"Host": host})
        told = asked.getresponse()
    except (OSError, http.client.HTTPException):
        words = f"Nobody answers at {door[0]}, port {door[1]}: is `matinee front` running?"
        return Sight(family.devices, finds=False, sentence=words)
    finally:
        asked.close()
    if told.status == HTTPStatus.FOUND and told.getheader("Location") == page:
        return Sight(family.devices, finds=True, sentence="The page opens by itself.")
    words = f"Not as it should be: answer {told.status}. Look into `matinee doctor`."
    return Sight(family.devices, finds=False, sentence=words)
