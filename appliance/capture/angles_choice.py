"""The second camera of the room, where the settings name one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.capture.angles import OnlySeen
from appliance.capture.camera_choice import choose_camera
from appliance.capture.cutting import Cutting
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.filming import Filming
from appliance.capture.indicator import Indicator
from appliance.capture.keeper import RunKeeper
from appliance.capture.packet import Packet
from appliance.clock import Clock
from appliance.model.capture import OVERHEAD
from appliance.store.capture_rows import CaptureRows


def choose_overhead(  # noqa: PLR0913 what it is made with
    source: str,
    rows: CaptureRows,
    cutting: Cutting,
    clock: Clock,
    settings: FilmingSettings,
    post: Callable[[Callable[[], None]], None],
    *,
    indicator: Indicator,
    segments: RunKeeper,
) -> Filming | None:
    """What films from overhead, under the same word and the same signs; None if ``source`` is empty.

    ``segments``: of its own runs, so that a crash costs no moment of it either.
    """
    if not source:
        return None
    equipment = Equipment(OnlySeen(choose_camera(source, clock)), indicator, (segments,))
    return Filming(rows, equipment, cutting, clock, replace(settings, angle=OVERHEAD), post)


def worth(packet: Packet | None) -> float:
    """Sharpness and exposure of a key frame, 0 to 1; 0 where there is no picture."""
    from appliance.capture.decoding_av import PacketDecoder  # noqa: PLC0415 numpy: only where there are pictures
    from appliance.capture.looking.sight import exposure, grey, sharpness  # noqa: PLC0415 as above

    picture = None if packet is None else PacketDecoder().picture(packet)
    if picture is None:
        return 0.0
    light = grey(picture)
    return sharpness(light) * exposure(light)
