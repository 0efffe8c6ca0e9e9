"""Both ways in which the room is seen live, as the capture's service has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.capture.keeper import RunKeeper
from appliance.capture.live.live_view import LiveView
from appliance.capture.live.sender_ffmpeg import open_sender
from appliance.clock import Clock
from appliance.ids import EventId
from appliance.ipc.server import Raw, Request, Route
from appliance.model.capture import CaptureStatus
from appliance.model.event import Event

_KIND = "application/octet-stream"


class OnAir:
    """Off, unless the evening says ``live`` or ``stream`` under ``[watch]``, and wants no faces blurred."""

    def __init__(self, event_of: Callable[[EventId], Event | None], stream_to: str, clock: Clock) -> None:
        """``event_of``: None for an evening that is not loaded; ``stream_to``: empty, nothing goes out.

        Raises ``capture.bad_stream_out``.
        """

        def wants_live(event: EventId) -> bool:
            found = event_of(event)
            return found is not None and found.is_live

        def wants_stream(event: EventId) -> bool:
            found = event_of(event)
            return found is not None and found.is_streamed

        self._live = LiveView(wants_live)
        self._sender = open_sender(stream_to, wants_stream, clock)

    @property
    def keepers(self) -> tuple[RunKeeper, ...]:
        """What the gate feeds."""
        return (self._live,) if self._sender is None else (self._live, self._sender)

    @property
    def routes(self) -> tuple[Route, ...]:
        """What the portal asks."""

        def piece(request: Request) -> Raw:
            return Raw(self._live.file(request.parts["name"]), _KIND)

        return (Route("GET", "/live/{name}", piece, direct=True),)

    def told(self, status: CaptureStatus) -> CaptureStatus:
        """``status``, with why nothing goes out though it should."""
        if self._sender is None or not self._sender.fault:
            return status
        return replace(status, faults=(*status.faults, self._sender.fault))

    def close(self) -> None:
        """End both."""
        self._live.close()
        if self._sender is not None:
            self._sender.close()
