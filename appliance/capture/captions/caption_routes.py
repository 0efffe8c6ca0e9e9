"""What the crew may ask about captions."""

from __future__ import annotations

import msgspec

from appliance.capture.captions.captioning import Captioning, OnOwner
from appliance.ids import ClipId
from appliance.ipc.server import Request, Route
from appliance.model.captioned import Captioned


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    language: str = ""
    begins_ms: int | None = None
    """Of a transcript of the whole item: the place in it at which that begins."""


def caption_routes(captions: Captioning, owner: OnOwner) -> tuple[Route, ...]:
    """Routes of the control socket; a file is read on the request's own thread, for that can take seconds."""

    def give(request: Request) -> Captioned:
        clip, given = ClipId(request.parts["id"]), request.decode(_Given)
        if given.begins_ms is None:
            return captions.give(clip, given.text, given.language, owner)
        return captions.give_item(clip, given.text, given.language, given.begins_ms, owner)

    return (
        Route("POST", "/clips/{id}/captions", give, direct=True),
        Route(
            "POST", "/clips/{id}/captions/remove",
            lambda request: captions.take_away(ClipId(request.parts["id"])),
        ),
    )  # fmt: skip
