"""The show's control socket: what may be asked, and what each body says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.errors import MatineeError
from appliance.ids import SLUG, CueId, ItemId
from appliance.ipc.server import Handler, Request, Route
from appliance.manifest import event_manifest, packing_list
from appliance.model.callout import callout
from appliance.model.change import Change
from appliance.model.lighting import Lighting, look_of
from appliance.model.programme import HouseLights
from appliance.model.show_view import ShowView, Verb
from appliance.model.viewing import Viewing
from appliance.paths import Paths
from appliance.show.director import Director
from appliance.show.presses import Pressed

Act = Callable[[Director], object]
Perform = Callable[[Act], ShowView]
"""Carry out an act and see that room and screen follow; return where the show then stands."""


Tell = Callable[[datetime | None], None]
"""Who hears what time a person says it is; None: the one that is shown."""


def _nobody(_at: datetime | None) -> None:
    """No clock is kept here."""


class ClockBody(msgspec.Struct, frozen=True):
    """The time by a person's clock; None: the one that is shown is right."""

    at: Annotated[datetime, Meta(tz=True)] | None = None
    nonce: str | None = None


class Press(msgspec.Struct, frozen=True):
    """Body of a verb: the same nonce is the same act; ``visit`` is what the operator saw."""

    nonce: str | None = None
    visit: int | None = None

    @property
    def pressed(self) -> Pressed:
        """As the director takes it."""
        return Pressed(self.nonce, self.visit)


class SeekBody(Press, frozen=True):
    """Body of ``POST /seek``."""

    position_ms: int = 0


class LightsBody(msgspec.Struct, frozen=True):
    """Body of ``POST /lights``: a look, or a dimmer level of 0 to 1."""

    lights: HouseLights | None = None
    level: Annotated[float, Meta(ge=0, le=1)] | None = None
    fade_s: Annotated[float, Meta(ge=0, le=600)] | None = None
    nonce: str | None = None

    @property
    def lighting(self) -> Lighting:
        """What is meant; UP if nothing is said."""
        if self.level is not None:
            return Lighting(look_of(self.level), self.level, self.fade_s)
        return Lighting(self.lights or HouseLights.UP, None, self.fade_s)


class VolumeBody(msgspec.Struct, frozen=True):
    """Body of ``POST /volume``."""

    level: Annotated[float, Meta(ge=0, le=1)]
    nonce: str | None = None


class ViewingBody(msgspec.Struct, frozen=True):
    """Body of ``POST /viewing``: what is left out stays as it is."""

    viewing: Viewing
    nonce: str | None = None


class CalloutBody(msgspec.Struct, frozen=True):
    """Body of ``POST /callout``; an empty text takes off what stands."""

    text: str = ""
    over: str = ""
    nonce: str | None = None


class ChangeBody(msgspec.Struct, frozen=True):
    """Body of ``POST /change``."""

    change: Change
    nonce: str | None = None


class LoadBody(msgspec.Struct, frozen=True):
    """Body of ``POST /load``; ``leaving`` names the event whose show may be left for it, also as it runs."""

    event: str
    leaving: str = ""


def routes(paths: Paths, director: Director, perform: Perform, tell: Tell = _nobody) -> list[Route]:
    """Every verb of the control socket."""
    acts: dict[str, Callable[[Request], Act]] = {
        **{f"/{verb}": _pressed(verb) for verb in Verb},
        "/seek": _sought,
        "/items/{item}/enter": _entered,
        "/cues/{cue}/fire": _fired,
        "/triggers/{trigger}": _triggered,
        "/lights": _lit,
        "/volume": _turned,
        "/change": _changed,
        "/viewing": _chosen,
        "/callout": _called_out,
        "/clock": partial(_believed, tell),
        "/load": lambda request: _loaded(paths, request),
    }
    return [
        *(Route("POST", path, _performed(act, perform)) for path, act in acts.items()),
        Route("GET", "/status", lambda _: director.view()),
        Route("POST", "/lease", lambda _: director.lease()),
    ]


def _performed(act: Callable[[Request], Act], perform: Perform) -> Handler:
    return lambda request: perform(act(request))


def _pressed(verb: Verb) -> Callable[[Request], Act]:
    def act(request: Request) -> Act:
        pressed = request.decode(Press).pressed
        return lambda director: director.press(verb, pressed)

    return act


def _sought(request: Request) -> Act:
    body = request.decode(SeekBody)
    return lambda director: director.seek(body.position_ms, body.pressed)


def _entered(request: Request) -> Act:
    pressed = request.decode(Press).pressed
    return lambda director: director.enter(ItemId(request.parts["item"]), pressed)


def _fired(request: Request) -> Act:
    nonce = request.decode(Press).nonce
    return lambda director: director.fire(CueId(request.parts["cue"]), nonce)


def _triggered(request: Request) -> Act:
    nonce = request.decode(Press).nonce
    return lambda director: director.trigger(request.parts["trigger"], nonce)


def _lit(request: Request) -> Act:
    body = request.decode(LightsBody)
    return lambda director: director.lights(body.lighting, body.nonce)


def _turned(request: Request) -> Act:
    body = request.decode(VolumeBody)
    return lambda director: director.volume(body.level, body.nonce)


def _changed(request: Request) -> Act:
    body = request.decode(ChangeBody)
    return lambda director: director.change(body.change, body.nonce)


def _chosen(request: Request) -> Act:
    body = request.decode(ViewingBody)
    return lambda director: director.choose(body.viewing, body.nonce)


def _called_out(request: Request) -> Act:
    body = request.decode(CalloutBody)
    said = callout(body.text, body.over)
    return lambda director: director.call_out(said, body.nonce)


def _believed(tell: Tell, request: Request) -> Act:
    body = request.decode(ClockBody)

    def act(director: Director) -> ShowView:
        tell(body.at)
        return director.believe_clock(body.nonce)

    return act


def _loaded(paths: Paths, request: Request) -> Act:
    body = request.decode(LoadBody)
    event = body.event
    folder = paths.events / event
    if not SLUG.fullmatch(event) or not folder.is_dir():
        raise MatineeError("show.unknown_event", event=event)
    manifest = event_manifest.read_text(folder / "event.toml")
    packing = packing_list.decode((folder / "packing-list.json").read_bytes())
    return lambda director: director.load(manifest, packing, body.leaving)
