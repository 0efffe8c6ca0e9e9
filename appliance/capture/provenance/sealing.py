"""What each film says of itself when it is signed; one that can not be signed is kept without credentials."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from appliance.capture.cut import CutOrder, Description
from appliance.capture.provenance.credentials import Evening, Seal
from appliance.errors import MatineeError
from appliance.model.capture import LANDSCAPE, Faces
from appliance.model.event import Event
from appliance.store.outbox import rfc3339

_log = logging.getLogger(__name__)


def sign_clip(seal: Seal, order: CutOrder, event: Event | None) -> Callable[[Path], None]:
    """What signs the landscape film of ``order``; ``event`` as it is loaded, if it still is."""
    moment = order.moment
    evening = Evening(
        box=order.box,
        event=moment.event,
        clip=moment.clip,
        cut=LANDSCAPE,
        at=rfc3339(moment.at),
        clock=order.clock_trust,
        title="" if event is None else event.title,
        venue="" if event is None else event.venue.name,
        faces=(Faces.BLURRED if event is not None and event.blur_faces else Faces.AS_FILMED).value,
    )
    return lambda film: _sign(seal, film, evening, None)


def sign_cut(seal: Seal, said: Description, cut: str, event: Event, parent: Path) -> Callable[[Path], None]:
    """What signs another cut, made from ``parent``, of which ``said`` is the description."""
    evening = Evening(
        box=said.box,
        event=said.event,
        clip=said.clip,
        cut=cut,
        at=said.at,
        clock=said.clock,
        title=event.title,
        venue=event.venue.name,
        faces=said.faces.value,
    )
    return lambda film: _sign(seal, film, evening, parent)


def _sign(seal: Seal, film: Path, evening: Evening, parent: Path | None) -> None:
    try:
        seal.sign(film, evening, parent)
    except MatineeError as fault:
        # The moment does not come back; its fingerprint still tells whose it is.
        _log.warning("clip without credentials clip=%s cut=%s why=%s", evening.clip, evening.cut, fault)
