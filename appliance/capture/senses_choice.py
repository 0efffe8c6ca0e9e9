"""Who listens to what is filmed, and who finds faces for its cuts."""

from __future__ import annotations

from collections.abc import Callable

from appliance.capture.cuts.sights import FindFaces
from appliance.capture.hearing import Hearing
from appliance.capture.scoring import ScoredMoment
from appliance.config import CaptureTable


def choose_senses(
    wanted: CaptureTable, tell: Callable[[ScoredMoment], None], post: Callable[[Callable[[], None]], None]
) -> tuple[Hearing | None, FindFaces | None]:
    """Return both as the box has them; nobody where there is no camera, or no listener by ``listen = false``.

    ``tell`` and ``post``: see ``Hearing``, whose thread runs from now on.
    """
    if not wanted.source:
        return None, None
    from appliance.capture.looking.looker import open_faces  # noqa: PLC0415 OpenCV: a box without a camera
    from appliance.capture.senses import open_senses  # noqa: PLC0415 does without it

    ear = Hearing(open_senses, tell, post) if wanted.listen else None
    return ear, open_faces().find
