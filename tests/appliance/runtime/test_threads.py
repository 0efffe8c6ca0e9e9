"""Every service as `matinee run` starts it; a thread of it meets a bug."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from appliance.paths import Paths, Service
from appliance.player import virtual_screen
from appliance.runtime.threads import ENDED_BY_A_THREAD
from appliance.sealing_age import make_key
from lab.free_port import free_port

_WITH_A_BUG = """
import sys, threading
from appliance.cli.root import matinee

class BugError(Exception):
    pass

def run(thread, lives=threading.Thread.run):
    if thread.name == sys.argv[1]:
        raise BugError
    lives(thread)

threading.Thread.run = run
matinee(["run", sys.argv[2]])
"""
"""The thread of that name dies as soon as it runs."""


@pytest.mark.parametrize(
    ("service", "thread"),
    [
        (Service.SHOW, "player-link"),
        (Service.PLAYER, "alarm"),
        (Service.PORTAL, "group-commit"),
        (Service.CONSOLE, "intake"),
        (Service.CAPTURE, "lease"),
        (Service.SYNC, "relay"),
        (Service.NETWORK, "announcers"),
    ],
)
def test_a_thread_that_dies_takes_the_service_with_it(paths: Paths, service: Service, thread: str) -> None:
    ports = "".join(f"[{name}]\nport = {free_port()}\n" for name in ("portal", "console", "live"))
    recipients = f'[people]\nrecipients = ["{make_key()[1]}"]\n'
    paths.config_file.write_text(f'{ports}{recipients}[osc]\nlisten = ""\n', "utf-8")
    screen = virtual_screen.start((320, 180)) if service is Service.PLAYER else None
    try:
        ended = subprocess.run(
            [sys.executable, "-c", _WITH_A_BUG, thread, service],
            env={**os.environ, "MATINEE_ROOT": str(paths.root), "DISPLAY": screen.name if screen else ""},
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        if screen is not None:
            screen.close()
    assert ended.returncode == ENDED_BY_A_THREAD, ended.stderr
    assert "BugError" in ended.stderr
    assert f"a thread died thread={thread}" in ended.stderr


def test_numpy_has_no_threads_that_wait_for_work_in_a_loop() -> None:
    code = (
        "import sys; from appliance.cli.run import run; assert 'numpy' not in sys.modules;"
        "from appliance.runtime.threads import add_up_alone; add_up_alone(); import numpy;"
        "print(open('/proc/self/status').read().partition('Threads:')[2].split()[0])"
    )
    alone = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    said = subprocess.run([sys.executable, "-c", code], env=alone, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["1"]
