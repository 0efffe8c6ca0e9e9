"""Run one Flask app as a service: gunicorn in this process, one worker, many threads.

One worker, because each service is the only writer of its file; threads, because a page waits for a commit.
The worker is the owner: it opens the database, says READY and sends the watchdog's beat.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers import gthread
from gunicorn.workers.gthread import ThreadWorker

from appliance.config import WebTable
from appliance.errors import MatineeError
from appliance.ipc.notify import notify
from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance

ON_STOP = "on_stop"
"""``app.extensions[ON_STOP]``, where an app sets it, is called when the service is told to stop: it ends the
answers that have no end of their own. Called by a signal's handler: it must not wait long."""

_GRACE_S = 5
gthread.STOP_KEEPALIVE_LINGER = 0.1  # idle connections: nobody misses them at the end
_PR_SET_PDEATHSIG = 1  # prctl(2)


def serve(
    build: Callable[[], Flask],
    web: WebTable,
    service: Service,
    paths: Paths,
    *,
    vanished_s: float | None = None,
) -> None:
    """Serve what ``build`` returns at ``web`` until SIGTERM or SIGINT.

    ``build`` runs in the worker, after the fork: open databases there. What ``MatineeError`` it raises is
    raised here. Before anything starts: ``core.second_instance``, ``core.port_taken``.
    ``vanished_s``: who acknowledges nothing for so long is hung up on; None: as long as TCP likes (15 min).
    """
    with only_instance(paths, service):
        listener = listen(web, vanished_s)
        try:
            _Application(build, web, listener.detach()).serve()
        finally:
            notify("STOPPING=1")


def serve_at(build: Callable[[], Flask], web: WebTable, listener: socket.socket) -> None:
    """Serve what ``build`` returns at a ``listener`` of one's own, as ``serve`` does, until told to stop."""
    _Application(build, web, listener.detach()).serve()


def listen(web: WebTable, vanished_s: float | None = None) -> socket.socket:
    """Open the port; ``core.port_taken``. Connections inherit ``vanished_s`` (tcp(7), TCP_USER_TIMEOUT)."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        listener = socket.create_server((web.host, web.port), family=family, backlog=512)
    except OSError as fault:
        raise MatineeError("core.port_taken", port=web.port) from fault
    if vanished_s is not None:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(vanished_s * 1000))
    return listener


class _Fault(msgspec.Struct, frozen=True):
    """Why the app could not be built, on its way from the worker to us."""

    key: str
    facts: dict[str, str]


class _Application(BaseApplication):  # type: ignore[misc] # gunicorn is untyped
    """gunicorn without its command line, its files and its control socket."""

    def __init__(self, build: Callable[[], Flask], web: WebTable, listener: int) -> None:
        self._build = build
        self._web = web
        self._listener = listener
        self._arbiter = os.getpid()
        self._faults, self._fault = os.pipe()
        self._notify_socket = os.environ.get("NOTIFY_SOCKET")
        self._on_stop: Callable[[], None] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Everything not said here is gunicorn's default."""
        settings: dict[str, object] = {
            "bind": f"fd://{self._listener}",
            "workers": 1,
            "threads": self._web.threads,
            "worker_class": _Worker,
            "graceful_timeout": _GRACE_S,
            "keepalive": 5,
            "loglevel": "warning",
            "logger_class": _Log,
            "control_socket_disable": True,
            "post_fork": self._after_fork,
            "post_worker_init": self._ready,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the app, in the worker."""
        try:
            app = self._build()
        except MatineeError as fault:
            facts = {name: str(value) for name, value in fault.facts.items()}
            os.write(self._fault, msgspec.json.encode(_Fault(fault.key, facts)))
            raise SystemExit(Arbiter.WORKER_BOOT_ERROR) from fault
        self._on_stop = app.extensions.get(ON_STOP)
        return app

    def serve(self) -> None:
        """Run until stopped; raise what kept the app from being built."""
        os.environ.pop("NOTIFY_SOCKET", None)  # the arbiter would say READY before the app is there
        try:
            Arbiter(self).run()
        except SystemExit as end:
            if os.getpid() != self._arbiter:
                os._exit(end.code if isinstance(end.code, int) else 1)  # the worker's end is not ours
            if end.code:
                self._raise_fault()
                raise
        finally:
            if self._notify_socket:
                os.environ["NOTIFY_SOCKET"] = self._notify_socket

    def _raise_fault(self) -> None:
        os.set_blocking(self._faults, False)
        try:
            fault = msgspec.json.decode(os.read(self._faults, 65536), type=_Fault)
        except (BlockingIOError, msgspec.DecodeError):
            return
        raise MatineeError(fault.key, **fault.facts)

    def _after_fork(self, _arbiter: Arbiter, _worker: ThreadWorker) -> None:
        """Die with the arbiter, so that a killed service leaves neither port nor lock behind."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if self._notify_socket:
            os.environ["NOTIFY_SOCKET"] = self._notify_socket

    def _ready(self, _worker: ThreadWorker) -> None:
        """The app is built and the listener is ours."""
        graceful = signal.getsignal(signal.SIGTERM)

        def leave(number: int, frame: Any) -> None:  # noqa: ANN401 a frame, as signal.signal has it
            if self._on_stop is not None:
                self._on_stop()
            if callable(graceful):
                graceful(number, frame)

        signal.signal(signal.SIGTERM, leave)
        notify("READY=1")


class _Worker(ThreadWorker):  # type: ignore[misc] # gunicorn is untyped
    """The worker's main loop is what the watchdog hears."""

    def notify(self) -> None:
        """Beat for the arbiter and for systemd (the unit says NotifyAccess=all)."""
        super().notify()
        notify("WATCHDOG=1")


class _Log(Logger):  # type: ignore[misc] # gunicorn is untyped
    """gunicorn's own messages go where ours go; a request is not news."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 gunicorn is untyped
        """Hand everything to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def exception(self, msg: str, *args: object, **kwargs: Any) -> None:  # noqa: ANN401 as logging has it
        """Say what failed; that a phone went out of reach is no news."""
        if not isinstance(sys.exc_info()[1], TimeoutError):
            super().exception(msg, *args, **kwargs)
