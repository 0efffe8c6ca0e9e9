"""No camera: the box is whole without one."""

from __future__ import annotations

from appliance.capture.camera import Sink


class NoCamera:
    """Delivers nothing and is never lost."""

    name = ""

    def start(self, sink: Sink) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""
