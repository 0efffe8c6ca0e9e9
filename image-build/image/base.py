"""The Debian under it all: one run of mmdebstrap, kernel and initrd included."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lists import wanted
from mirror import debian_mirror, keyring, relaxed_dates
from wheels import MACHINES

SUITE = "trixie"
COMPONENTS = "main non-free-firmware"
_RPI_KEY = Path("/usr/share/keyrings/raspberrypi-archive-keyring.pgp")
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")
_KEPT = "/usr/share/doc/*/copyright"
TOOLS = (
    "mmdebstrap",
    "arch-test",
    "update-binfmts",
    "mke2fs",
    "mkfs.vfat",
    "mcopy",
    "sfdisk",
    "zstd",
    "systemctl",
    "systemd-sysusers",
)
_EARLY = """set -e
for slow in /usr/sbin/update-initramfs /usr/bin/py3compile; do
    chroot "$1" dpkg-divert --quiet --local --rename --add "$slow"
    ln -s /bin/true "$1$slow"
done
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/initramfs-tools/hooks"
printf 'MODULES=list\\nCOMPRESS=zstd\\nCOMPRESSLEVEL=12\\n' >"$1/etc/initramfs-tools/conf.d/matinee.conf"
cat >"$1/etc/initramfs-tools/hooks/matinee" <<'END'
#!/bin/sh
# What a card, a stick or a disk hangs on: no network, no firmware. A PC reads all of it through its BIOS.
[ "$1" = prereqs ] && exit 0
. /usr/share/initramfs-tools/hook-functions
case $(dpkg --print-architecture) in
    amd64) manual_add_modules ext4 i8042 atkbd virtio_pci ; copy_modules_dir kernel/drivers/usb/host ;;
    *) auto_add_modules base ;;
esac
auto_add_modules ata block mmc usb_storage
manual_add_modules sd_mod virtio_blk virtio_scsi hv_storvsc
END
chmod 755 "$1/etc/initramfs-tools/hooks/matinee"
"""
"""Both would run for each package, and under emulation take most of the time: once, at the end, is enough."""
_LATE = """set -e
for slow in /usr/sbin/update-initramfs /usr/bin/py3compile; do
    rm "$1$slow"
    chroot "$1" dpkg-divert --quiet --local --rename --remove "$slow"
done
chroot "$1" update-initramfs -c -k all
chroot "$1" dpkg-query -W -f '${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\n' \
>"$1/usr/lib/matinee-packages.tsv"
"""


def recipe(arch: str, kernel: str, rpi_mirror: str = "") -> list[str]:
    """The whole command but its last two words, target and mirror; the same words make the same base."""
    return [
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--format=tar",
        f"--architectures={arch}",
        f"--include={','.join(wanted(arch, kernel))}",
        '--aptopt=Apt::Install-Recommends "false"',
        "--dpkgopt=force-unsafe-io",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT),
        f"--dpkgopt=path-include={_KEPT}",
        f"--essential-hook={_EARLY}",
        f"--customize-hook={_LATE}",
        SUITE,
        *([f"--keyring={_RPI_KEY}"] if rpi_mirror else []),
    ]


def build(command: list[str], target: Path, rpi_mirror: str = "") -> None:
    """Run ``recipe``'s command; the mirror is this machine's own."""
    sources = [f"deb [signed-by={keyring()}] {debian_mirror()} {SUITE} {COMPONENTS}"]
    if rpi_mirror:
        sources.append(f"deb [signed-by={_RPI_KEY}] {rpi_mirror} {SUITE} main")
    told = [f"--aptopt={line}" for line in relaxed_dates()]
    subprocess.run([*command[:-1], *told, command[-1], str(target), *sources], check=True)


def fault(arch: str) -> str:
    """What keeps this machine from building for ``arch``, and what helps; empty if nothing."""
    places = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=places) is None]
    if missing:
        return f"missing here: {', '.join(missing)}; image-build/bootstrap.sh image installs them"
    if not runs(arch):
        return (
            f"this machine does not run programs of {arch}, not by QEMU either; in a container, "
            "let /proc/sys/fs/binfmt_misc be mounted so that root may write there, and try again"
        )
    return ""


def runs(arch: str) -> bool:
    """Whether this machine runs programs of ``arch``; its kernel is told of QEMU if nobody has told it yet.

    A computer does that when it starts, a container does not.
    """
    if _is_run(arch):
        return True
    interpreter = f"qemu-{MACHINES[arch]}"
    subprocess.run(["update-binfmts", "--enable", interpreter], check=False, capture_output=True)
    return _is_run(arch)


def _is_run(arch: str) -> bool:
    return subprocess.run(["arch-test", arch], check=False, capture_output=True).returncode == 0
