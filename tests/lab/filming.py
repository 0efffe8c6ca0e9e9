"""A clip of one film, as large as wished."""

from __future__ import annotations

import os
from hashlib import sha256

from appliance.bucket.parts import digests
from appliance.ids import new_id
from appliance.model.stored_part import PART_BYTES
from appliance.paths import Service
from lab.outbox_owners import EVENT
from lab.pushing_box import Box
from lab.releases import release


def clip_of(box: Box, size_bytes: int, *, parts: bool = False) -> tuple[str, bytes]:
    """It may leave the box; returns its key and content. ``parts``: their digests stand in its row."""
    content = os.urandom(size_bytes)
    name = f"{new_id()}.landscape.mp4"
    (box.paths.clips / name).write_bytes(content)
    part: dict[str, object] = {"name": name, "sha256": sha256(content).hexdigest(), "size_bytes": size_bytes}
    if parts:
        found = digests(box.paths.clips / name).parts
        part |= {"part_bytes": PART_BYTES, "parts": [digest.hex() for digest in found]}
    with box.owners.files[Service.CAPTURE].transaction() as tx:
        release(tx, name.partition(".")[0], EVENT)
        box.owners.outbox.clip(tx, "clip_approved", EVENT, files=[part])
    return f"boxes/box=box/event={EVENT}/clips/{name}", content
