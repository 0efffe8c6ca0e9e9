"""Runs the camera contract on the real picamera2, over libcamera's virtual pipeline: an optional tier.

``python tests/contract/picamera.py [--fresh]``, as root. No Pi is needed: Debian trixie's libcamera can make
test pictures by itself. It is put with picamera2 and what our tests need into a folder of its own, and pytest
runs in there on this source tree. Minutes the first time; ``--fresh`` makes the folder anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TREE), str(TREE / "tests"), str(TREE / "image-build/image")]

import wheels  # noqa: E402 the path is made above
from base import SUITE  # noqa: E402 the path is made above
from mirror import debian_mirror, keyring, relaxed_dates  # noqa: E402 the path is made above

from lab.virtual_camera import PIPELINE, ZEROED  # noqa: E402 the path is made above

DEBIAN = ("python3-libcamera", "libcamera-ipa", "python3-prctl", "ffmpeg")
ALONE = ("picamera2", "piexif", "simplejpeg", "videodev2", "libarchive-c", "tqdm")
"""Of PyPI, without what they ask for: PiDNG and OpenEXR, for raw pictures, would want compilers."""
WHOLE = ("jsonschema", "pytest", "pytest-timeout", "hypothesis")
_SITE = "usr/local/lib/python3.13/dist-packages"
_RUN = """set -e
mount --bind "$1" "$2/tree"
mount -t proc proc "$2/proc"
mount --rbind /dev "$2/dev"
mount --rbind /sys "$2/sys"
shift; root=$1; shift
exec chroot "$root" env -C /tree PYTHONDONTWRITEBYTECODE=1 LIBCAMERA_LOG_LEVELS=*:ERROR "$@"
"""


def make(root: Path) -> None:
    """Put Debian, picamera2 and our Python packages into ``root``."""
    source = f"deb [signed-by={keyring()}] {debian_mirror()} {SUITE} main"
    told = [f"--aptopt={line}" for line in ('Apt::Install-Recommends "false"', *relaxed_dates())]
    command = ["mmdebstrap", "--mode=root", "--variant=minbase", f"--include={','.join(DEBIAN)}", *told]
    subprocess.run([*command, "--dpkgopt=force-unsafe-io", SUITE, root, source], check=True)
    with tempfile.TemporaryDirectory() as place:
        fetched = Path(place)
        pinned = f"--constraint={TREE / 'image-build/constraints.txt'}"
        wheels.pip_download("amd64", fetched, pinned, *wheels.wanted(), *WHOLE)
        wheels.pip_download("amd64", fetched, "--no-deps", *ALONE)
        wheels.unpack(fetched, root / _SITE)
    (root / "tree").mkdir()
    (root / ".whole").touch()


def main() -> int:
    """Make the folder where it is missing, and run the contract in it."""
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        sys.exit("matinee: this tier wants root, and apt-get install mmdebstrap")
    root = Path.home() / ".cache/matinee-tests/picamera"
    if "--fresh" in sys.argv or not (root / ".whole").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        make(root)
    pipeline = root / "usr/share/libcamera/pipeline/virtual/virtual.yaml"
    pipeline.parent.mkdir(parents=True, exist_ok=True)
    pipeline.write_text(PIPELINE, "utf-8")
    not_ours = ["-W", "ignore::pytest.PytestUnraisableExceptionWarning", "-W", "ignore::DeprecationWarning"]
    tests = ["tests/contract/test_camera_contract.py", "-k", "picamera2", "-p", "no:cacheprovider", *not_ours]
    inside = [ZEROED, "python3", "-m", "pytest", *tests]
    alone = ["unshare", "--mount", "--propagation", "private"]
    return subprocess.run([*alone, "sh", "-c", _RUN, "sh", TREE, root, *inside], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
