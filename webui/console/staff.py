"""The first operator and sign-in links, for whoever starts the box (`matinee dev`, the command line).

``console.db`` belongs to the console. While it runs, it is asked at its control socket (file modes keep
strangers out); while it does not, we hold its lock and are its owner for a moment.
"""

from __future__ import annotations

import msgspec

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ipc.client import ControlClient
from appliance.ipc.server import Request, Route
from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance
from appliance.store.console_rows import Role, StaffRows
from webui.console.sessions import LINK_LASTS, Sessions


class LinkWish(msgspec.Struct, frozen=True):
    """Body of ``POST /links``."""

    role: Role = Role.OPERATOR
    once: bool = False
    """Good until it is used, instead of a quarter of an hour."""


class Answer(msgspec.Struct, frozen=True):
    """What the console says; empty: nothing was made."""

    words: str = ""


def ensure_operator(paths: Paths) -> str | None:
    """Make the first operator and return the passphrase to show once; None if there is an operator."""
    try:
        answer = ControlClient(paths, Service.CONSOLE).ask("POST", "/operator", Answer)
    except MatineeError as fault:
        answer = _alone(paths, fault, "/operator")
    return answer.words or None


def make_link(paths: Paths, role: Role = Role.OPERATOR, *, until_used: bool = False) -> str:
    """Return the path (``/sign-in/...``) that signs one browser in, once.

    It is good for a quarter of an hour, or ``until_used``. ``console.no_staff`` if nobody has that role.
    """
    wish = LinkWish(role, until_used)
    try:
        answer = ControlClient(paths, Service.CONSOLE).ask("POST", "/links", Answer, wish)
    except MatineeError as fault:
        answer = _alone(paths, fault, "/links", wish)
    return answer.words


def staff_routes(sessions: Sessions) -> list[Route]:
    """What the console answers at its control socket."""

    def operator(_request: Request) -> Answer:
        return Answer(sessions.ensure_operator() or "")

    def link(request: Request) -> Answer:
        wish = request.decode(LinkWish)
        token = sessions.new_link(wish.role, None if wish.once else LINK_LASTS)
        if token is None:
            raise MatineeError("console.no_staff", role=wish.role)
        return Answer(f"/sign-in/{token}")

    return [
        Route("POST", "/operator", operator),
        Route("POST", "/links", link),
        Route("GET", "/status", lambda _: Answer("up")),
    ]


def _alone(paths: Paths, fault: MatineeError, path: str, wish: LinkWish | None = None) -> Answer:
    if fault.key != "ipc.not_running":
        raise fault
    with only_instance(paths.ensure(), Service.CONSOLE):
        rows = StaffRows.owner(paths)
        try:
            routes = staff_routes(Sessions(rows, RealClock()))
            route = next(route for route in routes if route.path == path)
            answer = route.handler(Request({}, msgspec.json.encode(wish) if wish else b""))
        finally:
            rows.database.close()
    return msgspec.convert(answer, Answer)
