"""Waiting for services: over at once when one of them can not start, in that one's own words."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from appliance.clock import HeldClock, RealClock
from appliance.config import Config, WebTable
from appliance.dev.readiness import wait_for_services, wait_until
from appliance.dev.supervisor import Role, Supervisor
from appliance.dev.terminal import Terminal
from appliance.errors import MatineeError
from appliance.paths import Paths, Service

PATIENT = "import signal; signal.pause()"
ILL = "print('The card is full.', flush=True); raise SystemExit(1)"


def test_a_service_that_can_not_start_is_named_with_its_last_words(tmp_path: Path) -> None:
    roles = [
        Role(service, (sys.executable, "-c", ILL if service is Service.SYNC else PATIENT))
        for service in Service
    ]
    words = io.StringIO()
    supervisor = Supervisor(roles, os.environ, Terminal(words, words), RealClock())
    config = Config(portal=WebTable(port=1), console=WebTable(port=1))
    supervisor.start()
    try:
        with pytest.raises(MatineeError) as refused:
            wait_for_services(supervisor, Paths(tmp_path).ensure(), config, RealClock())
    finally:
        supervisor.stop()
    assert refused.value.sentence == "sync does not start. Its last words: The card is full."


def test_waiting_ends_when_its_time_is_over() -> None:
    clock = HeldClock()
    began = clock.monotonic()
    assert not wait_until(lambda: False, clock, 5)
    assert 5 <= clock.monotonic() - began < 5.2


def test_what_is_already_so_is_not_waited_for() -> None:
    clock = HeldClock()
    began = clock.monotonic()
    assert wait_until(lambda: True, clock, 5)
    assert clock.monotonic() == began
