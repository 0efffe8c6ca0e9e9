"""The command line of a computer in which an image runs: board, card, cables, and a shell for the test.

The shell is a unit that systemd takes from the firmware's settings (systemd-debug-generator(8)): the image
is tried as it is flashed, unchanged.
"""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass
from pathlib import Path

PORT = "matinee.test"
_UNIT = f"""[Unit]
Description=A shell for the test outside
DefaultDependencies=no
BindsTo=dev-virtio\\x2dports-{PORT}.device
StartLimitIntervalSec=0
After=dev-virtio\\x2dports-{PORT}.device
[Service]
ExecStart=/bin/sh
StandardInput=file:/dev/virtio-ports/{PORT}
StandardOutput=file:/dev/virtio-ports/{PORT}
StandardError=journal
Restart=always
RestartSec=1
"""
_PC = "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+lahf_lm"
"""One that Meltdown does not concern: else each system call throws QEMU's translations of addresses away."""
_PI = "virt,dtb-randomness=off"
"""Without a seed Linux lays its kernel where it always lies, and keeps no tables apart: as above."""
_NAME = "t.service"
_WANT = f"[Unit]\nWants={_NAME}\n"
WANT = f"systemd.wants={_NAME}"
"""What has to be on the command line of a machine whose firmware hands nothing on."""


@dataclass(frozen=True, slots=True)
class Board:
    """What the computer is like."""

    arch: str = "amd64"
    memory: int = 1024
    """MiB."""
    accel: str = "tcg,thread=multi,tb-size=512"
    rtc: str = "base=utc"
    screen: bool = True
    processors: int = 2
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wired:
    """What a board is wired to; all but the card are files and ports of this computer."""

    card: Path
    folder: Path
    """For sockets and what is made beside the card."""
    crew: int
    """Port that leads to the box's port 80 by wire."""
    room: int
    """And to that of the attendees' network (10.41.0.1)."""
    writes: Path | None = None
    """Where each write is logged (crash_log.py), none reaches the card then; None: nowhere."""
    stick: Path | None = None
    """What is plugged into its USB; None: nothing."""


def order(board: Board, wired: Wired) -> list[str]:
    """QEMU with all its words. It ends with the thread that starts it, however that ends."""
    return [
        *("setpriv", "--pdeathsig", "KILL", "--"),
        *_board(board),
        *_devices(board, wired),
        *_shell(board, wired.folder),
        *board.more,
    ]


def _board(board: Board) -> list[str]:
    pc = board.arch == "amd64"
    kind = ["-machine", "q35", "-cpu", _PC] if pc else ["-machine", _PI, "-cpu", "cortex-a72"]
    program = "qemu-system-x86_64" if pc else "qemu-system-aarch64"
    return [
        *(program, *kind, "-accel", board.accel, "-smp", str(board.processors)),
        *("-m", str(board.memory), "-rtc", board.rtc),
    ]


def _devices(board: Board, wired: Wired) -> list[str]:
    forward = f"hostfwd=tcp:127.0.0.1:{wired.crew}-:80"
    room = "net=10.41.0.0/22,host=10.41.3.254,dns=10.41.3.253"
    guest = f"{room},hostfwd=tcp:127.0.0.1:{wired.room}-10.41.0.1:80"
    screen = ["-device", "virtio-gpu-pci" if board.arch == "arm64" else "VGA"] if board.screen else []
    return [
        "-nodefaults", "-display", "none", *screen,
        *_card(wired), *_stick(wired),
        "-device", "virtio-blk-pci,drive=card",
        "-netdev", f"user,id=crew,{forward}", "-device", "virtio-net-pci,netdev=crew,addr=0x10,romfile=",
        "-netdev", f"user,id=room,{guest}", "-device", "virtio-net-pci,netdev=room,addr=0x11,romfile=",
        "-serial", f"file:{wired.folder / 'console.log'}",
        "-qmp", f"unix:{wired.folder / 'qmp'},server=on,wait=off",
        "-device", "virtio-rng-pci",
    ]  # fmt: skip


def _stick(wired: Wired) -> list[str]:
    usb = ["-device", "qemu-xhci"]  # as every board has it, also with nothing plugged in
    if wired.stick is None:
        return usb
    return [
        *usb, "-drive", f"file={wired.stick},format=raw,if=none,id=stick,readonly=on",
        "-device", "usb-storage,drive=stick,removable=on",
    ]  # fmt: skip


def _card(wired: Wired) -> list[str]:
    """The card; or a layer over it, and beside that a log of each write and each flush in their order."""
    if wired.writes is None:
        return ["-drive", f"file={wired.card},format=raw,if=none,id=card,cache=writeback"]
    over = wired.folder / "over.qcow2"
    layer = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(wired.card.absolute())]
    subprocess.run([*layer, str(over)], check=True)
    wired.writes.unlink(missing_ok=True)
    wired.writes.touch()
    return [
        "-blockdev", f"driver=file,filename={over},node-name=file,cache.no-flush=on",
        "-blockdev", "driver=qcow2,file=file,node-name=over,cache.no-flush=on",
        "-blockdev", f"driver=file,filename={wired.writes},node-name=log,cache.no-flush=on",
        "-blockdev", "driver=blklogwrites,file=over,log=log,node-name=card",
    ]  # fmt: skip


def _shell(board: Board, folder: Path) -> list[str]:
    """By SMBIOS where firmware hands it on; else by fw_cfg and the command line."""
    if board.arch == "amd64":
        units = {f"systemd.extra-unit.{_NAME}": _UNIT, "systemd.unit-dropin.sysinit.target~test": _WANT}
        coded = {name: base64.b64encode(text.encode()).decode() for name, text in units.items()}
        handed = [f"type=11,value=io.systemd.credential.binary:{name}={code}" for name, code in coded.items()]
        told = [word for one in handed for word in ("-smbios", one)]
    else:
        path = folder / "shell.unit"
        path.write_text(_UNIT, "utf-8")
        told = ["-fw_cfg", f"name=opt/io.systemd.credentials/systemd.extra-unit.{_NAME},file={path}"]
    return [
        *told,
        "-device", "virtio-serial-pci",
        "-chardev", f"socket,id=shell,path={folder / 'shell'},server=on,wait=off",
        "-device", f"virtserialport,chardev=shell,name={PORT}",
    ]  # fmt: skip
