"""Plain Debian beside the box: the same packages and kernel, started in the same QEMU until nginx answers.

    tests/image/plain.py --arch amd64 [--stock] [--shelf DIR] [--starts N] [--log FILE]

What is started is the first stage of the image (image-build/image/base.py) and nothing of Matinee: Debian's
own units, as its packages enable them, its root writable. GRUB, partitions and the computer are walk.py's.
The initrd is ours, which is small; ``--stock``: the one that Debian makes where nobody says otherwise.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
IMAGE = HERE.parent.parent / "image-build" / "image"
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent), str(IMAGE)]

import card as cards  # noqa: E402 the path is made above
import disk  # noqa: E402 the path is made above
import looks  # noqa: E402 the path is made above
import starting  # noqa: E402 the path is made above
from computer import Board  # noqa: E402 the path is made above
from machine import Machine, end_in_order, until  # noqa: E402 the path is made above
from walk import Log, own_kernel  # noqa: E402 the path is made above

_PATIENCE_S = 1800.0
_FSTAB = "PARTUUID=6d61746e-02 / ext4 errors=remount-ro 0 1\n"


def build(shelf: Path, arch: str, folder: Path, *, stock: bool = False) -> Path:
    """An image of what ``shelf`` holds as the base of ``arch``; ``stock``: with Debian's own initrd."""
    bases = sorted(shelf.glob(f"{arch}-debian/base.tar-????????????????"))
    if not bases:
        sys.exit(f"matinee: no base of {arch} in {shelf}; make image ARCH={arch} makes it")
    root, boot = folder / "root", folder / "boot"
    root.mkdir()
    unpack = ["tar", "--extract", "--numeric-owner", "--xattrs", f"--file={bases[-1]}", f"--directory={root}"]
    subprocess.run(unpack, check=True)
    (root / "usr/lib/matinee").mkdir()  # where GRUB looks for what to start
    (root / "etc/fstab").write_text(_FSTAB, "ascii")
    (root / "etc/hostname").write_text("plain\n", "ascii")
    (root / "etc/machine-id").write_text("", "ascii")
    if stock:
        _stock_initrd(root)
    gap = starting.fill(arch, root, boot)
    command_line = boot / "cmdline.txt"
    if command_line.exists():
        command_line.write_text(writable(command_line.read_text("ascii")), "ascii")
    else:
        entry = root / "usr/lib/matinee/start.cfg"
        entry.write_text(writable(entry.read_text("ascii")), "ascii")
    disk.make_boot(boot, folder / "boot.img")
    disk.make_slot(root, folder / "slot.img", "plain")
    image = folder / "plain.img"
    disk.assemble(image, folder / "boot.img", folder / "slot.img", gap, "ef" if arch == "amd64" else "c")
    subprocess.run(["rm", "-r", str(root), str(folder / "slot.img")], check=True)
    return image


def _stock_initrd(root: Path) -> None:
    for name in ("conf.d/matinee.conf", "hooks/matinee"):
        (root / "etc/initramfs-tools" / name).unlink()
    subprocess.run(["chroot", str(root), "update-initramfs", "-u", "-k", "all"], check=True)


def writable(text: str) -> str:
    """A command line as Debian's installer writes it: the root is looked after, then written to."""
    return text.replace(" fsck.mode=skip", "")


def start(machine: Machine, log: Log, name: str, kernel: tuple[Path, Path, str] | None) -> None:
    """Until a page comes from outside."""
    machine.start(kernel)
    age = until("nginx", lambda: looks.status(machine.crew, "/") == looks.OK, machine, _PATIENCE_S)
    log.line(f"plain Debian, {name}: nginx", f"after {age:.0f} s, {machine.spent():.0f} s of processor")
    cards.switch_off(machine)


def main() -> int:
    """Start it as often as the command line says."""
    end_in_order()
    said = argparse.ArgumentParser(description="Start plain Debian in QEMU, to compare the box with.")
    said.add_argument("--arch", choices=["amd64", "arm64"], default="arm64")
    said.add_argument("--shelf", type=Path, default=Path("/var/cache/matinee-image"))
    said.add_argument("--stock", action="store_true", help="with the initrd that Debian makes by itself")
    said.add_argument("--starts", type=int, default=2, help="The first one finds a new card.")
    said.add_argument("--log", type=Path)
    order = said.parse_args()
    log = Log((order.log or Path(f"build/plain-{order.arch}.log")).absolute())
    log.path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="matinee-plain-") as name:
        folder = Path(name)
        image = build(order.shelf, order.arch, folder, stock=order.stock)
        kernel = own_kernel(image, folder) if order.arch == "arm64" else None
        card = cards.make_card(image, folder / "card.img")
        with Machine(card, Board(order.arch)) as machine:
            for number in range(order.starts):
                start(machine, log, "new" if number == 0 else "again", kernel)
    return 0


if __name__ == "__main__":
    sys.exit(main())
