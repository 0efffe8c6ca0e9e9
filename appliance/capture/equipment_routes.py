"""What Setup may ask about cameras and microphones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.capture.angles import Angles
from appliance.capture.camera import Camera
from appliance.capture.camera_choice import choose_camera
from appliance.capture.evenings import Evenings
from appliance.capture.indicator import Indicator
from appliance.capture.looking_through import FIRST, SECOND, LookingThrough
from appliance.capture.packet import Packet
from appliance.capture.plugged_in import PluggedIn
from appliance.clock import Clock
from appliance.config import CaptureTable
from appliance.errors import MatineeError, sentences
from appliance.ipc.server import Raw, Request, Route
from appliance.model.equipment import EquipmentView

_FORGET_EACH_S = 5.0


def equipment_routes(
    settings: CaptureTable, filming: Angles, evenings: Evenings, lamp: Indicator, clock: Clock,
    start_anew: Callable[[], None], every: Callable[[float, Callable[[], None]], None],
) -> tuple[Route, ...]:  # fmt: skip
    """Routes of the control socket; ``start_anew`` ends the process, which comes back as it is set then."""
    plugged = PluggedIn()

    def not_now() -> str:
        if filming.films:
            return ""
        return "" if evenings.before_doors(clock) else sentences()["capture.only_before_doors"]

    def open_camera(which: str) -> Camera:
        return choose_camera(settings.overhead if which == SECOND else settings.source, clock)

    def filmed(which: str) -> Packet | None:
        return filming.newest(overhead=which == SECOND) if filming.films else None

    looking = LookingThrough(open_camera, filmed, lambda: filming.films, not_now, lamp, clock)
    every(_FORGET_EACH_S, looking.forget_old)

    def view() -> EquipmentView:
        return replace(plugged.view(settings), filming=filming.films, not_now=not_now())

    def anew() -> None:
        if filming.films:
            raise MatineeError("capture.in_use")
        start_anew()

    return (
        Route("GET", "/equipment", lambda _: view(), direct=True),
        Route("POST", "/look/{which}", lambda request: looking.look(_which(request)), direct=True),
        Route("GET", "/look/{which}", lambda request: Raw(looking.seen(_which(request)), "image/jpeg")),
        Route("POST", "/anew", lambda _: anew()),
    )


def _which(request: Request) -> str:
    return SECOND if request.parts["which"] == SECOND else FIRST
