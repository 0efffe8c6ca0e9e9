"""Staff of a box: people signed in at the real app, and the real console and show as processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.clock import HeldClock, RealClock
from appliance.config import BoxTable, Config, WebTable
from appliance.ids import EventId, new_id
from appliance.ipc.show_client import ShowClient
from appliance.manifest import packing_list
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from appliance.store.console_rows import Role, Staff, StaffId, StaffRows
from lab.ending import ended
from lab.evening import MANIFEST, PACKING
from lab.free_port import free_port
from webui.console import passphrase
from webui.console.console import Console
from webui.console.staff import ensure_operator, make_link

WORDS = "amber-bridge-comet-daisy"


def until(condition: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Wait for ``condition``, looked at twenty times a second; a process takes its time to start."""
    clock, never = RealClock(), threading.Event()
    end = clock.monotonic() + timeout_s
    while not condition():
        assert clock.monotonic() < end, "it did not come"
        clock.wait(never, 0.05)


@dataclass
class Person:
    """A browser that is signed in."""

    browser: FlaskClient
    csrf: str

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.browser.post(path, data={"csrf": self.csrf, **fields})


def enlist(rows: StaffRows, clock: HeldClock, role: Role) -> None:
    staff = Staff(StaffId(new_id()), role, passphrase.hashed(WORDS))
    rows.add_staff(staff, clock.now())


def signed_in_as(app: Flask, console: Console, rows: StaffRows, clock: HeldClock, role: Role) -> Person:
    enlist(rows, clock, role)
    browser = app.test_client()
    assert browser.post(f"/sign-in/{console.sessions.new_link(role)}").status_code == 303
    return Person(browser, browser.get("/api/v1/session").get_json()["csrf"])


class Process:
    """One service of the box, as systemd would start it."""

    def __init__(self, paths: Paths, service: Service) -> None:
        environment = {**os.environ, "MATINEE_ROOT": str(paths.root)}
        self.child = subprocess.Popen([sys.executable, "-m", "appliance", "run", service], env=environment)

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()

    def stop(self) -> int:
        self.child.send_signal(signal.SIGTERM)
        return ended(self.child)


@contextmanager
def staffed_house(paths: Paths, manifest: str = MANIFEST, more: str = "") -> Iterator[House]:
    """Show and console as processes, the small evening loaded, an operator known; ``more`` settings."""
    folder = paths.events / PACKING.event
    folder.mkdir()
    (folder / "event.toml").write_text(manifest)
    (folder / "packing-list.json").write_bytes(packing_list.encode(PACKING))
    with new_house(paths, more) as house:
        ShowClient(paths).load(EventId(PACKING.event))
        assert ensure_operator(paths)
        yield house


@contextmanager
def new_house(paths: Paths, more: str = "") -> Iterator[House]:
    """Show and console as processes, of a box that nobody has yet."""
    port = free_port()
    paths.config_file.write_text(
        f'[console]\nport = {port}\n[portal]\nport = {free_port()}\n[box]\nid = "lab"\n{more}'
        f"[osc]\nport = {free_port(udp=True)}\n"
    )
    config = Config(box=BoxTable(id="lab"), console=WebTable(port=port))
    house = House(paths, config, Process(paths, Service.SHOW), Process(paths, Service.CONSOLE))
    try:
        until(lambda: all(is_up(paths, config, service) for service in (Service.SHOW, Service.CONSOLE)))
        yield house
    finally:
        try:
            house.show.stop()
        finally:
            house.console.stop()


@dataclass
class House:
    """The real show and the real console of a box with the small evening loaded."""

    paths: Paths
    config: Config
    show: Process
    console: Process

    @property
    def address(self) -> str:
        return self.config.console.address

    def sign_in(self) -> tuple[requests.Session, str]:
        session = requests.Session()
        page = session.post(self.address + make_link(self.paths), timeout=20)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
        assert found, page.text
        return session, found[1]

    def stand_by(self) -> None:
        """Everything up, the evening loaded and not begun, whatever was done before."""
        if self.show.child.poll() is not None:
            self.restart_show()
        if self.console.child.poll() is not None:
            self.restart_console()
        show = ShowClient(self.paths)
        if show.status().phase is Phase.PANIC:
            show.do(Verb.RESUME)
        if show.status().phase in {Phase.RUNNING, Phase.PAUSED, Phase.WAITING}:
            show.do(Verb.HOLD)
        if show.status().phase is Phase.HELD:
            show.do(Verb.STANDBY)
        show.load(EventId(PACKING.event))

    def restart_console(self) -> None:
        self.console = Process(self.paths, Service.CONSOLE)
        until(lambda: is_up(self.paths, self.config, Service.CONSOLE))

    def restart_show(self) -> None:
        self.show = Process(self.paths, Service.SHOW)
        until(lambda: is_up(self.paths, self.config, Service.SHOW))
