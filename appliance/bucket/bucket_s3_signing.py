"""How requests are signed: by the hash that is known already, and by the time of the bucket.

botocore reads a body once to sign it. The digest it would find stands in the checksum header, which the
server proves, so a clip's bytes are read once, to be sent.

A bucket refuses a signature of another time than its own, give or take a quarter of an hour. Its answer says
what its time is: from then on this bucket's requests are signed by that. It is believed for that alone: who
lies there gets signatures that the bucket refuses, and no clock is set by it.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.auth import AUTH_TYPE_MAPS, SIGV4_TIMESTAMP, S3SigV4Auth
from botocore.exceptions import ClientError

from appliance.clock import Clock

_NAME = "s3v4-matinee"
_HEADER = "x-amz-checksum-sha256"
_NOW = "matinee_now"
_SKEWED = {"RequestTimeTooSkewed", "RequestExpired"}
_LEAST = timedelta(minutes=1)
"""Nearer than that the time is not what the bucket minds."""


class Signature(S3SigV4Auth):
    """Signature version 4, with the payload's hash from its checksum header, and the bucket's time."""

    def payload(self, request: Any) -> str:  # noqa: ANN401 botocore's AWSRequest
        """The hash as the signature wants it."""
        known = request.headers.get(_HEADER)
        return b64decode(known).hex() if known else str(super().payload(request))

    def _modify_request_before_signing(self, request: Any) -> None:  # noqa: ANN401 as above
        request.context["timestamp"] = request.context[_NOW].strftime(SIGV4_TIMESTAMP)
        super()._modify_request_before_signing(request)  # type: ignore[misc] # its stub lacks it


class Signing:
    """Of one bucket; safe to use from any thread."""

    def __init__(self, clock: Clock) -> None:
        """``clock`` may be wrong."""
        self._clock = clock
        self._ahead = timedelta()

    @property
    def ahead(self) -> timedelta:
        """How far the bucket's time is ahead of ours; 0 until it minded."""
        return self._ahead

    def sign(self, events: Any) -> None:  # noqa: ANN401 a client's events
        """Let a client of botocore sign its requests that way; forms and links stay as they are."""
        AUTH_TYPE_MAPS[_NAME] = Signature
        events.register("choose-signer.s3", _choose)
        events.register("before-sign.s3", self._tell)

    def learn(self, fault: ClientError) -> bool:
        """What a refusal says of the bucket's time; True if the same request has a chance now."""
        if fault.response.get("Error", {}).get("Code") not in _SKEWED:
            return False
        try:
            said = parsedate_to_datetime(fault.response["ResponseMetadata"]["HTTPHeaders"]["date"])
            ahead = said - self._clock.now()
        except (KeyError, ValueError, TypeError, OverflowError):
            return False  # it says no time, or none with a zone
        if abs(ahead - self._ahead) < _LEAST:
            return False
        self._ahead = ahead
        return True

    def _tell(self, request: Any, **_: object) -> None:  # noqa: ANN401 botocore's AWSRequest
        request.context[_NOW] = self._clock.now() + self._ahead


def _choose(signature_version: str, **_: object) -> str | None:
    return _NAME if signature_version == "s3v4" else None
