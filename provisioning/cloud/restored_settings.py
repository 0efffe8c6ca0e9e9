"""``config.toml`` of a box that is made anew: the one it had, or what the bucket and the organiser know."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import state_key
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.sync_view import BoxState
from appliance.toml_text import tables_of

_LARGEST_STATE_BYTES = 1 << 20
_MADE = """\
# Made by `matinee cloud restore` out of what the bucket knows. Wi-Fi, lights and camera are set up anew.
[box]
id = {id}
name = {name}

# The box's own keys of the bucket stand in no bucket. Put them here and take the marks away:
# [bucket]
# endpoint = "https://..."
# name = "..."
# access_key = "..."
# secret_key = "..."

[content]
keys = {keys}

[people]
recipients = {recipients}
"""

_decoder = msgspec.json.Decoder(BoxState)


def settings_in(file: Path, box: BoxId) -> bytes:
    """The settings in ``file``, if they are those of ``box``.

    Raises ``core.bad_config`` or ``restore.other_box``.
    """
    try:
        content = file.read_bytes()
        found = msgspec.convert(tables_of(content.decode("utf-8")), Config)
    except (OSError, ValueError) as fault:  # msgspec's and tomllib's are ValueErrors
        raise MatineeError("core.bad_config", path=file, fault=fault) from fault
    if found.box.id != box:
        raise MatineeError("restore.other_box", path=file, box=box, found=found.box.id)
    return content


def settings_from_bucket(bucket: Bucket, box: BoxId, keys: Sequence[str], recipients: Sequence[str]) -> bytes:
    """What is known of ``box``: its name, whose events it believes, whom people's rows are sealed to."""
    said = _MADE.format(
        id=json.dumps(box), name=json.dumps(_name(bucket, box)), keys=json.dumps(list(keys)),
        recipients=json.dumps(list(recipients)),
    )  # fmt: skip
    return said.encode()


def _name(bucket: Bucket, box: BoxId) -> str:
    """As ``state.json`` has it. Whoever held the box's key may have written there: it is only a name."""
    try:
        content = b"".join(bucket.read(state_key(box), 0, _LARGEST_STATE_BYTES))
        return _decoder.decode(content).name[:100] or str(box)
    except (MatineeError, msgspec.MsgspecError, ValueError):
        return str(box)
