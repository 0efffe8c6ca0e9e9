"""A WebDAV folder as the bucket, such as Nextcloud's: under a temporary name, whole, then MOVE (RFC 4918)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from appliance.bucket.bucket import Put, StoredObject, Traffic
from appliance.bucket.bucket_webdav_line import webdav_pool
from appliance.bucket.layout import clean_prefix
from appliance.bucket.webdav_listing import Listed, NoListingError, listed
from appliance.config import BucketTable
from appliance.errors import MatineeError
from cache.fetching import Progress

TEMPORARY = ".matinee-"
_PIECE_BYTES = 32 * 1024
_MADE = {HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}
"""What PUT and MOVE answer. A hotel's login page says 200 to everything."""
_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: "it does not know this name and password",
    HTTPStatus.FORBIDDEN: "this account may not do that",
    HTTPStatus.METHOD_NOT_ALLOWED: "it is no WebDAV folder",
}
_PROPFIND = (
    b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/></prop></propfind>'
)

_CUT = "the connection was cut while it was sent"
_SILENCE = "there is no connection"


class WebdavBucket:
    """One folder of one account. Never retries by itself. Safe to use from any thread."""

    def __init__(self, settings: BucketTable) -> None:
        """Nothing is contacted before the first call."""
        self._top = settings.webdav.rstrip("/") + "/"
        self._prefix = clean_prefix(settings.prefix)
        heads = urllib3.make_headers(basic_auth=f"{settings.access_key}:{settings.secret_key}")
        self._there: set[str] = set()
        self.traffic = Traffic()
        self._on_its_way: set[str] = set()
        self._pool = webdav_pool(heads, self.traffic)

    @property
    def where(self) -> str:
        """The folder's address."""
        return self._top.rstrip("/")

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        """PUT under a temporary name, look whether all of it arrived, MOVE.

        A PUT that is cut leaves a cut file (FIELD-NOTES): under the temporary name, which no listing shows;
        it is taken away when something is next put beside it.
        """
        url = self._url(key)
        folder, _, name = url.rpartition("/")
        beside = f"{folder}/{TEMPORARY}{secrets.token_hex(8)}"
        if only_if_absent and self._head(url) is not None:
            return Put.ALREADY
        self._on_its_way.add(beside)
        try:
            return self._put_beside(beside, f"{folder}/{name}", content, content_type, progress,
                                    only_if_absent=only_if_absent)  # fmt: skip
        except BaseException as fault:
            self._there.discard(folder)  # it may be gone, or hold what was cut: looked after at the next put
            if not isinstance(fault, MatineeError):  # stopped by hand, and the line is there
                with suppress(MatineeError):
                    self._ask("DELETE", beside)
            raise
        finally:
            self._on_its_way.discard(beside)

    def _put_beside(
        self, beside: str, url: str, content: bytes | Path, content_type: str, progress: Progress | None,
        *, only_if_absent: bool,
    ) -> Put:  # fmt: skip
        self._put_whole(beside, content, content_type, progress)
        overwrite = {"Destination": url, "Overwrite": "F" if only_if_absent else "T"}
        status = self._ask("MOVE", beside, overwrite)
        if status == HTTPStatus.PRECONDITION_FAILED and only_if_absent:
            self._ask("DELETE", beside)
            return Put.ALREADY
        if status not in _MADE:
            raise self._refused(status)
        return Put.STORED

    def get(self, key: str) -> bytes:
        """The whole object."""
        with self._opened(key, {}) as answer:
            return answer.read()

    def fetch(self, key: str, into: Path) -> Path:
        """GET into ``into`` by way of a temporary name beside it."""
        beside = into.with_name(f".{into.name}.part")
        with self._opened(key, {}) as answer, beside.open("wb") as file:
            for piece in answer.stream(_PIECE_BYTES):
                file.write(piece)
        return beside.replace(into)

    def read(self, key: str, offset: int, length: int) -> Iterator[bytes]:
        """GET of a range; from a server that knows none, what comes before it is passed over."""
        with self._opened(key, {"Range": f"bytes={offset}-{offset + length - 1}"}) as answer:
            skip = 0 if answer.status == HTTPStatus.PARTIAL_CONTENT else offset
            for piece in answer.stream(_PIECE_BYTES):
                kept = piece[min(skip, len(piece)) :][:length]
                skip -= min(skip, len(piece))
                length -= len(kept)
                if kept:
                    yield kept
                if length <= 0:
                    return

    def exists(self, key: str) -> bool:
        """HEAD."""
        return self._head(self._url(key)) is not None

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """PROPFIND, folder by folder; nobody need allow more than one level."""
        whole = self._prefix + prefix
        waiting = [whole.rpartition("/")[0]]
        while waiting:
            folder = waiting.pop()
            for found in self._level(folder):
                path = f"{folder}/{found.name}".lstrip("/")
                if found.is_folder:
                    if f"{path}/".startswith(whole) or whole.startswith(f"{path}/"):
                        waiting.append(path)
                elif path.startswith(whole) and not found.name.startswith(TEMPORARY):
                    yield StoredObject(path.removeprefix(self._prefix), found.size_bytes)

    def _level(self, folder: str) -> Sequence[Listed]:
        url = self._top + (quote(folder) + "/" if folder else "")
        with self._faults():
            heads = {**self._pool.headers, "Depth": "1", "Content-Type": "application/xml"}
            answer = self._pool.request("PROPFIND", url, headers=heads, body=_PROPFIND, redirect=False)
        if answer.status == HTTPStatus.NOT_FOUND and folder:
            return []
        if answer.status != HTTPStatus.MULTI_STATUS:
            raise self._refused(answer.status)
        try:
            return listed(answer.data, unquote(urlsplit(url).path))
        except NoListingError as fault:
            raise self._is_not_webdav() from fault

    def _put_whole(
        self, url: str, content: bytes | Path, content_type: str, progress: Progress | None
    ) -> None:
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        heads = {"Content-Type": content_type, "Content-Length": str(size)}

        self._ensure_folder(url.rpartition("/")[0])
        if isinstance(content, bytes):
            status = self._ask("PUT", url, heads, content)
        else:
            with content.open("rb") as file:
                status = self._ask("PUT", url, heads, _told(file, size, progress))
        if status not in _MADE:
            raise self._refused(status)
        if self._head(url) != size:
            raise self._away(_CUT)

    def _ensure_folder(self, folder: str) -> None:
        """Make each level below the account's folder; one that is there stays (405)."""
        if folder in self._there:
            return
        at = self._top.rstrip("/")
        for level in folder.removeprefix(at).strip("/").split("/"):
            at = f"{at}/{level}" if level else at
            status = self._ask("MKCOL", f"{at}/") if level else HTTPStatus.CREATED
            if status not in {HTTPStatus.CREATED, HTTPStatus.METHOD_NOT_ALLOWED}:
                raise self._refused(status)
        self._tidy(folder)
        self._there.add(folder)

    def _tidy(self, folder: str) -> None:
        """Take away what was cut there and never taken up again; what is on its way from here stays.

        Another program's, in the middle of it, is put again by that program: no half file gets its name.
        """
        for found in self._level(unquote(folder.removeprefix(self._top.rstrip("/")).strip("/"))):
            left = f"{folder}/{quote(found.name)}"
            if found.name.startswith(TEMPORARY) and not found.is_folder and left not in self._on_its_way:
                self._ask("DELETE", left)

    def _head(self, url: str) -> int | None:
        """How large it is; None if it is not there."""
        with self._faults():
            answer = self._pool.request("HEAD", url, redirect=False)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise self._refused(answer.status)
        self._must_be_a_file(answer)
        return int(answer.headers.get("Content-Length") or 0)

    @contextmanager
    def _opened(self, key: str, heads: dict[str, str]) -> Iterator[urllib3.BaseHTTPResponse]:
        with self._faults():
            answer = self._pool.request(
                "GET", self._url(key), headers={**self._pool.headers, **heads}, redirect=False,
                preload_content=False,
            )  # fmt: skip
            try:
                if answer.status == HTTPStatus.NOT_FOUND:
                    raise MatineeError("bucket.no_object", where=self.where, name=key)
                if answer.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
                    raise self._refused(answer.status)
                self._must_be_a_file(answer)
                yield answer
            finally:
                answer.close()

    def _ask(
        self, verb: str, url: str, heads: dict[str, str] | None = None,
        body: bytes | Iterator[bytes] | None = None,
    ) -> int:  # fmt: skip
        with self._faults():
            heads = {**self._pool.headers, **(heads or {})}
            return self._pool.request(verb, url, headers=heads, body=body, redirect=False).status

    def _url(self, key: str) -> str:
        if not key or key.startswith("/") or ".." in key.split("/") or "\0" in key:
            raise MatineeError("bucket.bad_key", name=key)
        return self._top + quote(self._prefix + key)

    def _must_be_a_file(self, answer: urllib3.BaseHTTPResponse) -> None:
        if not (answer.headers.get("ETag") or answer.headers.get("Last-Modified")):
            raise self._is_not_webdav()

    def _refused(self, status: int) -> MatineeError:
        if status == HTTPStatus.INSUFFICIENT_STORAGE:
            return MatineeError("bucket.full", where=self.where)
        if status in _REFUSALS:
            return MatineeError("bucket.refused", where=self.where, fault=_REFUSALS[HTTPStatus(status)])
        if status < HTTPStatus.BAD_REQUEST:
            return self._is_not_webdav()
        return self._away(f"it answers {status}")

    def _is_not_webdav(self) -> MatineeError:
        return self._away("something else answered in its place, such as the sign-in page of this line")

    def _away(self, fault: str) -> MatineeError:
        return MatineeError("bucket.away", where=self.where, fault=fault)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (HTTPError, OSError) as fault:
            raise self._away(_SILENCE) from fault


def _told(file: IO[bytes], size: int, progress: Progress | None) -> Iterator[bytes]:
    tell: Callable[[int, int], object] = progress or (lambda _done, _size: None)
    while piece := file.read(_PIECE_BYTES):
        yield piece
        tell(file.tell(), size)
