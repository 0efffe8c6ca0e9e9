from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from appliance.clock import HeldClock, RealClock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ipc import bell
from appliance.ipc.client import ControlClient
from appliance.ipc.server import Route
from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance
from appliance.runtime.service import ServiceLoop
from appliance.runtime.timers import Timers
from appliance.sync.service import run_sync


def test_handlers_timers_and_bell_all_run_on_the_owner_thread(paths: Paths) -> None:
    loop = ServiceLoop(Service.SHOW, paths, RealClock())
    seen: set[int] = set()
    rung, ticked = threading.Event(), threading.Event()

    def note(done: threading.Event) -> None:
        seen.add(threading.get_ident())
        done.set()

    loop.serve([Route("GET", "/who", lambda _: threading.get_ident())])
    loop.every(0.01, lambda: note(ticked))
    loop.on_bell(lambda: note(rung))
    owner = threading.Thread(target=loop.run)
    owner.start()
    assert ticked.wait(30)
    bell.ring(paths, Service.SHOW)
    assert rung.wait(30)
    assert ControlClient(paths, Service.SHOW).ask("GET", "/who", int) == owner.ident
    assert seen == {owner.ident}
    loop.stop()
    owner.join(30)
    assert not owner.is_alive()


def test_a_fault_on_the_owner_thread_ends_the_service(paths: Paths) -> None:
    loop = ServiceLoop(Service.SHOW, paths, RealClock())
    loop.every(1, lambda: 1 // 0)  # type: ignore[arg-type,return-value]
    with pytest.raises(ZeroDivisionError):
        loop.run()


def test_a_second_instance_is_refused_and_names_the_first(paths: Paths) -> None:
    hold = "import sys; from pathlib import Path; from appliance.paths import Paths, Service\n"
    hold += "from appliance.runtime.lock import only_instance\n"
    hold += "with only_instance(Paths(Path(sys.argv[1])), Service.SHOW): print('held', flush=True); input()\n"
    command = [sys.executable, "-c", hold, str(paths.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(MatineeError, match=f"process {first.pid}"), only_instance(paths, Service.SHOW):
            pass
        first.kill()
    with only_instance(paths, Service.SHOW):
        assert paths.lock(Service.SHOW).read_text() == str(os.getpid())


def test_late_work_is_done_once_and_not_made_up_for(clock: HeldClock) -> None:
    timers = Timers(clock)
    done: list[float] = []
    timers.every(1, lambda: done.append(clock.monotonic()))
    timers.run_due()
    clock.advance(10)
    timers.run_due()
    timers.run_due()
    assert len(done) == 2
    assert timers.wait_s() == 1


def test_a_second_instance_is_refused_before_it_has_touched_anything(paths: Paths) -> None:
    first = ServiceLoop(Service.SYNC, paths, RealClock())
    half = paths.media / "incoming" / "half"
    half.parent.mkdir()
    half.write_bytes(b"half a film, under way")
    with pytest.raises(MatineeError) as caught:
        run_sync(paths, Config())
    assert caught.value.key == "core.second_instance"
    assert half.exists()
    assert first.service is Service.SYNC


def test_who_rests_is_asked_seldom_and_at_once_when_the_rest_is_over(clock: HeldClock) -> None:
    timers = Timers(clock)
    done: list[float] = []
    still = True
    timers.every(0.01, lambda: done.append(clock.monotonic()), rest_s=0.1, resting=lambda: still)
    timers.run_due()
    assert timers.wait_s() == pytest.approx(0.1)
    clock.advance(0.05)
    timers.run_due()
    assert len(done) == 1
    still = False
    assert timers.wait_s() == 0
    timers.run_due()
    assert len(done) == 2
    assert timers.wait_s() == pytest.approx(0.01)
