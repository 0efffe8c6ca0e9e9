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


def main() -> None:
    """Measure and publish."""
    quick = "--quick" in sys.argv
    phones, within = (50, 10.0) if quick else (_PHONES, _WITHIN_S)
    rows = [_ours(phones, within), _ours(phones, within, hostile=True), _theirs(phones, within)]
    calm, hostile, theirs = rows
    goals = [
        _at_most("faults", calm, "faults", 0),
        _at_most("seconds until the last was in", calm, "seconds", 60),
        _at_most("page p99, ms", calm, "page p99 ms", 300),
        _at_most("memory growth, MB", calm, "growth MB", 30),
        _at_most("faults with a hostile guest", hostile, "faults", 0),
        _at_most("page p99 with a hostile guest, ms", hostile, "page p99 ms", 300),
        _at_most("page p99 over openNDS's", {"ratio": _ratio(calm, theirs)}, "ratio", 1),
    ]
    notes = [
        "openNDS 9.10 with its name and e-mail form, dnsmasq before it, as its manual says.",
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
        return _measured(name, house, house.phones[:-1], within_s, our_form, pids, guest)


def _theirs(phones: int, within_s: float) -> dict[str, Cell]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house = stack.enter_context(venue(phones + _WARM, root=folder))
        stack.enter_context(internet(house, folder))
        processes = stack.enter_context(opennds(house, folder))

        def pids() -> list[int]:
            return [one for process in processes for one in family(process.pid)]

        return _measured("openNDS", house, house.phones, within_s, their_form, pids, None)


def _measured(
    name: str,
    house: Venue,
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
    row: dict[str, Cell] = {
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
        "growth MB": round((memory_kib(pids()) - before) / 1024, 1),
    }
    sys.stdout.write(f"{name}: {waits.faults[:3]} {did} root={house.paths.root}\n")
    return row


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


def _ratio(ours: dict[str, Cell], theirs: dict[str, Cell]) -> float:
    return float(ours["page p99 ms"] or 0) / max(1.0, float(theirs["page p99 ms"] or 0))


if __name__ == "__main__":
    main()
