"""What the services of a box hold while they run: memory, descriptors, threads; and how their files grow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from appliance.paths import Service
from lab.crowd import family, memory_kib

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Held:
    """By a service and all that it started."""

    pss_mib: float
    descriptors: int
    threads: int


def held(pid: int) -> Held:
    """Now; nothing of a process that is gone."""
    pids = family(pid)
    return Held(memory_kib(pids) / 1024, sum(_count(pids, "fd")), sum(_count(pids, "task")))


def held_by_services(root: Path) -> dict[Service, Held]:
    """Of each service that holds its lock under ``root``."""
    locks = {service: root / "run" / f"{service}.lock" for service in Service}
    return {service: held(int(lock.read_text("ascii"))) for service, lock in locks.items() if lock.is_file()}


def sizes_mib(root: Path) -> dict[str, float]:
    """Each database of a box, and its write-ahead log, by name."""
    files = [path for path in sorted(root.rglob("*.db*")) if path.name.endswith((".db", ".db-wal"))]
    return {path.name: path.stat().st_size / 1024**2 for path in files}


def slope_an_hour(points: Points) -> float:
    """Of the straight line nearest to ``points`` (seconds, value), by least squares; 0 of fewer than two."""
    if len(points) < 2:
        return 0.0
    at, value = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - at) ** 2 for x, _ in points)
    return 3600 * sum((x - at) * (y - value) for x, y in points) / spread if spread else 0.0


def after(points: Points, warm_s: float) -> Points:
    """Without what was read before everything had been used once."""
    return [(at, value) for at, value in points if at >= warm_s]


def growth(points: Points, least: Callable[[Iterable[float]], float] = min) -> float:
    """How much more the least of the last third is than the least of the first: peaks do not count."""
    third = len(points) // 3
    if not third:
        return 0.0
    return least(y for _, y in points[-third:]) - least(y for _, y in points[:third])


def _count(pids: Iterable[int], what: str) -> list[int]:
    counts = []
    for pid in pids:
        try:
            counts.append(sum(1 for _ in Path(f"/proc/{pid}/{what}").iterdir()))
        except OSError:
            counts.append(0)
    return counts
