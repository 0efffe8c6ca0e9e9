"""What is in here that others made: the list of it, and what is known to be wrong with it. ``make audit``.

Writes ``build/sbom.cdx.json`` (CycloneDX 1.6, checked against its schema), of exactly what the box runs: the
packages that Matinee needs, in the versions that are installed beside it, without the tools of tests. Nothing
is fetched for that but the two tools. Then asks pip-audit for known faults of them; that wants the internet,
or a mirror that has the vulnerability data. Status 1 if a fault is known, 2 if nobody could be asked.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "audit"
SBOM = ROOT / "build" / "sbom.cdx.json"
TOOLS = ("cyclonedx-bom==7.5.0", "pip-audit==2.10.1")


def needed(name: str, extras: frozenset[str] = frozenset()) -> dict[str, Distribution]:
    """``name`` and all that it needs on this machine, by canonical name, as installed here."""
    found: dict[str, Distribution] = {}
    waiting = [(name, extras)]
    tried: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        one, wanted = waiting.pop()
        if (one, wanted) in tried:
            continue
        tried.add((one, wanted))
        found[canonicalize_name(one)] = installed = distribution(one)
        for line in installed.requires or ():
            need = Requirement(line)
            choices = wanted or {""}
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in choices):
                waiting.append((need.name, frozenset(need.extras)))
    return found


def tools() -> Path:
    """An environment with both, made once; its folder of programs."""
    programs = BUILD / "tools" / "bin"
    made = BUILD / "tools" / "made"
    if not made.is_file() or made.read_text("utf-8") != repr(TOOLS):
        shutil.rmtree(BUILD / "tools", ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", BUILD / "tools"], check=True)
        command: list[str | Path] = [
            programs / "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--no-compile",
            *TOOLS,
        ]
        subprocess.run(command, check=True)
        made.write_text(repr(TOOLS), "utf-8")
    return programs


def bare(parts: dict[str, Distribution]) -> Path:
    """The interpreter of an environment with what ``parts`` say of themselves in it, and nothing more."""
    place = BUILD / "box"
    shutil.rmtree(place, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    for part in parts.values():
        about = next(file for file in part.files or () if file.name == "METADATA")
        told = Path(str(about.locate())).parent
        (packages / told.name).symlink_to(told)
    return place / "bin" / "python"


def write_list(programs: Path, python: Path) -> int:
    """Write the list; how many parts stand in it."""
    command: list[str | Path] = [programs / "cyclonedx-py", "environment", python]
    command += ["--pyproject", ROOT / "pyproject.toml", "--spec-version", "1.6", "--output-reproducible"]
    command += ["--validate", "--output-format", "JSON", "--output-file", SBOM]
    subprocess.run(command, check=True)
    return len(json.loads(SBOM.read_text("utf-8"))["components"])


def known_faults(programs: Path, parts: dict[str, Distribution]) -> int:
    """0: none known; 1: some, printed; 2: nobody could be asked."""
    pinned = BUILD / "installed.txt"
    pinned.write_text("".join(f"{name}=={part.version}\n" for name, part in sorted(parts.items())), "utf-8")
    command: list[str | Path] = [programs / "pip-audit", "--requirement", pinned, "--no-deps"]
    command += ["--disable-pip", "--progress-spinner", "off", "--timeout", "20", "--format", "json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return judged(done.stdout, done.stderr)


def judged(answer: str, words: str) -> int:
    """What `known_faults` returns, of pip-audit's ``answer``: a part that it did not find is not clean."""
    try:
        found = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        last = (words.strip().splitlines() or ["it said nothing"])[-1]
        sys.stdout.write(f"matinee: nobody could be asked for known faults: {last}\n")
        return 2
    faults = [(one["name"], one["version"], vuln) for one in found for vuln in one.get("vulns", ())]
    for name, version, vuln in faults:
        fixed = ", ".join(vuln.get("fix_versions", ())) or "nothing yet"
        sys.stdout.write(f"{name} {version}: {vuln['id']}, mended by {fixed}\n")
    unknown = [one["name"] for one in found if "skip_reason" in one]
    sys.stdout.write(f"matinee: {len(found) - len(unknown)} parts looked up, {len(faults)} faults known\n")
    if unknown:
        sys.stdout.write(f"matinee: nobody could be asked about {len(unknown)}: {', '.join(unknown)}\n")
    return 1 if faults else 2 if unknown else 0


def main() -> int:
    """List, and ask."""
    BUILD.mkdir(parents=True, exist_ok=True)
    programs = tools()
    parts = needed("matinee")
    del parts["matinee"]
    sys.stdout.write(f"matinee: {write_list(programs, bare(parts))} parts in {SBOM.relative_to(ROOT)}\n")
    return known_faults(programs, parts)


if __name__ == "__main__":
    sys.exit(main())
