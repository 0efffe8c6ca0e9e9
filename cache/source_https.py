"""A film at any https origin (this file and ``https_session`` alone import requests)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions

from appliance.clock import Clock
from appliance.errors import MatineeError
from cache.https_session import HEAD_S, Identity, open_session
from cache.pace import SlowGuard
from cache.reach import Reach

_PIECE_BYTES = 256 * 1024
_TIMEOUT_S = (5.0, 20.0)
_MOST_REDIRECTS = 4
_REDIRECTS = {301, 302, 303, 307, 308}
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: "it wants a log-in",
    HTTPStatus.FORBIDDEN: "it does not let us in",
    HTTPStatus.NOT_FOUND: "it has no such film",
    HTTPStatus.GONE: "the film was taken away",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "a proxy wants a log-in",
}


class HttpsSource:
    """One URL. Asks for ranges; passes over what a server without ranges sends before them."""

    def __init__(
        self,
        url: str,
        size_bytes: int,
        clock: Clock,
        reach: Reach | None = None,
        identity: Identity | None = None,
        *,
        head_s: float = HEAD_S,
    ) -> None:
        """``size_bytes`` is what the film measures: an answer that says otherwise is not the film.

        ``head_s``: how long an answer's head may take.
        """
        self._url = url
        self._size_bytes = size_bytes
        self._clock = clock
        self._reach = reach or Reach()
        self._session = open_session(self._reach, identity, head_s=head_s)
        self._etag = ""

    @property
    def where(self) -> str:
        """The host."""
        return urlsplit(self._url).hostname or "an address that is no URL"

    def read(self, offset: int, length: int) -> Iterator[bytes]:
        """Give a stretch of the film; empty pieces while bytes before it are passed over."""
        with self._faults(), self._ask(offset, length) as answer:
            passing = self._begin(answer, offset)
            yield from self._body(answer, passing, length)

    def _ask(self, offset: int, length: int) -> requests.Response:
        headers = {"Range": f"bytes={offset}-{offset + length - 1}"}
        if self._etag:
            headers["If-Range"] = self._etag
        url = self._url
        for _ in range(_MOST_REDIRECTS + 1):
            if not self._reach.allows_url(url):
                raise self._refused(fault="it leads to an address that may not be used")
            answer = self._session.get(
                url, headers=headers, stream=True, timeout=_TIMEOUT_S, allow_redirects=False
            )
            if answer.status_code not in _REDIRECTS:
                return answer
            url = urljoin(url, answer.headers.get("Location", ""))
            answer.close()
        raise self._refused(fault="it leads from one address to the next without end")

    def _begin(self, answer: requests.Response, offset: int) -> int:
        """How many bytes of the body come before ``offset``."""
        match answer.status_code:
            case HTTPStatus.PARTIAL_CONTENT:
                found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
                if found is None or int(found[1]) != offset or found[3] not in {"*", str(self._size_bytes)}:
                    raise self._wrong(fault="it sent another part than was asked for")
                self._remember(answer)
                return 0
            case HTTPStatus.OK:
                said = answer.headers.get("Content-Length", "")
                if said and said != str(self._size_bytes):
                    raise self._wrong(
                        fault="it has another length; a log-in page may have answered in its place"
                    )
                self._remember(answer)
                return offset
            case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise self._wrong(fault="what lies there is shorter")
            case status if status in _REFUSALS:
                raise self._refused(fault=_REFUSALS[HTTPStatus(status)])
            case status:
                raise self._away(fault=f"it answered {status}")

    def _body(self, answer: requests.Response, passing: int, length: int) -> Iterator[bytes]:
        guard = SlowGuard(self._clock)
        while length > 0:
            piece = answer.raw.read1(_PIECE_BYTES, decode_content=False)
            if not piece:
                return
            if not guard.passes(len(piece)):
                raise self._away(fault="it is too slow")
            skipped = min(passing, len(piece))
            passing -= skipped
            wanted = piece[skipped : skipped + length]
            length -= len(wanted)
            yield wanted

    def _remember(self, answer: requests.Response) -> None:
        """A strong ETag makes the next range one of the same film, or the whole of another."""
        etag = answer.headers.get("ETag", "")
        self._etag = etag if etag.startswith('"') else ""

    def _away(self, *, fault: str) -> MatineeError:
        return MatineeError("source.away", where=self.where, fault=fault)

    def _wrong(self, *, fault: str) -> MatineeError:
        return MatineeError("source.wrong", where=self.where, fault=fault)

    def _refused(self, *, fault: str) -> MatineeError:
        return MatineeError("source.refused", where=self.where, fault=fault)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema) as fault:
            raise self._refused(fault="the address is no URL") from fault
        except requests.exceptions.SSLError as fault:
            raise self._refused(fault="it can not prove who it is") from fault
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as fault:
            if "address not allowed" in str(fault):
                raise self._refused(fault="it leads to an address that may not be used") from fault
            raise self._away(fault="it can not be reached, or broke off") from fault
