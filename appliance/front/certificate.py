"""The certificate of the organiser's own name: good, or why not. It is got in their cloud and synced down.

It lies in ``keys/front/``: ``own.pem`` (key and chain in one file, laid there by sync), or by hand
``chain.pem`` (leaf first) and ``key.pem``. While it is good, attendees' pages are at ``https://NAME``;
else they are at plain ``http``, because a warning is worse than no lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.paths import Paths

SYNCED = "own.pem"
"""One file, so that a new certificate and its key are there together or not at all."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One that phones will trust now."""

    name: str
    chain: Path
    key: Path
    ends: datetime
    mark: str
    """Changes when the files do: nginx has to read them again."""


def folder(paths: Paths) -> Path:
    """Where chain and key lie."""
    return paths.keys / "front"


def standing(paths: Paths, now: datetime, trust: ClockTrust, roots: Path | None = None) -> Certificate | None:
    """The certificate, while it is good; None while there is none, or it is not good."""
    try:
        return judged(folder(paths), now, trust, roots)
    except MatineeError:
        return None


def judged(at: Path, now: datetime, trust: ClockTrust, roots: Path | None = None) -> Certificate | None:
    """Return the certificate that lies at ``at``, None if none does; of two the one that was synced, if good.

    Raises what ``examining.examined`` raises. ``roots``: PEM; None: the system's.
    """
    synced = at / SYNCED
    pairs = [(synced, synced), (at / "chain.pem", at / "key.pem")]
    faults = []
    for chain, key in pairs:
        if chain.is_file() and key.is_file():
            try:
                return _read(chain, key, now, trust, roots)
            except MatineeError as fault:
                faults.append(fault)
    if faults:
        raise faults[0]
    return None


def _read(chain: Path, key: Path, now: datetime, trust: ClockTrust, roots: Path | None) -> Certificate:
    from appliance.front.examining import examined  # noqa: PLC0415 see there

    try:
        texts = chain.read_bytes(), key.read_bytes()
        changed = chain.stat().st_mtime_ns
    except OSError as fault:
        raise MatineeError("front.certificate", path=chain, fault=fault) from fault
    found = examined(*texts, now, trust, roots, place=chain)
    return Certificate(found.name, chain, key, found.ends, f"{found.fingerprint}.{changed}")
