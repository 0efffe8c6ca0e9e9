"""The registry of clips as it came into the bucket: what every box's cuts look like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.ndjson import lines
from appliance.ids import BoxId, ClipId, EventId
from appliance.model.fingerprint import Fingerprint, Look, View
from appliance.store.outbox import Lane
from provisioning.cloud.objects import fetch_rows

_MARK = b'"clip_registered"'


class _Look(msgspec.Struct, frozen=True):
    at_ms: int
    view: View
    dhash: str
    phash: str


class _Registered(msgspec.Struct, frozen=True):
    kind: str
    event: str
    clip: str
    cut: str
    looks: tuple[_Look, ...]


_decoder = msgspec.json.Decoder(_Registered)


def registry_in(bucket: Bucket, cache: Path) -> list[Fingerprint]:
    """Every cut that any box registered, once. A row that is none is passed over: others may write there."""
    found: dict[tuple[str, str, str], Fingerprint] = {}
    for rows in fetch_rows(bucket, Lane.FACTS, cache):
        for one in _registered(rows.path, BoxId(rows.key.box)):
            found[one.box, one.clip, one.cut] = one
    return list(found.values())


def _registered(path: Path, box: BoxId) -> Iterator[Fingerprint]:
    for line in lines(path):
        if _MARK not in line:
            continue
        try:
            row = _decoder.decode(line)
            looks = tuple(
                Look(look.at_ms, bytes.fromhex(look.dhash), bytes.fromhex(look.phash), look.view)
                for look in row.looks
            )
        except ValueError:  # msgspec's are ValueErrors, too
            continue
        if row.kind == "clip_registered":
            yield Fingerprint(box, EventId(row.event), ClipId(row.clip), row.cut, looks)
