"""Where an event's public page is found, and how its manifest comes to say so."""

from __future__ import annotations

import re

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_s3 import S3Bucket
from appliance.bucket.layout import public_key
from appliance.bucket.public_door_s3 import S3Door
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest

LETTERS_PAGE = "pass.html"
"""Beside an event's public page: shows the pass that stands behind the ``#`` of a link."""
_HEAD = re.compile(r"^[ \t]*\[[ \t]*event[ \t]*\][ \t]*(?:#[^\r\n]*)?\r?$", re.MULTILINE)


def page_address(bucket: Bucket, event: EventId) -> str:
    """What a browser opens; empty for a folder, which is served who knows where."""
    return public_address(bucket, public_key(event, "index.html"))


def public_address(bucket: Bucket, key: str) -> str:
    """Where everybody finds what lies at ``key``; empty for a folder."""
    return f"{S3Door(bucket).address}{key}" if isinstance(bucket, S3Bucket) else ""


def with_public_page(text: str, address: str) -> str:
    """The manifest ``text`` with ``public_page`` in it, so that cards, passes and "No thanks" lead there.

    As it is where it names a page already, and where ``address`` is none that a manifest may name.
    """
    event = event_manifest.check(text)
    head = _HEAD.search(text)
    if event.public_page or head is None or not address.startswith("https://"):
        return text
    told = f'{text[: head.end()]}\npublic_page = "{address}"{text[head.end() :]}'
    try:
        return told if event_manifest.check(told).public_page == address else text
    except MatineeError:
        return text
