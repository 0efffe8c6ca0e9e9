"""Run one Flask app as a service: one worker of gunicorn's in this very process, many threads.

One worker, because each service is the only writer of its file; threads, because a page waits for a commit.
It opens the database, says READY and sends the watchdog's beat.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
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

_log = logging.getLogger(__name__)

_GRACE_S = 5
gthread.STOP_KEEPALIVE_LINGER = 0.1  # idle connections: nobody misses them at the end
_PAGES = "page"
_IDLE_ENDS_S = 0.5
"""A thread without work has ended by then."""


def serve(
    build: Callable[[], Flask],
    web: WebTable,
    service: Service,
    paths: Paths,
    *,
    vanished_s: float | None = None,
) -> None:
    """Serve what ``build`` returns at ``web`` until SIGTERM or SIGINT.

    What ``MatineeError`` ``build`` raises is raised here. Before anything starts: ``core.second_instance``,
    ``core.port_taken``.
    ``vanished_s``: who acknowledges nothing for so long is hung up on; None: as long as TCP likes (15 min).
    """
    with _ends_with_us(), only_instance(paths, service):
        listener = listen(web, vanished_s)
        try:
            _Application(build, web).serve(listener)
        finally:
            notify("STOPPING=1")


def serve_at(build: Callable[[], Flask], web: WebTable, listener: socket.socket) -> None:
    """Serve what ``build`` returns at a ``listener`` of one's own, as ``serve`` does, until told to stop."""
    with _ends_with_us():
        _Application(build, web).serve(listener)


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


class _Application(BaseApplication):  # type: ignore[misc] # gunicorn is untyped
    """gunicorn without its command line, its files, its control socket and its arbiter.

    What watches us restarts us (systemd, or `matinee dev`): a second process that does the same would hold
    everything that was imported a second time.
    """

    def __init__(self, build: Callable[[], Flask], web: WebTable) -> None:
        self._build = build
        self._web = web
        self._on_stop: Callable[[], None] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Everything not said here is gunicorn's default."""
        settings: dict[str, object] = {
            "threads": self._web.threads,
            "graceful_timeout": _GRACE_S,
            "keepalive": 5,
            "loglevel": "warning",
            "post_worker_init": self._ready,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the app."""
        app = self._build()
        self._on_stop = app.extensions.get(ON_STOP)
        return app

    def serve(self, listener: socket.socket) -> None:
        """Run until stopped; raise what kept the app from being built."""
        with listener:
            _Worker(1, os.getppid(), [listener], self, 0, self.cfg, _Log(self.cfg)).init_process()

    def _ready(self, worker: ThreadWorker) -> None:
        """The app is built and the listener is ours."""

        def leave(number: int, frame: Any) -> None:  # noqa: ANN401 a frame, as signal.signal has it
            if self._on_stop is not None:
                self._on_stop()
            worker.handle_exit(number, frame)

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        notify("READY=1")


class _Worker(ThreadWorker):  # type: ignore[misc] # gunicorn is untyped
    """Its main loop is what the watchdog hears."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Threads that are known by name, at the end."""
        return ThreadPoolExecutor(self.cfg.threads, thread_name_prefix=_PAGES)

    def notify(self) -> None:
        """Beat for systemd (the unit says NotifyAccess=all)."""
        notify("WATCHDOG=1")

    def is_parent_alive(self) -> bool:
        """Whoever started us may leave."""
        return True


@contextmanager
def _ends_with_us() -> Iterator[None]:
    """End the process, now, if an answer did not end within its grace, or serving failed while one went on.

    Python would wait for its thread, and nobody would start us again.
    """
    try:
        yield
    except Exception:
        if _answers():
            _log.critical("ending: nothing is served any more", exc_info=True)
            logging.shutdown()
            os._exit(1)
        raise
    if _answers():
        os._exit(0)


def _answers() -> bool:
    """Whether a page is still being made."""
    for thread in threading.enumerate():
        if thread.name.startswith(_PAGES):
            thread.join(_IDLE_ENDS_S)
            if thread.is_alive():
                return True
    return False


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
