"""Who listens to what is filmed, and who finds faces for its cuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from appliance.capture.film_libraries import bring_in
from appliance.capture.hearing import Hearing
from appliance.capture.scoring import ScoredMoment
from appliance.config import CaptureTable

if TYPE_CHECKING:
    from appliance.capture.cuts.blur_av import FaceBlur
    from appliance.capture.cuts.sights import FindFaces


def choose_senses(
    wanted: CaptureTable, tell: Callable[[ScoredMoment], None], post: Callable[[Callable[[], None]], None]
) -> tuple[Hearing | None, FindFaces | None]:
    """Return both as the box has them; nobody without camera and microphone, or by ``listen = false``.

    ``tell`` and ``post``: see ``Hearing``, whose thread runs from now on.
    """
    if not wanted.source and not wanted.sound:
        return None, None
    bring_in()
    from appliance.capture.looking.faces import NoFaces  # noqa: PLC0415 as below
    from appliance.capture.looking.looker import open_faces  # noqa: PLC0415 OpenCV: a box without a camera
    from appliance.capture.senses import open_senses  # noqa: PLC0415 does without it

    ear = Hearing(open_senses, tell, post) if wanted.listen else None
    faces = open_faces()
    return ear, None if isinstance(faces, NoFaces) else faces.find


def choose_blur(wanted: CaptureTable) -> FaceBlur | None:
    """What covers faces; None where there is no camera. It opens a finder of its own when it is needed."""
    if not wanted.source:
        return None
    from appliance.capture.cuts.blur_av import FaceBlur  # noqa: PLC0415 OpenCV, as above
    from appliance.capture.looking.looker import open_faces  # noqa: PLC0415

    return FaceBlur(open_faces)
