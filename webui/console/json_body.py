"""JSON in and out of ``/api/v1``: a body becomes a typed value, a value becomes an answer."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from flask import Response, make_response, request
from werkzeug.exceptions import BadRequest

from appliance.ipc import codec

Body = TypeVar("Body")


def said(kind: type[Body]) -> Body:
    """Return what was posted as a ``kind``, nothing as ``{}``; a 400 that says what is wrong with it."""
    try:
        return codec.decode(request.get_data() or b"{}", kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
        raise BadRequest(str(wrong)) from wrong


def told(answer: object) -> Response:
    """Return ``answer`` as ``application/json``."""
    response = make_response(msgspec.json.encode(answer))
    response.mimetype = "application/json"
    return response
