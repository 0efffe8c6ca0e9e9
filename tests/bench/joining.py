"""250 phones join within a minute: ours beside openNDS, and ours with a hostile guest among them.

``python tests/bench/joining.py [--quick]``. All in network namespaces, as root: real DHCP clients, dnsmasq,
nftables, nginx and portal. Each phone gets an address, asks six names, sends six systems' probes, opens the
page and sends the form. Phones and box share this machine's cores.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from opennds import opennds, their_form  # noqa: E402 the path is made above
from report import Goal, report  # noqa: E402 the path is made above
from table import Cell, percentile  # noqa: E402 the path is made above

from lab.crowd import Form, Waits, family, forget, join_all, memory_kib, our_form  # noqa: E402 as above
from lab.handset import Handset  # noqa: E402 the path is made above
from lab.hostile import Hostile, rage  # noqa: E402 the path is made above
from lab.internet import internet  # noqa: E402 the path is made above
from lab.wifi import Venue, venue  # noqa: E402 the path is made above

_PHONES = 250
_WITHIN_S = 50.0
_WARM = 24
_FEW = 5


def main() -> None:
    """Measure and publish."""
    quick = "--quick" in sys.argv
    phones, within = (50, 10.0) if quick else (_PHONES, _WITHIN_S)
    calm, hostile = _ours(phones, within), _ours(phones, within, hostile=True)
    theirs, theirs_alone = _theirs(phones, within), _theirs(_FEW, 0)
    rows = [calm, hostile, theirs, theirs_alone]
    goals = [
        _at_most("faults", calm, "faults", 0),
        _at_most("seconds until the last was in", calm, "seconds", 60),
        _at_most("page p99, ms", calm, "page p99 ms", 300),
        _at_most("memory growth, MB", calm, "growth MB", 30),
        _at_most("faults with a hostile guest", hostile, "faults", 0),
        _at_most("page p99 with a hostile guest, ms", hostile, "page p99 ms", 300),
        _at_most(
            "page p99 in the crowd over openNDS's median with one phone at a time",
            {"ratio": float(calm["page p99 ms"] or 0) / max(1.0, float(theirs_alone["page p50 ms"] or 0))},
            "ratio",
            1,
        ),
    ]
    notes = [
        "openNDS 9.10 with its name and e-mail form, dnsmasq before it, as its manual says. For each request",
        "it runs shell scripts, one after the other; a phone waits 15 s at most for an answer.",
        "Memory: proportional set size of all the box's processes, after 24 phones have warmed them.",
    ]
    report("joining", f"{phones} phones join", rows, goals, notes)


def _ours(phones: int, within_s: float, *, hostile: bool = False) -> dict[str, Cell]:
    with venue(phones + _WARM + 1) as house:
        house.start("network", "portal", "front")
        found = house.box.run("pgrep", "-f", f"dnsmasq --conf-file={house.paths.root}").stdout.split()

        def pids() -> list[int]:
            return [one for process in house.processes.values() for one in family(process.pid)] + [
                *map(int, found)
            ]

        name = "Matinee, a hostile guest among them" if hostile else "Matinee"
        guest = house.phones[-1].join() if hostile else None
        return _measured(name, house.phones[:-1], within_s, our_form, pids, guest)


def _theirs(phones: int, within_s: float) -> dict[str, Cell]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house = stack.enter_context(venue(phones + _WARM, root=folder))
        stack.enter_context(internet(house, folder))
        processes = stack.enter_context(opennds(house, folder))

        def pids() -> list[int]:
            return [one for process in processes for one in family(process.pid)]

        if not within_s:
            return _one_by_one(house)
        return _measured("openNDS", house.phones, within_s, their_form, pids, None)


def _one_by_one(house: Venue) -> dict[str, Cell]:
    """The same phones without a crowd: each alone, after the other."""
    waits = Waits()
    for phone in house.phones[:_FEW]:
        one = asyncio.run(join_all([phone], 0, their_form))
        waits.joined += one.joined
        waits.seconds += one.seconds
        waits.faults += one.faults
        for step, found in one.steps.items():
            waits.steps.setdefault(step, []).extend(found)
    return _row("openNDS, one phone at a time", waits, 0)


def _measured(
    name: str,
    phones: list[Handset],
    within_s: float,
    form: Form,
    pids: Callable[[], list[int]],
    guest: Handset | None,
) -> dict[str, Cell]:
    warm, crowd = phones[:_WARM], phones[_WARM:]
    asyncio.run(join_all(warm, 2, form))
    forget(warm)
    before = memory_kib(pids())
    waits, did = asyncio.run(_all(crowd, within_s, form, guest))
    sys.stdout.write(f"{name}: {waits.faults[:3]} {did}\n")
    return _row(name, waits, memory_kib(pids()) - before)


def _row(name: str, waits: Waits, growth_kib: int) -> dict[str, Cell]:
    return {
        "way": name,
        "in": waits.joined,
        "faults": len(waits.faults),
        "seconds": round(waits.seconds, 1),
        **{
            f"{step} p50 ms": percentile(waits.steps.get(step, [0.0]), 50)
            for step in ("dhcp", "dns", "probe")
        },
        "page p50 ms": percentile(waits.steps.get("page", [0.0]), 50),
        "page p99 ms": percentile(waits.steps.get("page", [0.0]), 99),
        "form p99 ms": percentile(waits.steps.get("form", [0.0]), 99),
        "growth MB": round(growth_kib / 1024, 1),
    }


async def _all(
    crowd: list[Handset], within_s: float, form: Form, guest: Handset | None
) -> tuple[Waits, Hostile | None]:
    until = asyncio.Event()
    raging = asyncio.create_task(rage(guest, until)) if guest is not None else None
    waits = await join_all(crowd, within_s, form)
    until.set()
    return waits, await raging if raging is not None else None


def _at_most(what: str, row: dict[str, Cell], key: str, most: float) -> Goal:
    value = float(row[key] or 0)
    return Goal(what, f"<= {most:g}", f"{value:.4g}", value <= most)


if __name__ == "__main__":
    main()
