"""GRUB itself, in QEMU, with the image's settings: which slot is started, and that one is tried only once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "image-build/image"))

import disk  # noqa: E402 the path is made above
import splash  # noqa: E402 the path is made above
import starting  # noqa: E402 the path is made above

PC = Path("/usr/lib/grub/i386-pc")
LAYOUT = disk.Layout(boot=64, slot=8, data=2)
STARTS = "set won=$one$number\nsave_env won\nreboot\n"
"""What a slot of this test has instead of a kernel: GRUB writes down which one it took."""
LONGEST_S = 120

pytestmark = [
    pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="needs QEMU (make image-test)"),
    pytest.mark.skipif(not (PC / "boot.img").exists(), reason="needs grub-pc-bin (make image-test)"),
    pytest.mark.skipif(shutil.which("mcopy") is None, reason="needs mtools (make image)"),
]


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = tmp_path_factory.mktemp("grub") / "core.img"
    command = ["grub-mkimage", "--format=i386-pc", f"--directory={PC}", "--prefix=(,msdos1)/grub"]
    subprocess.run([*command, f"--output={made}", *starting.MODULES, "biosdisk"], check=True)
    return made.read_bytes()


class Card:
    """A small card as disk.py lays it out; what starts in a slot is only a mark."""

    def __init__(self, folder: Path, core: bytes, slots: dict[str, str], said: str) -> None:
        self.path = folder / "card.img"
        with self.path.open("wb") as file:
            file.truncate(LAYOUT.least * disk.MIB)
        table = disk.table("ef", LAYOUT)
        subprocess.run(["/usr/sbin/sfdisk", "--quiet", str(self.path)], input=table, text=True, check=True)
        boot = folder / "boot"
        (boot / "grub").mkdir(parents=True)
        shutil.copy(starting.BOOT / "grub.cfg", boot / "grub")
        starting.show(Path("/"), boot / "grub")
        (boot / "grub/grubenv").write_text(said.ljust(1024, "#"), "ascii")
        disk.make_boot(boot, folder / "boot.img", LAYOUT)
        self._lay(0, (PC / "boot.img").read_bytes()[:440])
        self._lay(512, core)
        self._lay(LAYOUT.boot_at * disk.MIB, (folder / "boot.img").read_bytes())
        for slot, text in slots.items():
            root = folder / f"root-{slot}"
            (root / "usr/lib/matinee").mkdir(parents=True)
            (root / "usr/lib/matinee/start.cfg").write_text(text, "ascii")
            disk.make_slot(root, folder / "slot.img", "matinee", LAYOUT)
            at = LAYOUT.slot_a_at if slot == "a" else LAYOUT.slot_b_at
            self._lay(at * disk.MIB, (folder / "slot.img").read_bytes())

    def _lay(self, at: int, content: bytes) -> None:
        with self.path.open("r+b") as file:
            file.seek(at)
            file.write(content)

    @property
    def computer(self) -> list[str]:
        """That starts by this card."""
        drive = f"file={self.path},format=raw,if=none,id=card"
        command = ["qemu-system-x86_64", "-machine", "q35", "-accel", "tcg", "-m", "128", "-no-reboot"]
        command += ["-nodefaults", "-display", "none", "-device", "VGA"]
        return [*command, "-drive", drive, "-device", "virtio-blk-pci,drive=card"]

    def switch_on(self) -> dict[str, str]:
        """Let GRUB do its part; its block afterwards."""
        subprocess.run(self.computer, check=True, timeout=LONGEST_S)
        place = f"{self.path}@@{LAYOUT.boot_at * disk.MIB}"
        told = subprocess.run(
            ["mtype", "-i", place, "::grub/grubenv"], capture_output=True, text=True, check=True
        )
        return dict(line.split("=", 1) for line in told.stdout.splitlines() if "=" in line)


HEAD = "# GRUB Environment Block\n"
BOTH = {"a": STARTS, "b": STARTS}


@pytest.mark.parametrize(
    ("slots", "said", "won", "counts"),
    [
        pytest.param(BOTH, "slot=a\ntry=\n", "a2", "a", marks=pytest.mark.soak),
        pytest.param(BOTH, "slot=b\ntry=\n", "b3", "b", marks=pytest.mark.soak),
        (BOTH, "slot=a\ntry=b\n", "b3", "a"),
        ({"a": STARTS}, "slot=a\ntry=b\n", "a2", "a"),
        pytest.param({"a": STARTS}, "slot=b\ntry=\n", "a2", "b", marks=pytest.mark.soak),
        ({"a": "linux ($root)/nothing\n", "b": STARTS}, "slot=a\ntry=\n", "b3", "a"),
    ],
    ids=["a", "b", "try-b", "try-b-half-written", "b-is-gone", "a-has-no-kernel"],
)
def test_grub_starts_what_counts_tries_once_and_takes_the_other_where_one_is_bad(
    tmp_path: Path, core: bytes, slots: dict[str, str], said: str, won: str, counts: str
) -> None:
    card = Card(tmp_path, core, slots, HEAD + said)
    found = card.switch_on()
    assert (found["won"], found["slot"], found["try"]) == (won, counts, "")
    if "try=b" in said and "b" in slots:
        assert card.switch_on()["won"] == "a2", "what did not come up is not started again"


def test_grub_shows_the_calm_card_while_the_system_is_read(tmp_path: Path, core: bytes) -> None:
    card = Card(tmp_path, core, {"a": "sleep 100\n"}, HEAD + "slot=a\ntry=\n")
    meant = splash.card(splash.GRUB_SIZE).convert("RGB")
    with subprocess.Popen([*card.computer, "-qmp", "stdio"], stdin=PIPE, stdout=PIPE) as running:
        try:
            _until_it_shows(running, meant, tmp_path / "screen.ppm")
        finally:
            running.kill()


def _until_it_shows(running: subprocess.Popen[bytes], meant: Image.Image, path: Path) -> None:
    ends = time.monotonic() + LONGEST_S
    _tell(running, {"execute": "qmp_capabilities"})
    off = [255.0]
    while max(off) >= 1:
        assert time.monotonic() < ends, f"the picture did not come; off by {off}"
        time.sleep(0.5)
        _tell(running, {"execute": "screendump", "arguments": {"filename": str(path)}})
        if path.exists():
            with Image.open(path) as seen:
                fits = seen.size == meant.size
                off = ImageStat.Stat(ImageChops.difference(seen.convert("RGB"), meant)).mean if fits else off


def _tell(running: subprocess.Popen[bytes], order: dict[str, Any]) -> None:
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(json.dumps(order).encode() + b"\n")
    running.stdin.flush()
    for line in running.stdout:
        if b'"return"' in line or b'"error"' in line:
            return
