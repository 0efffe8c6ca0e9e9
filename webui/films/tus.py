"""Films in pieces from a browser: tus 1.0 (tus.io), creation and termination, for any app's own pages."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected

from appliance.numerals import whole
from provisioning.uploads import Upload, Uploads

TUS = "1.0.0"
MOST_BYTES = 1 << 40
_OCTETS = "application/offset+octet-stream"
_PIECE_BYTES = 256 * 1024

Gate = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Lets only those in who may send films."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes films, asked at each request."""

    uploads: Callable[[], Uploads]
    whole: Callable[[Upload], None]
    """All of it is here."""
    dismiss: Callable[[str], None]
    """Nobody wants it any more."""


def add_uploads(pages: Blueprint, place: str, gate: Gate, taker: Taker) -> None:
    """Add the routes of the protocol at ``place`` to ``pages``; the one with a film in it is ``append``."""
    one = f"{place}/<upload>"

    def begin() -> Response:
        return _begin(place, taker)

    def offset(upload: str) -> Response:
        found = taker.uploads().find(upload)
        headers = {"Upload-Offset": str(found.done_bytes), "Upload-Length": str(found.size_bytes)}
        return _tus(HTTPStatus.OK, **headers)

    def append(upload: str) -> Response:
        return _append(upload, taker)

    def drop(upload: str) -> Response:
        taker.dismiss(upload)
        return _tus(HTTPStatus.NO_CONTENT)

    pages.add_url_rule(place, "abilities", abilities, methods=["OPTIONS"])
    pages.add_url_rule(place, "begin", gate(begin), methods=["POST"])
    pages.add_url_rule(one, "offset", gate(offset), methods=["HEAD"])
    pages.add_url_rule(one, "append", gate(append), methods=["PATCH"])
    pages.add_url_rule(one, "drop", gate(drop), methods=["DELETE"])


def abilities() -> Response:
    """What of tus is understood here."""
    return _tus(
        HTTPStatus.NO_CONTENT,
        **{"Tus-Version": TUS, "Tus-Extension": "creation,termination", "Tus-Max-Size": str(MOST_BYTES)},
    )


def _begin(place: str, taker: Taker) -> Response:
    """Note a film that will come; 201 with its place."""
    size = whole(request.headers.get("Upload-Length", ""))
    if not _speaks_tus() or size is None or size > MOST_BYTES:
        return _tus(HTTPStatus.BAD_REQUEST if _speaks_tus() else HTTPStatus.PRECONDITION_FAILED)
    upload = taker.uploads().begin(_file_name(request.headers.get("Upload-Metadata", "")), size)
    return _tus(HTTPStatus.CREATED, Location=f"{place}/{upload.id}")


def _append(upload: str, taker: Taker) -> Response:
    """Take the next bytes; what came before the line broke stays."""
    at = whole(request.headers.get("Upload-Offset", ""))
    if not _speaks_tus():
        return _tus(HTTPStatus.PRECONDITION_FAILED)
    if request.mimetype != _OCTETS:
        return _tus(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if at is None:
        return _tus(HTTPStatus.BAD_REQUEST)
    found = taker.uploads().append(upload, at, _body())
    if found.is_whole:
        taker.whole(found)
    return _tus(HTTPStatus.NO_CONTENT, **{"Upload-Offset": str(found.done_bytes)})


def _body() -> Iterator[bytes]:
    """The request's bytes as they come; a line that breaks only ends them."""
    try:
        while piece := request.stream.read(_PIECE_BYTES):
            yield piece
    except (ClientDisconnected, OSError):
        return


def _speaks_tus() -> bool:
    return request.headers.get("Tus-Resumable") == TUS


def _file_name(metadata: str) -> str:
    """``filename`` of ``filename dGlkZS5tcDQ=,type ...``; what is no base64 names nothing."""
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return b64decode(value, validate=True).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                break
    return "film"


def _tus(status: HTTPStatus, **headers: str) -> Response:
    response = Response(status=status)
    response.headers.update({"Tus-Resumable": TUS, "Cache-Control": "no-store", **headers})
    return response
