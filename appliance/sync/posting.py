"""One POST to somebody else's program: https, no redirects, short time-outs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from appliance.late import Late

if TYPE_CHECKING:
    import requests
else:
    requests = Late("requests")


_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TIMEOUT_S = (5.0, 15.0)


class NotReachedError(Exception):
    """No answer; its text says why in a word."""


def goes_sealed(url: str) -> bool:
    """Tell whether what is posted to ``url`` can not be read on its way: https, or this very machine."""
    address = urlsplit(url)
    return address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOOPBACK)


class Poster:
    """One address. Use it from one thread."""

    def __init__(self, url: str) -> None:
        """Nothing is asked yet."""
        self._url = url
        self._session = requests.Session()

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status; a redirect is followed nowhere. ``NotReachedError`` without an answer."""
        try:
            answer = self._session.post(
                self._url, body, headers=headers, timeout=_TIMEOUT_S, allow_redirects=False, stream=True
            )
        except requests.RequestException as fault:
            raise NotReachedError(type(fault).__name__) from fault
        answer.close()  # whatever it says beside the status: nobody reads it
        return answer.status_code


def is_taken(status: int) -> bool:
    """2xx, and nothing else."""
    return 200 <= status < 300  # noqa: PLR2004 RFC 9110
