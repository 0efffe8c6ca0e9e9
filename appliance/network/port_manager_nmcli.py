"""NetworkManager, which sets up the uplink, told by nmcli(1) to leave our ports alone."""

from __future__ import annotations

import logging
import shutil
import subprocess

_PATIENCE_S = 5

_log = logging.getLogger(__name__)


class NmcliPortManager:
    """Lasts until the machine starts anew, as our ports do."""

    def leave_alone(self, interface: str) -> None:
        """Where NetworkManager does not run, or is not installed, nobody has to be told."""
        program = shutil.which("nmcli")
        if program is None:
            return
        command = [program, "--wait", str(_PATIENCE_S), "device", "set", interface, "managed", "no"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_PATIENCE_S * 2, check=False
            )
        except subprocess.TimeoutExpired:
            _log.warning("NetworkManager does not answer interface=%s", interface)
            return
        if done.returncode:
            _log.info("NetworkManager was not told interface=%s: %s", interface, done.stderr.strip())
