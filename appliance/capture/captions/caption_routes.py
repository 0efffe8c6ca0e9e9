"""What the crew may ask about captions."""

from __future__ import annotations

import msgspec

from appliance.capture.captions.captioning import Captioning
from appliance.ids import ClipId
from appliance.ipc.server import Request, Route
from appliance.model.captioned import Captioned


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    language: str = ""
    begins_ms: int | None = None
    """Of a transcript of the whole item: the place in it at which that begins."""


def caption_routes(captions: Captioning) -> tuple[Route, ...]:
    """Routes of the control socket."""

    def give(request: Request) -> Captioned:
        clip, given = ClipId(request.parts["id"]), request.decode(_Given)
        if given.begins_ms is None:
            return captions.give(clip, given.text, given.language)
        return captions.give_item(clip, given.text, given.language, given.begins_ms)

    return (
        Route("POST", "/clips/{id}/captions", give),
        Route(
            "POST", "/clips/{id}/captions/remove",
            lambda request: captions.take_away(ClipId(request.parts["id"])),
        ),
    )  # fmt: skip
