"""What comes with an image: bill of materials, checksums, signature, the entry for Raspberry Pi Imager."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

_DEVICES = {"arm64": ["pi3-64bit", "pi4-64bit"], "amd64": []}
_CHUNK = 1 << 20


def bill(root: Path, shelf: Path, target: Path, name: str, version: str) -> None:
    """CycloneDX: every Debian package and every wheel in the image."""
    parts: list[dict[str, object]] = []
    for line in (root / "usr/lib/matinee-packages.tsv").read_text("utf-8").splitlines():
        package, found, arch, source = line.split("\t")
        purl = f"pkg:deb/debian/{package}@{found}?arch={arch}&distro=debian-13"
        parts.append({"type": "library", "name": package, "version": found, "purl": purl, "group": source})
    for wheel in sorted(next(shelf.glob("wheels-*")).glob("*.whl")):
        package, found = wheel.name.split("-")[:2]
        hashes = [{"alg": "SHA-256", "content": sha256(wheel)}]
        purl = f"pkg:pypi/{package.replace('_', '-').lower()}@{found}"
        parts.append({"type": "library", "name": package, "version": found, "purl": purl, "hashes": hashes})
    about = {"component": {"type": "firmware", "name": name, "version": version}}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": about,
        "components": parts,
    }
    target.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def write(packed: Path, out: Path, arch: str, key: Path | None, version: str) -> None:
    """Checksums beside the image, ``os_list.json``, and signatures where there is a key."""
    raw = packed.with_suffix("")
    listed = out / f"{raw.stem}.os_list.json"
    listed.write_text(json.dumps(imager(packed, raw, arch, version), indent=2) + "\n", "utf-8")
    papers = [packed, listed, out / f"{raw.stem}.cdx.json"]
    sums = out / f"{raw.stem}.sha256"
    sums.write_text("".join(f"{sha256(path)}  {path.name}\n" for path in papers), "ascii")
    if key is not None:
        command = ["minisign", "-S", "-W", "-s", str(key), "-t", f"matinee {version} {arch}", "-m"]
        subprocess.run([*command, str(packed), str(sums)], check=True)


def imager(packed: Path, raw: Path, arch: str, version: str) -> dict[str, object]:
    """The manifest for Raspberry Pi Imager's ``--repo``: a local file alone gets none of its settings."""
    entry: dict[str, object] = {
        "name": f"Matinee {version}",
        "description": "The one box that turns any room into a cinema",
        "url": packed.name,
        "icon": "",
        "extract_size": raw.stat().st_size,
        "extract_sha256": sha256(raw),
        "image_download_size": packed.stat().st_size,
        "image_download_sha256": sha256(packed),
        "release_date": "",
        "init_format": "rpi-preseed",
        "devices": _DEVICES[arch],
    }
    return {"os_list": [entry]}


def sha256(path: Path) -> str:
    """Of a file of any size."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
