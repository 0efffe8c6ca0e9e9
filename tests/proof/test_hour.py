"""The figures of the long hour: a leak is seen, and noise is not taken for one."""

from __future__ import annotations

import random
from pathlib import Path

from appliance.paths import Service
from lab.gauge import after, growth, held, held_by_services, sizes_mib, slope_an_hour

SECONDS = range(0, 3600, 10)


def wobbling(slope_an_hour_mib: float) -> list[tuple[float, float]]:
    chance = random.Random(7)  # noqa: S311 repeatable, not secret
    return [(float(at), 80 + slope_an_hour_mib * at / 3600 + chance.uniform(-0.5, 0.5)) for at in SECONDS]


def test_a_line_that_climbs_is_found_and_noise_is_not() -> None:
    assert abs(slope_an_hour(wobbling(0.0))) < 0.2
    assert 1.8 < slope_an_hour(wobbling(2.0)) < 2.2
    assert slope_an_hour([]) == slope_an_hour([(1.0, 5.0)]) == 0.0


def test_what_is_only_needed_at_first_does_not_count() -> None:
    warming = [(float(at), 80.0 if at > 600 else 40.0) for at in SECONDS]
    assert slope_an_hour(warming) > 1
    assert slope_an_hour(after(warming, 900)) == 0.0


def test_descriptors_that_stay_open_are_counted_and_peaks_are_not() -> None:
    leaking = [(float(at), 20.0 + at // 600) for at in SECONDS]
    peaks = [(float(at), 20.0 + 30 * (at % 100 == 0)) for at in SECONDS]
    assert growth(leaking) >= 4
    assert growth(peaks) == 0


def test_a_process_is_weighed_with_all_that_it_started(tmp_path: Path) -> None:
    import subprocess  # noqa: PLC0415 only here
    import sys  # noqa: PLC0415 as above

    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE) as process:
        try:
            while held(process.pid).threads < 2:
                assert process.poll() is None
            (tmp_path / "run").mkdir()
            (tmp_path / "run" / "portal.lock").write_text(str(process.pid))
            (tmp_path / "audience.db").write_bytes(b"x" * 2**20)
            found = held_by_services(tmp_path)
            assert found.keys() == {Service.PORTAL}
            assert found[Service.PORTAL].pss_mib > 4
            assert found[Service.PORTAL].descriptors >= 6
            assert sizes_mib(tmp_path) == {"audience.db": 1.0}
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()
