"""A screen where there is none: Xvfb on a free display number."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass

from appliance.errors import MatineeError
from appliance.runtime.leash import leashed

SIZE = (1280, 720)


@dataclass(frozen=True, slots=True)
class Screen:
    """A display, and the Xvfb behind it if we started one."""

    name: str
    process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the Xvfb that we started, and wait for it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()


def ensure_display(wanted: str = "", size: tuple[int, int] = SIZE) -> Screen:
    """Return the display ``wanted`` (empty: ``$DISPLAY``) if it lives, else start a virtual one.

    The caller ends it with ``close``. ``player.no_display`` if Xvfb is missing or does not come up.
    """
    name = wanted or os.environ.get("DISPLAY", "")
    return Screen(name) if name and is_alive(name) else start(size)


def is_alive(name: str) -> bool:
    """Whether an X server of this machine listens at ``name``, such as ``:0``; no other machine counts."""
    found = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", name)
    if found is None:
        return False
    path = f"/tmp/.X11-unix/X{found[1]}"  # noqa: S108 the protocol's own place
    return any(_listens(address) for address in (path, f"\0{path}"))


def _listens(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(address)
        except OSError:
            return False
        return True


def start(size: tuple[int, int] = SIZE) -> Screen:
    """Start Xvfb at ``size``, 24 bits deep, no TCP port; it names its display when it is ready."""
    program = shutil.which("Xvfb")
    if program is None:
        raise MatineeError("player.no_display", display="$DISPLAY")
    told, tell = os.pipe()
    mode = f"{size[0]}x{size[1]}x24"
    command = [
        program,
        "-displayfd",
        str(tell),
        "-screen",
        "0",
        mode,
        "-nolisten",
        "tcp",
        "-nocursor",
        "-noreset",
    ]
    with open(told, "rb") as reader:  # noqa: PTH123 a descriptor
        # A session of its own: Ctrl-C in a terminal must not take the screen away under the player.
        process = subprocess.Popen(
            leashed(command),
            pass_fds=[tell],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(tell)
        number = reader.readline().decode().strip()
    if not number:
        process.kill()
        process.wait()
        raise MatineeError("player.no_display", display="$DISPLAY")
    return Screen(f":{number}", process)
