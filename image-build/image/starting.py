"""What starts the image: GRUB on a PC (BIOS and UEFI), Raspberry Pi's firmware on a Pi."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import splash

BOOT = Path(__file__).resolve().parent / "boot"
MODULES = [
    "part_msdos",
    "part_gpt",
    "fat",
    "ext2",
    "normal",
    "linux",
    "loadenv",
    "test",
    "configfile",
    "echo",
    "regexp",
    "sleep",
    "minicmd",
    "reboot",
    "all_video",
    "gfxterm",
    "gfxterm_background",
    "png",
]
_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
_GRUBENV = "# GRUB Environment Block\nslot=a\ntry=\n"


def fill(arch: str, root: Path, folder: Path) -> dict[int, bytes]:
    """Fill the boot partition's ``folder``; what must stand before it, by offset in the image."""
    folder.mkdir(parents=True)
    for path in sorted((BOOT / "all").iterdir()):
        shutil.copy(path, folder)
    return _pc(root, folder) if arch == "amd64" else _pi(root, folder)


def command_line(slot: str, arch: str) -> str:
    """The kernel's command line for one slot."""
    text = (BOOT / "cmdline.txt").read_text("utf-8").split()
    number = {"a": 2, "b": 3}[slot]
    console = [] if arch == "amd64" else ["coherent_pool=1M"]
    return " ".join([f"root=PARTUUID=6d61746e-{number:02}", *text, *console, f"matinee.slot={slot}"])


def entry(root: Path) -> str:
    """What GRUB is told of slot ``$one``, partition ``$number``: kernel, initrd, command line."""
    kernel, initrd = kernels(root)
    line = command_line("a", "amd64").replace("slot=a", "slot=$one").replace("-02 ", "-0$number ")
    return f"linux ($root)/boot/{kernel.name} {line}\ninitrd ($root)/boot/{initrd.name}\n"


def kernels(root: Path) -> tuple[Path, Path]:
    """Kernel and initrd of ``root``: the newest of each."""
    kernel = max((root / "boot").glob("vmlinuz-*"))
    return kernel, kernel.with_name(kernel.name.replace("vmlinuz", "initrd.img"))


def _pc(root: Path, folder: Path) -> dict[int, bytes]:
    (root / "usr/lib/matinee/start.cfg").write_text(entry(root), "ascii")
    (folder / "grub").mkdir()
    shutil.copy(BOOT / "grub.cfg", folder / "grub" / "grub.cfg")
    show(root, folder / "grub")
    (folder / "grub" / "grubenv").write_text(_GRUBENV.ljust(1024, "#"), "ascii")
    core = _mkimage(root, "i386-pc", "(,msdos1)/grub", ["biosdisk"])
    (folder / "EFI/BOOT").mkdir(parents=True)
    (folder / "EFI/BOOT/BOOTX64.EFI").write_bytes(_mkimage(root, "x86_64-efi", "/grub", []))
    first = (root / "usr/lib/grub/i386-pc/boot.img").read_bytes()[:440]
    return {0: first, 512: core}


def show(root: Path, folder: Path) -> None:
    """What GRUB needs for a picture: the picture and, made in ``root``, a font: without, it shows nothing."""
    splash.card(splash.GRUB_SIZE).save(folder / "splash.png", optimize=True)
    with tempfile.NamedTemporaryFile(dir=root / "tmp") as made:
        command = ["chroot", str(root), "grub-mkfont", "--range=0x20-0x7e", "--size=20"]
        subprocess.run([*command, f"--output=/tmp/{Path(made.name).name}", str(_FONT)], check=True)
        shutil.copyfile(made.name, folder / "plain.pf2")


def _mkimage(root: Path, target: str, prefix: str, more: list[str]) -> bytes:
    made = root / "tmp" / f"{target}.img"
    command = [
        "chroot",
        str(root),
        "grub-mkimage",
        f"--format={target}",
        f"--directory=/usr/lib/grub/{target}",
    ]
    command += [f"--prefix={prefix}", f"--output=/tmp/{made.name}", *MODULES, *more]
    subprocess.run(command, check=True)
    code = made.read_bytes()
    made.unlink()
    return code


def _pi(root: Path, folder: Path) -> dict[int, bytes]:
    for path in sorted((root / "usr/lib/raspi-firmware").glob("*")):
        if path.suffix in {".bin", ".elf", ".dat"}:
            shutil.copy(path, folder)
    for name in ("config.txt",):
        shutil.copy(BOOT / name, folder)
    kernel, initrd = kernels(root)
    shutil.copy(kernel, folder / "vmlinuz")
    shutil.copy(initrd, folder / "initrd.img")
    trees = next((root / "usr/lib").glob("linux-image-*"))
    for path in sorted((trees / "broadcom").glob("bcm2*.dtb")):
        shutil.copy(path, folder)
    if (trees / "overlays").is_dir():
        shutil.copytree(trees / "overlays", folder / "overlays")
    (folder / "cmdline.txt").write_text(command_line("a", "arm64") + "\n", "ascii")
    return {}
