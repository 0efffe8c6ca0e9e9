"""What is looked at in a machine that runs the image: a look returns what it found, or says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

import requests
from machine import Machine
from PIL import Image

OK = HTTPStatus.OK
_RESTARTS = re.compile(r"Id=(\S+)\.service NRestarts=(\d+)")
_COLOURS = 40
"""Letters of a firmware or a console have a handful of colours; a card, with smooth letters, has many."""
MOST_MIB = 450
_OPEN = frozenset({"53", "67", "68", "80", "443", "1053", "1054", "5353", "8443"})
"""Ports on which a box may listen towards others: door, names, addresses given and taken, mDNS."""


def is_picture(image: Image.Image) -> bool:
    """Whether the projector shows something that Matinee drew."""
    colours = image.getcolors(maxcolors=1 << 24) or []
    return image.width >= 640 and len(colours) >= _COLOURS


def is_players(machine: Machine) -> bool:
    """Whether the player draws what is shown; before it, GRUB and the kernel have a picture, too."""
    return machine.run("systemctl is-active matinee-player", timeout=20)[1] == "active" and is_picture(
        machine.picture()
    )


def status(port: int, path: str) -> int:
    """HTTP status of a page of the box."""
    return requests.get(f"http://127.0.0.1:{port}{path}", timeout=30, allow_redirects=False).status_code


def said(machine: Machine, line: str) -> str:
    """What a command inside prints; it must end well."""
    code, text = machine.run(line)
    assert code == 0, f"{line}: exit status {code}: {text}"
    return text


def is_started(machine: Machine) -> bool:
    """Whether systemd has nothing left to start."""
    return machine.run("systemctl is-system-running")[1].strip() in {"running", "degraded"}


def no_failed_unit(machine: Machine) -> str:
    """Every unit came up."""
    failed = said(machine, "systemctl list-units --failed --no-legend --plain")
    assert not failed, failed
    return "none"


def no_cycle(machine: Machine) -> str:
    """No unit waited for itself."""
    found = said(
        machine, "journalctl -b --no-pager -o cat | grep -i -e 'ordering cycle' -e 'deleted to break' || true"
    )
    assert not found, found
    return "none"


def clean_kernel(machine: Machine) -> str:
    """No oops, no warning, no foreign module."""
    tainted = said(machine, "cat /proc/sys/kernel/tainted")
    assert tainted == "0", tainted
    return "not tainted"


def root_is_read_only(machine: Machine) -> str:
    """Nothing can be half-written that the next start needs."""
    options = said(machine, "findmnt -n -o OPTIONS /").split(",")
    assert "ro" in options, options
    return "read-only"


def data_grown(machine: Machine) -> str:
    """The data partition goes to the end of the card."""
    size = int(said(machine, "df --output=size -B1M /data | tail -1"))
    assert size > 8 * 1024, f"{size} MiB of a card of 16 GiB"
    return f"{size} MiB"


def nothing_else_listens(machine: Machine) -> str:
    """Only the box's own doors are open to others."""
    lines = said(machine, "ss -H -l -n -t -u").splitlines()
    local = [line.split()[4] for line in lines]
    ports = {one.rpartition(":")[2] for one in local if not one.startswith(("127.", "[::1]", "::1"))}
    assert ports <= _OPEN, sorted(ports - _OPEN)
    return " ".join(sorted(ports))


def no_login(machine: Machine) -> str:
    """Nobody is asked for a name at the projector."""
    found = said(machine, "systemctl list-units --no-legend --plain '*getty*' || true")
    assert not found, found
    return "none"


def programs(machine: Machine) -> dict[str, float]:
    """MiB that each program takes, each shared page once (PSS); a service of ours by its own name."""
    line = (
        "for one in /proc/[0-9]*; do "
        "pss=$(awk '/^Pss:/ { print $2 }' $one/smaps_rollup 2>/dev/null) && [ -n \"$pss\" ] || continue; "
        "echo $pss $(cat $one/comm) $(tr '\\0' ' ' <$one/cmdline); done"
    )
    held: dict[str, float] = {}
    for kib, comm, *words in (row.split() for row in said(machine, line).splitlines()):
        name = words[-1] if comm == "matinee" and words else comm
        held[name] = held.get(name, 0.0) + int(kib) / 1024
    return held


def memory(machine: Machine) -> str:
    """What all programs take, each shared page once (PSS); beside it what the kernel can not give anybody."""
    held = programs(machine)
    used = round(sum(held.values()))
    left = "awk '/^MemTotal/ { all = $2 } /^MemAvailable/ { print int((all - $2) / 1024) }'"
    gone = int(said(machine, f"{left} /proc/meminfo"))
    most = ", ".join(f"{name} {held[name]:.0f}" for name in sorted(held, key=lambda one: -held[one])[:6])
    text = f"{used} MiB of programs ({most}); {gone} MiB not available, the kernel's own among them"
    assert used <= MOST_MIB, text
    killed = said(machine, "journalctl -b -k --no-pager -o cat | grep -c 'Out of memory' || true")
    assert killed == "0", f"{killed} ended for want of memory"
    return text


def sticks_are_read(machine: Machine) -> str:
    """What is plugged in is mounted for reading; the card itself is no stick."""
    return said(machine, "ls /run/matinee/sticks | paste -s -d' '") or "none plugged in"


def restarts(machine: Machine) -> str:
    """No service had to be started again: each came up at its first start."""
    text = said(machine, "systemctl show -p Id,NRestarts 'matinee-*.service' | paste -s -d' '")
    found = {name: int(count) for name, count in _RESTARTS.findall(text) if int(count)}
    assert not found, str(found)
    return "none"


def processes(machine: Machine) -> str:
    """Every service of the box runs and says that it is well."""
    text = said(
        machine, "systemctl show -p Id,ActiveState,NRestarts --value 'matinee-*.service' | paste -s -d' '"
    )
    assert "failed" not in text, text
    return text


def taken_in(machine: Machine) -> str:
    """What `matinee.toml` asked was taken in, and the file says so no more."""
    text = said(machine, "cat /boot/firmware/matinee-report.txt")
    assert text.startswith("Taken in"), text
    return text.splitlines()[0][:100]


def captive(machine: Machine) -> str:
    """What phones ask of the internet leads to the box's page."""
    answer = requests.get(
        f"{machine.guests}/generate_204",
        headers={"Host": "connectivitycheck.gstatic.com"},
        timeout=60,
        allow_redirects=False,
    )
    where = answer.headers.get("Location", "")
    assert answer.status_code == HTTPStatus.FOUND, f"{answer.status_code} {where}"
    assert "matinee.internal" in where, where
    return where


INSIDE: Mapping[str, Callable[[Machine], str]] = MappingProxyType(
    {
        "failed units": no_failed_unit,
        "ordering cycles": no_cycle,
        "kernel": clean_kernel,
        "root": root_is_read_only,
        "data partition": data_grown,
        "open ports": nothing_else_listens,
        "logins": no_login,
        "memory": memory,
        "services": processes,
        "started again": restarts,
        "sticks": sticks_are_read,
    }
)
