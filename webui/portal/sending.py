"""Who sends a file: nginx where it stands in front, else we. A slow phone must not hold a thread of ours."""

from __future__ import annotations

from pathlib import Path

from flask import Response, send_file

from appliance.front.settings import ACCEL
from webui.asker import own_address
from webui.portal.portal import here


def by_nginx(name: str, kind: str) -> Response | None:
    """An answer that lets nginx send the file which ``films.conf`` knows as ``name``; None without nginx."""
    accel = here().accel or (ACCEL if own_address() else "")
    if not accel:
        return None
    response = Response(mimetype=kind)
    response.headers["X-Accel-Redirect"] = accel + name
    return response


def sent(name: str, path: Path, kind: str) -> Response:
    """The file ``path``, by nginx as ``name`` or from here: with Range and its own ETag (RFC 9110)."""
    return by_nginx(name, kind) or send_file(path, mimetype=kind, conditional=True)
