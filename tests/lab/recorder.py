"""What an app behind nginx is really asked: served as portal and console are, it tells each request it saw.

``python -m lab.recorder ROOT SERVICE``: on that service's port, with that service's gunicorn.
"""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path

from flask import Flask, Response, request

from appliance import config
from appliance.paths import Paths, Service
from webui.serving import serve

JOURNAL = "/-/journal"


def recorder() -> Flask:
    app = Flask("recorder")
    app.url_map.merge_slashes = False
    numbers = count(1)
    journal: list[str] = []

    def seen() -> Response:
        if request.path == JOURNAL:
            told, journal[:] = json.dumps(journal), []
            return Response(told)
        name = f"{next(numbers)} {request.method} {len(request.get_data())}"
        journal.append(name)
        return Response(f"{request.path}\n", headers={"X-Seen": name, "X-Path": json.dumps(request.path)})

    app.before_request(seen)
    return app


if __name__ == "__main__":
    paths, service = Paths(Path(sys.argv[1])), Service(sys.argv[2])
    settings = config.load(paths)
    serve(recorder, settings.portal if service is Service.PORTAL else settings.console, service, paths)
