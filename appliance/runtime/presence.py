"""Whether a service is there, as somebody outside sees it."""

from __future__ import annotations

import http.client

from appliance.config import Config, WebTable
from appliance.errors import MatineeError
from appliance.ipc.client import ControlClient
from appliance.paths import Paths, Service

_PATIENCE_S = 2.0


def is_up(paths: Paths, config: Config, service: Service) -> bool:
    """Ask ``service`` something small: pages at ``/healthz``, the others at their control socket."""
    match service:
        case Service.PORTAL:
            return _serves(config.portal)
        case Service.CONSOLE:
            return _serves(config.console)
        case _:
            return _answers(paths, service)


def _serves(web: WebTable) -> bool:
    connection = http.client.HTTPConnection(web.host, web.port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()  # whatever it says of its health, it is there
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def _answers(paths: Paths, service: Service) -> bool:
    try:
        ControlClient(paths, service, _PATIENCE_S).ask_raw("GET", "/status")
    except MatineeError as fault:
        return fault.key not in {"ipc.not_running", "ipc.timeout"}  # a refusal is an answer
    return True
