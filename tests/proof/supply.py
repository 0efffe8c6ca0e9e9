"""What is in here that others made: the list of it, and what is known to be wrong with it. ``make audit``.

Writes ``build/sbom.cdx.json`` (CycloneDX 1.6, checked against its schema), of exactly what the box runs: the
packages of constraints.txt that Matinee needs, in an environment without tools of tests. Then asks pip-audit
for known faults of them; that wants the internet, or a mirror that has the vulnerability data. Status 1 if a
fault is known, 2 if nobody could be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "audit"
SBOM = ROOT / "build" / "sbom.cdx.json"
TOOLS = ("cyclonedx-bom==7.5.0", "pip-audit==2.10.1")
_FAULTS_KNOWN = 1


def ensure(place: Path, *packages: str) -> Path:
    """An environment with ``packages``; its folder of programs."""
    programs = place / "bin"
    if not programs.is_dir():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
    subprocess.run([programs / "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
    return programs


def write_list(tools: Path, runtime: Path) -> int:
    """Write the list; how many parts stand in it."""
    subprocess.run(
        [
            *(
                tools / "cyclonedx-py",
                "environment",
                runtime / "python",
                "--pyproject",
                ROOT / "pyproject.toml",
            ),
            *("--spec-version", "1.6", "--output-reproducible", "--validate", "--output-format", "JSON"),
            *("--output-file", SBOM),
        ],
        check=True,
    )
    return len(json.loads(SBOM.read_text("utf-8"))["components"])


def known_faults(tools: Path, runtime: Path) -> int:
    """0: none known; 1: some, printed; 2: nobody could be asked."""
    found = json.loads(
        subprocess.run([runtime / "pip", "list", "--format", "json"], check=True, capture_output=True).stdout
    )
    pinned = BUILD / "installed.txt"
    lines = [
        f"{one['name']}=={one['version']}\n"
        for one in found
        if one["name"] not in {"matinee", "pip", "setuptools"}
    ]
    pinned.write_text("".join(lines), "utf-8")
    command: list[str | Path] = [
        *(
            tools / "pip-audit",
            "--requirement",
            pinned,
            "--no-deps",
            "--disable-pip",
            "--progress-spinner",
            "off",
        ),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    sys.stdout.write(done.stdout)
    if done.returncode == 0:
        return 0
    if done.returncode == _FAULTS_KNOWN and "vulnerabilit" in done.stdout + done.stderr:
        sys.stdout.write(done.stderr)
        return 1
    sys.stdout.write(
        f"matinee: nobody could be asked for known faults: {done.stderr.strip().splitlines()[-1:]}\n"
    )
    return 2


def main() -> int:
    """List, and ask."""
    BUILD.mkdir(parents=True, exist_ok=True)
    tools = ensure(BUILD / "tools", *TOOLS)
    runtime = ensure(
        BUILD / "runtime", str(ROOT), "--constraint", str(ROOT / "image-build" / "constraints.txt")
    )
    sys.stdout.write(f"matinee: {write_list(tools, runtime)} parts in {SBOM.relative_to(ROOT)}\n")
    return known_faults(tools, runtime)


if __name__ == "__main__":
    sys.exit(main())
