"""Ask the capture."""

from __future__ import annotations

from appliance.ids import ClipId
from appliance.ipc.client import ControlClient, part
from appliance.model.capture import CaptureStatus, Clip, Moment
from appliance.paths import Paths, Service


class CaptureClient:
    """What operators, cues and the command line may ask of the capture."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.CAPTURE)

    def status(self) -> CaptureStatus:
        """Whether the house is being filmed, and by what."""
        return self._control.ask("GET", "/status", CaptureStatus)

    def mark(self, by: str = "operator") -> Moment:
        """Mark this moment; the answer means that it is saved. Its clip follows after the post-roll.

        ``by`` is what marked it, in the form of an id, never a person's name. Raises ``capture.not_allowed``
        where nothing may be filmed now, ``capture.no_camera`` where there is no picture.
        """
        return self._control.ask("POST", "/mark", Moment, {"by": by})

    def clips(self) -> list[Clip]:
        """Every clip of this box, the newest first, also those still to be cut."""
        return self._control.ask("GET", "/clips", list[Clip])

    def approve(self, clip: ClipId) -> Clip:
        """Let a clip be shown and leave the box; again is no fault. The answer means that it is saved.

        Raises ``capture.no_clip``, ``capture.not_made`` or ``capture.clip_gone``.
        """
        return self._control.ask("POST", f"/clips/{part(clip)}/approve", Clip)
