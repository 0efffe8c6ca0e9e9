"""What an S3 server's refusal, or its silence, means for people."""

from __future__ import annotations

from http import HTTPStatus

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError, SSLError

from appliance.errors import MatineeError

_SKEWED = {"RequestTimeTooSkewed", "RequestExpired"}
_ABSENT = {"NoSuchKey", "404", "NotFound"}
_BUSY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_REASONS = {
    "InvalidAccessKeyId": "it does not know this access key",
    "SignatureDoesNotMatch": "the secret key is wrong",
    "AccessDenied": "this key may not do that",
    "NoSuchBucket": "there is no bucket of that name",
    "PermanentRedirect": "the bucket is in another region",
    "AuthorizationHeaderMalformed": "the bucket is in another region",
}


def is_present(fault: ClientError) -> bool:
    """Tell whether a conditional put met an object of that key."""
    return _status(fault) == HTTPStatus.PRECONDITION_FAILED


def is_absent(fault: ClientError) -> bool:
    """Tell whether the object, not the bucket, is missing."""
    return _code(fault) in _ABSENT


def error_for(fault: BotoCoreError | ClientError | ValueError, where: str, key: str) -> MatineeError:
    """The sentence: away (try later), clock skewed, no such object, or refused (a person has to act)."""
    if isinstance(fault, ClientError):
        return _refusal(fault, where, key)
    if isinstance(fault, BotoCoreError):
        return MatineeError("bucket.away", where=where, fault=_silence(fault))
    return MatineeError("bucket.refused", where=where, fault=fault)


def _refusal(fault: ClientError, where: str, key: str) -> MatineeError:
    code, status = _code(fault), _status(fault)
    if code in _SKEWED:
        return MatineeError("bucket.clock_skewed", where=where)
    if key and is_absent(fault):
        return MatineeError("bucket.no_object", where=where, name=key)
    if code in _REASONS:
        return MatineeError("bucket.refused", where=where, fault=_REASONS[code])
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.BAD_REQUEST:
        return MatineeError("bucket.away", where=where, fault=f"it answered {status} {code}")
    return MatineeError("bucket.refused", where=where, fault=f"it answered {status} {code}")


def _silence(fault: BotoCoreError) -> str:
    if isinstance(fault, SSLError):
        return "its certificate is not to be trusted"
    if isinstance(fault, ConnectTimeoutError | ReadTimeoutError):
        return "it did not answer in time"
    return "there is no connection"


def _code(fault: ClientError) -> str:
    return str(fault.response.get("Error", {}).get("Code", ""))


def _status(fault: ClientError) -> int:
    return int(fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
