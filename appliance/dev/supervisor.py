"""Keeps all services running: restarts what dies, stops in order, leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.dev.backoff import LONGEST_S, delay_s, failures_after
from appliance.dev.child import Child
from appliance.dev.terminal import Terminal

_LOOK_S = 0.05
_STOP_S = 8.0
"""How long one child may take to end before it is killed."""


@dataclass(frozen=True, slots=True)
class Role:
    """A name and the command line that plays it."""

    name: str
    command: tuple[str, ...]
    watchdog_s: float | None = None
    """Killed after this long without a beat; None: not watched."""
    longest_wait_s: float = LONGEST_S
    """Between a death and the next life, however often it died."""


@dataclass(slots=True)
class _Post:
    role: Role
    child: Child | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float = 0.0
    last_words: str = ""


class Supervisor:
    """Roles are started in the order given and stopped in the opposite one.

    One thread starts, watches and stops: the leash of a child is held by the thread that started it.
    """

    def __init__(
        self,
        roles: Sequence[Role],
        environment: Mapping[str, str],
        terminal: Terminal,
        clock: Clock,
        hurry: threading.Event | None = None,
    ) -> None:
        """Nothing runs before ``start``. Once ``hurry`` is set, who has to end is killed and not awaited."""
        self._posts = [_Post(role) for role in roles]
        self._environment = dict(environment)
        self._terminal = terminal
        self._clock = clock
        self._stopping = threading.Event()
        self._hurry = hurry or threading.Event()
        self._never = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor")

    def start(self) -> None:
        """Start everything and go on watching."""
        self._thread.start()

    def stop(self) -> None:
        """End everything, last started first, and wait for it; from any thread, any number of times."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def pid(self, name: str) -> int | None:
        """The running process of that name, None while there is none."""
        child = self._post(name).child
        return child.pid if child is not None else None

    def failures(self, name: str) -> int:
        """Deaths in a row."""
        return self._post(name).failures

    def last_words(self, name: str) -> str:
        """The last line of the process that died last."""
        return self._post(name).last_words

    def _post(self, name: str) -> _Post:
        return next(post for post in self._posts if post.role.name == name)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                for post in self._posts:
                    self._look_after(post)
                self._clock.wait(self._stopping, _LOOK_S)
        finally:
            for post in reversed(self._posts):
                self._end(post)

    def _look_after(self, post: _Post) -> None:
        now = self._clock.monotonic()
        if post.child is None:
            if now >= post.due_at:
                post.started_at = now
                name = post.role.name
                post.child = Child(
                    post.role.command,
                    self._environment,
                    lambda line: self._terminal.log(name, line),
                    self._clock,
                    post.role.watchdog_s,
                )
            return
        status = post.child.poll()
        if status is None:
            if post.child.is_silent():
                self._terminal.log(post.role.name, f"SILENT  for {post.role.watchdog_s} s; killed")
                post.child.kill()
            return
        post.failures = failures_after(post.failures, now - post.started_at)
        wait_s = delay_s(post.failures, post.role.longest_wait_s)
        post.due_at = now + wait_s
        post.last_words = post.child.last_words
        post.child = None
        self._terminal.log(post.role.name, f"ENDED   status={status}; starts again in {wait_s:.1f} s")

    def _end(self, post: _Post) -> None:
        child = post.child
        if child is None:
            return
        child.ask_to_end()
        deadline = self._clock.monotonic() + _STOP_S
        while child.poll() is None:
            if self._clock.monotonic() > deadline or self._hurry.is_set():
                child.kill()
            self._clock.wait(self._never, _LOOK_S)
        post.child = None
