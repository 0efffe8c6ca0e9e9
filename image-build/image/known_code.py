"""What a start would make anew each time, made once with the image: the code of classes and patterns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lists import BUILD
from root import HOME, SITE, compile_all, place

sys.path.insert(0, str(BUILD.parent))

from appliance.cli.run import HOMES

HERE = Path(__file__).resolve().parent
CODE = HOME / "start-code"
"""Where ``use`` of start_code.py finds it."""
STARTED = (*HOMES.values(), "appliance.cli.boot", "appliance.cli.front", "appliance.cli.power")
"""What a start imports."""


def keep_code(root: Path) -> None:
    """Import what a start imports, by the Python of ``root``, and keep what code that made."""
    place(HERE / "start_code.py", root / SITE / "start_code.py")
    compile_all(root, SITE / "start_code.py")
    told = [f"PYTHONPATH=/{HOME}/application", "PYTHONDONTWRITEBYTECODE=1"]
    command = ["chroot", str(root), "env", *told, f"/{HOME}/bin/python", "-m", "start_code", f"/{CODE}"]
    subprocess.run([*command, *STARTED], check=True)
