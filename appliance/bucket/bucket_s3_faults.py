"""What an S3 server's refusal, or its silence, means for people."""

from __future__ import annotations

from http import HTTPStatus

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError

from appliance.bucket.retry_after import retry_after_s
from appliance.errors import MatineeError
from appliance.model.way_words import time_left

_SKEWED = {"RequestTimeTooSkewed", "RequestExpired"}
_ABSENT = {"NoSuchKey", "404", "NotFound"}
_BUSY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_NO_UPLOAD = "NoSuchUpload"
_DAMAGED = {"BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "InvalidDigest"}
_FULL = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"}
_FULL_WORDS = ("quota", "cap exceeded", "insufficient storage")
_ANOTHER = (
    "something else answered in its place, such as the sign-in page of this internet line."
    " Sign in there with a browser, or take another line, such as a phone's"
)
_UNPROVEN = (
    "whoever answers can not prove to be it, as where a line is listened in on or wants a sign-in first."
    " Nothing was sent. Sign in there with a browser, or take another line, such as a phone's"
)
_REASONS = {
    "InvalidAccessKeyId": "it does not know this access key",
    "SignatureDoesNotMatch": "the secret key is wrong",
    "AccessDenied": "this key may not do that",
    "NoSuchBucket": "there is no bucket of that name",
    "PermanentRedirect": "the bucket is in another region",
    "AuthorizationHeaderMalformed": "the bucket is in another region",
    "NotImplemented": "it does not know what was asked of it",
}


def is_present(fault: ClientError) -> bool:
    """Tell whether a conditional put met an object of that key."""
    return _status(fault) == HTTPStatus.PRECONDITION_FAILED


def is_absent(fault: ClientError) -> bool:
    """Tell whether the object, not the bucket, is missing."""
    return _code(fault) in _ABSENT


def is_unknown_upload(fault: ClientError) -> bool:
    """Tell whether the server knows an upload no more: completed, aborted, or cleared away."""
    return _code(fault) == _NO_UPLOAD


def error_for(fault: BotoCoreError | ClientError | ValueError, where: str, key: str) -> MatineeError:
    """The sentence: away (try later), clock skewed, no such object, or refused (a person has to act)."""
    if isinstance(fault, ClientError):
        return _refusal(fault, where, key)
    if isinstance(fault, BotoCoreError):
        return MatineeError("bucket.away", where=where, fault=_silence(fault))
    return MatineeError("bucket.refused", where=where, fault=fault)


def not_s3(where: str) -> MatineeError:
    """What answers is no S3 server: a login page says 200 to everything, too."""
    return MatineeError("bucket.away", where=where, fault=_ANOTHER)


def _refusal(fault: ClientError, where: str, key: str) -> MatineeError:
    code, status = _code(fault), _status(fault)
    if _is_full(fault):
        return MatineeError("bucket.full", where=where)
    if code in _SKEWED:
        return MatineeError("bucket.clock_skewed", where=where)
    if key and is_absent(fault):
        return MatineeError("bucket.no_object", where=where, name=key)
    if code == _NO_UPLOAD:
        return MatineeError("bucket.no_upload", where=where)
    if code in _DAMAGED:
        words = "what was sent was damaged on its way"
        return MatineeError("bucket.away", where=where, fault=words, damaged=True)
    if code in _REASONS:
        return MatineeError("bucket.refused", where=where, fault=_REASONS[code])
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST or _is_a_page(fault):
        return not_s3(where)
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.BAD_REQUEST:
        return _busy(fault, where)
    return MatineeError("bucket.refused", where=where, fault=f"it answered {status} {code}")


def _busy(fault: ClientError, where: str) -> MatineeError:
    headers = fault.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    asked_s = retry_after_s(headers.get("retry-after", ""), headers.get("date", ""))
    words = f"it answered {_status(fault)} {_code(fault)}"
    if asked_s:
        words += f" and asks to be left alone for {time_left(asked_s)}"
    return MatineeError("bucket.away", where=where, fault=words, retry_after_s=asked_s)


def _is_a_page(fault: ClientError) -> bool:
    """An S3 server says why in XML, but to HEAD; botocore makes 500 of a page where it expected that."""
    pages = {
        HTTPStatus.FORBIDDEN,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
    }
    status = _status(fault)
    return status in pages and _code(fault) == str(status) and not fault.operation_name.startswith("Head")


def _is_full(fault: ClientError) -> bool:
    """Servers say it in many ways."""
    if _code(fault) in _FULL or _status(fault) == HTTPStatus.INSUFFICIENT_STORAGE:
        return True
    message = str(fault.response.get("Error", {}).get("Message", "")).lower()
    return _status(fault) == HTTPStatus.FORBIDDEN and any(words in message for words in _FULL_WORDS)


def _silence(fault: BotoCoreError) -> str:
    if isinstance(fault, SSLError):
        return _distrust(str(fault))
    if isinstance(fault, ConnectTimeoutError | ReadTimeoutError):
        return "it did not answer in time"
    if isinstance(fault, ResponseParserError):
        return _ANOTHER
    if isinstance(fault, EndpointConnectionError) and isinstance(
        fault.kwargs.get("error"), NameResolutionError
    ):
        return "its name can not be found. Check the internet line, and how the endpoint is spelt"
    return "there is no connection"


def _distrust(words: str) -> str:
    if "not yet valid" in words:
        return "its certificate is not valid yet, so the clock of this box is wrong. Set the clock"
    if "expired" in words:
        return "its certificate has run out: whoever runs it renews it, or the clock of this box is wrong"
    return _UNPROVEN


def _code(fault: ClientError) -> str:
    return str(fault.response.get("Error", {}).get("Code", ""))


def _status(fault: ClientError) -> int:
    return int(fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
