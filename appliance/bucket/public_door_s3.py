"""The public door of an S3 bucket: a POST policy, a bucket policy, CORS."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError

from appliance.bucket.bucket_s3 import S3Bucket
from appliance.bucket.layout import PUBLIC
from appliance.bucket.public_door import LARGEST_FORM_BYTES, SMALLEST_FORM_BYTES, DropForm
from appliance.errors import MatineeError

_KIND = "application/json"
_NEVER_SET = {"NoSuchBucketPolicy", "NoSuchCORSConfiguration"}
_RULE = "matinee-inbox"
_CREATED = "201"
"""The only success that names what was stored: a login page's 200 does not."""


class S3Door:
    """Opens what has to be open, and no more."""

    def __init__(self, bucket: S3Bucket) -> None:
        """``bucket`` with the organiser's keys: the form is signed with them."""
        self._bucket = bucket

    @property
    def address(self) -> str:
        """Path style, as every S3 server has it."""
        return f"{self._bucket.where}/{self._bucket.full_key('')}"

    def form(self, folder: str, now: datetime, days: int) -> DropForm:
        """Sign one (Amazon S3, "POST Policy"): key, size, kind and end are the server's to enforce."""
        lasts = timedelta(days=days)
        with self._bucket.client() as client:
            made: dict[str, Any] = client.generate_presigned_post(
                self._bucket.settings.name,
                self._bucket.full_key(folder) + "${filename}",
                Fields={"Content-Type": _KIND, "success_action_status": _CREATED},
                Conditions=[
                    {"Content-Type": _KIND},
                    {"success_action_status": _CREATED},
                    ["content-length-range", SMALLEST_FORM_BYTES, LARGEST_FORM_BYTES],
                ],
                ExpiresIn=int(lasts.total_seconds()),
            )
        return DropForm(made["url"], made["fields"], now + lasts)

    def open_pages(self) -> str:
        """Add our statement and our rule to the bucket's own, each once; others stay as they are."""
        try:
            self._let_read()
            self._let_post()
        except MatineeError as fault:
            if fault.key != "bucket.refused":
                raise
            return str(fault)
        return ""

    def _let_read(self) -> None:
        name = self._bucket.settings.name
        pages = f"{name}/{self._bucket.full_key(PUBLIC)}*"
        ours = {
            "Sid": f"Matinee{sha256(pages.encode()).hexdigest()[:16]}",  # one for each prefix
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{pages}",
        }
        policy = self._found(lambda client: json.loads(client.get_bucket_policy(Bucket=name)["Policy"]))
        statements = [] if policy is None else list(policy["Statement"])
        if ours["Sid"] in [one.get("Sid") for one in statements]:
            return
        whole = {"Version": "2012-10-17", "Statement": [*statements, ours]}
        with self._bucket.client() as client:
            client.put_bucket_policy(Bucket=name, Policy=json.dumps(whole))

    def _let_post(self) -> None:
        name = self._bucket.settings.name
        ours: dict[str, Any] = {"ID": _RULE, "AllowedMethods": ["POST"], "AllowedOrigins": ["*"]}
        rules = self._found(lambda client: client.get_bucket_cors(Bucket=name)["CORSRules"]) or []
        if any(rule.get("ID") == _RULE for rule in rules):
            return
        with self._bucket.client() as client:
            whole: Any = {"CORSRules": [*rules, ours]}
            client.put_bucket_cors(Bucket=name, CORSConfiguration=whole)

    def _found(self, ask: Any) -> Any:  # noqa: ANN401 boto3's answers are dictionaries of their own kinds
        """What is there; None if nothing was ever set."""
        with self._bucket.client() as client:
            try:
                return ask(client)
            except ClientError as fault:
                if fault.response.get("Error", {}).get("Code") in _NEVER_SET:
                    return None
                raise
