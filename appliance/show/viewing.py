"""What is chosen for tonight, put over what is usual in this house: pure."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from appliance.config_house import HouseTable
from appliance.model.lighting import Lighting, look_of
from appliance.model.programme import HouseLights
from appliance.model.viewing import Viewing
from appliance.show.standing import Standing


def tonight(house: HouseTable, chosen: Viewing) -> HouseTable:
    """The house as it is for this show."""
    relaxed = house.relaxed if chosen.relaxed is None else chosen.relaxed
    return structs.replace(
        house,
        subtitles=house.subtitles if chosen.subtitles is None else chosen.subtitles,
        audio_track=house.audio_track if chosen.audio_track is None else chosen.audio_track,
        relaxed=relaxed,
        loudest=min(house.loudest, house.relaxed_loudest) if relaxed else house.loudest,
    )


def chosen(house: HouseTable) -> Viewing:
    """How films are read and heard in ``house``: for those who look."""
    return Viewing(house.subtitles, house.audio_track, house.relaxed)


def lit(standing: Standing, house: HouseTable) -> Standing:
    """In a relaxed screening it is never darker than the house says, whoever asks for it."""
    lighting = standing.lighting
    dark = lighting.level < house.relaxed_lights if lighting.level is not None else _is_down(lighting)
    if not house.relaxed or not dark:
        return standing
    level = house.relaxed_lights
    return replace(standing, lighting=Lighting(look_of(level), level, lighting.fade_s))


def _is_down(lighting: Lighting) -> bool:
    return lighting.look is HouseLights.DOWN
