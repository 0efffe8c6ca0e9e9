"""What a box's key of the bucket may do, as an S3 policy for the organiser's storage: the least."""

from __future__ import annotations

from typing import Any

from appliance.bucket.layout import box_folder, clean_prefix
from appliance.ids import BoxId

VERSION = "2012-10-17"
"""Of the policy language; it never changed since."""

PUT = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
"""A large clip goes up in parts, which are resumed or given up. None of it reads, lists or deletes."""
READ = ("s3:GetObject",)

_SPECIAL = {"*": "${*}", "?": "${?}", "$": "${$}"}
"""Letters that a policy would take for patterns."""


def box_policy(bucket: str, prefix: str, box: BoxId | None, principal: str = "") -> dict[str, Any]:
    """Allow ``box`` to put under its own prefix and to read what is published; all else is refused.

    With ``principal`` (how the storage calls the key's owner, an ARN) it is a bucket policy; without, one
    that is attached to that user. ``box`` None: any box's prefix will do (tests).
    """
    top = f"arn:aws:s3:::{_plain(bucket)}/{_plain(clean_prefix(prefix))}"
    own = "boxes/*" if box is None else f"{_plain(box_folder(box))}*"
    return {
        "Version": VERSION,
        "Statement": [
            _allow("BoxPutsItsOwn", PUT, f"{top}{own}", principal),
            _allow("BoxReadsWhatIsPublished", READ, f"{top}published/*", principal),
        ],
    }


def _allow(sid: str, actions: tuple[str, ...], resource: str, principal: str) -> dict[str, Any]:
    whose = {"Principal": {"AWS": [principal]}} if principal else {}
    return {"Sid": sid, "Effect": "Allow", **whose, "Action": list(actions), "Resource": [resource]}


def _plain(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
