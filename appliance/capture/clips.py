"""Clips as operators see them, and their yes to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from appliance.capture.cutting import Cutting
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.model.capture import Clip, ClipState, Faces
from appliance.model.event import Event
from appliance.store.capture_rows import CaptureRows


class Clips:
    """On the owner thread. A clip is private until it is approved."""

    def __init__(
        self, rows: CaptureRows, cutting: Cutting, folder: Path, clock: Clock, approved: Callable[[], None],
        event_of: Callable[[EventId], Event | None] = lambda _: None,
    ) -> None:  # fmt: skip
        """``approved`` wakes whoever carries clips away; ``event_of`` tells what an evening asks for."""
        self._event_of = event_of
        self._rows = rows
        self._cutting = cutting
        self._folder = folder
        self._clock = clock
        self._approved = approved

    def all(self) -> list[Clip]:
        """Every clip of this box, the newest first, also those still to be cut."""
        in_work = self._cutting.in_work
        return [
            replace(clip, state=ClipState.CUTTING)
            if clip.state is ClipState.WAITING and clip.id in in_work
            else clip
            for clip in self._rows.clips()
        ]

    def approve(self, clip_id: ClipId) -> Clip:
        """Let it be shown and leave the box; durable, and once in effect."""
        clip = self._rows.clip(clip_id)
        if clip.state is ClipState.APPROVED:
            return clip
        if clip.state is ClipState.HELD:
            raise MatineeError("capture.removal_waits")
        if clip.state is ClipState.WITHDRAWN:
            raise MatineeError("capture.withdrawn")
        if clip.state is not ClipState.MADE:
            raise MatineeError("capture.not_made", state=clip.why or "it is still being made")
        event = self._event_of(clip.event)
        if event is not None and event.blur_faces and clip.faces is not Faces.BLURRED:
            raise MatineeError("capture.faces_not_blurred")
        for file in clip.files:
            path = self._folder / file.name
            if not path.exists() or path.stat().st_size != file.size_bytes:
                raise MatineeError("capture.clip_gone", name=file.name)
        self._rows.approve(clip_id, self._clock.now())
        self._approved()
        return self._rows.clip(clip_id)
