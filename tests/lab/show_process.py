"""The service `show` as a process, with an evening on its card; there is no player and none is needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.ipc.show_client import ShowClient
from appliance.manifest import packing_list
from appliance.paths import Paths, Service
from lab.ending import ended, killed_if_it_fails
from lab.evening import PACKING
from lab.ola import wait_until


class ShowProcess:
    """``config`` is config.toml's text."""

    def __init__(self, paths: Paths, config: str = "") -> None:
        self.paths = paths
        self.client = ShowClient(paths)
        self.log = paths.root / "show.log"
        Path(paths.config_file).write_text(config)
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "MATINEE_ROOT": str(self.paths.root)}
        command = [sys.executable, "-m", "appliance", "run", Service.SHOW]
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(command, env=environment, stderr=log)
        with killed_if_it_fails(self.child):
            wait_until(self.is_up, 60)

    def is_up(self) -> bool:
        try:
            self.client.status()
        except MatineeError:
            return False
        return True

    def load(self, manifest: str) -> None:
        folder = self.paths.events / "small-evening"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "event.toml").write_text(manifest)
        (folder / "packing-list.json").write_bytes(packing_list.encode(PACKING))
        self.client.load(EventId("small-evening"))

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()

    def stop(self) -> str:
        """End it as systemd would; return what it logged."""
        self.child.send_signal(signal.SIGTERM)
        ended(self.child)
        return self.log.read_text()
