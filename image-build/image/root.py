"""The root of the image: the Debian base, the wheels, Matinee itself, its units and settings."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import wheels
from lists import BUILD

SOURCE = BUILD.parent
OVERLAY = Path(__file__).resolve().parent / "overlay"
HOME = Path("usr/lib/matinee")
SITE = HOME / "lib" / f"python{wheels.PYTHON}" / "site-packages"
PACKAGES = ("appliance", "cache", "provisioning", "webui")
UNITS = Path("usr/lib/systemd/system")

ENABLED = ("matinee.target", "NetworkManager.service", "systemd-timesyncd.service")
MASKED = (
    "getty@.service",
    "autovt@.service",
    "serial-getty@.service",
    "console-getty.service",
    "getty.target",
    "systemd-logind.service",
    "nginx.service",
    "hostapd.service",
    "dnsmasq.service",
    "nftables.service",
    "systemd-remount-fs.service",
    "systemd-update-done.service",
    "systemd-networkd-wait-online.service",
    "NetworkManager-wait-online.service",
    "NetworkManager-dispatcher.service",
    "wpa_supplicant@.service",
    "e2scrub_reap.service",
    "e2scrub_all.timer",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "fstrim.timer",
    "man-db.timer",
    "grub-common.service",
    "ldconfig.service",
    "alsa-restore.service",
    "alsa-state.service",
    "systemd-binfmt.service",
    "proc-sys-fs-binfmt_misc.automount",
    "systemd-user-sessions.service",
    "systemd-pstore.service",
    "systemd-journal-catalog-update.service",
    "systemd-journal-flush.service",
    "systemd-random-seed.service",
    "systemd-udev-load-credentials.service",
    "sys-fs-fuse-connections.mount",
    "sys-kernel-config.mount",
    "dev-mqueue.mount",
    "systemd-ask-password-console.path",
    "systemd-ask-password-wall.path",
    "dev-hugepages.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
)
"""Nobody logs in at the projector; what of a package's own services would run beside ours; chores for a
system that changes, or that keeps its journal and its seed on a disk; what a start need not wait for."""
NOT_GENERATED = ("getty", "gpt-auto", "hibernate-resume", "rc-local", "ssh", "system-update", "sysv", "tpm2")
"""systemd's programs that would make units for what a box never has; all run before the first unit does."""
FONTS = HOME / "fonts-known"
_FIRMWARE = "usr/lib/firmware"
NOT_CARRIED = (
    "usr/libexec/gcc",  # a C preprocessor for settings of a desktop
    *(f"{SITE}/{name}" for name in ("pip", "pip-*", "setuptools*", "_distutils_hack", "distutils-*.pth")),
    *(f"{SITE}/{name}" for name in ("tests", "numpy/tests", "numpy/*/tests", "numpy/*/*/tests")),
    # Radios that are part of a router's or a telephone's own processor.
    *(f"{_FIRMWARE}/ath11k/{name}" for name in ("IPQ*", "QCN*", "WCN6750")),
    *(f"{_FIRMWARE}/ath10k/{name}" for name in ("QCA4019", "WCN3990")),
    *(f"{_FIRMWARE}/mediatek/{name}" for name in ("mt7622*", "mt798*", "mt81*", "sof*", "BT_*")),
    # Bluetooth: nothing in the image speaks it.
    *(f"{_FIRMWARE}/{name}" for name in ("intel/ibt-*", "rtl_bt", "qca", "brcm/*.hcd")),
)
"""What packages and wheels bring, and no box has a use for; paths in the root."""
BOTOCORE_DATA = SITE / "botocore/data"
S3 = "s3"
"""Of all of Amazon's services the one that a bucket speaks."""


def prepare(base: Path, fetched: Path, root: Path) -> None:
    """Unpack ``base`` and lay the wheels into it, their bytecode made."""
    root.mkdir(parents=True)
    subprocess.run(
        ["tar", "--extract", "--numeric-owner", "--xattrs", f"--file={base}", f"--directory={root}"],
        check=True,
    )
    _environment(root)
    wheels.unpack(fetched, root / SITE)
    leave_out(root)
    (root / SITE / "matinee-application.pth").write_text("/run/matinee/application\n", "ascii")
    compile_all(root, SITE)
    compile_all(root, Path(f"usr/lib/python{wheels.PYTHON}"))
    _tidy(root)


def finish(prepared: Path, root: Path, version: str, kind: str, trusted: list[Path]) -> None:
    """``prepared`` once more, by links, with Matinee, its units and its settings in it.

    ``kind``: processor and kernel layer, by which a system bundle knows that it fits.
    """
    subprocess.run(["cp", "--archive", "--link", str(prepared), str(root)], check=True)
    application = root / HOME / "application"
    lay_application(application, version)
    compile_all(root, HOME / "application")
    for unit in sorted((SOURCE / "systemd").iterdir()):
        place(unit, _unit_target(root, unit))
    for path in sorted(OVERLAY.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            place(path, root / path.relative_to(OVERLAY))
    (root / HOME / "arch").write_text(kind + "\n", "ascii")
    (root / HOME / "wheels.hash").write_text(wheels.fingerprint() + "\n", "ascii")
    for key in trusted:
        place(key, root / HOME / "trusted" / key.name)
    _settle(root)


def lay_application(target: Path, version: str) -> None:
    """The Matinee distribution: its packages, and the few lines by which Python knows its version."""
    for package in PACKAGES:
        shutil.copytree(
            SOURCE / package, target / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    about = target / f"matinee-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: matinee\nVersion: {version}\n", "ascii")


def compile_all(root: Path, folder: Path) -> None:
    """Bytecode for a root that nobody can write to: valid whatever the clock says.

    It is the same on every processor: this machine's own Python of that version makes it, if there is one.
    """
    options = ["-m", "compileall", "-q", "-j", "2", "--invalidation-mode", "unchecked-hash"]
    here = native_python()
    if here:
        command = [here, *options, "-s", str(root), "-p", "/", str(root / folder)]
    else:
        command = ["chroot", str(root), "/usr/bin/python3", *options, f"/{folder}"]
    subprocess.run(command, check=False)


def native_python() -> str:
    """The Python of this machine whose bytecode the image's reads; empty if there is none that starts."""
    found = shutil.which(f"python{wheels.PYTHON}")
    if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
        return found
    return ""


def place(source: Path, target: Path) -> None:
    """Put a file anew: what lies there may be a link to the prepared root, and is not written into."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)


def _unit_target(root: Path, unit: Path) -> Path:
    if unit.name == "sysusers.conf":
        return root / "usr/lib/sysusers.d/matinee.conf"
    if unit.name == "tmpfiles.conf":
        return root / "usr/lib/tmpfiles.d/matinee.conf"
    if unit.name == "sysctl.conf":
        return root / "usr/lib/sysctl.d/60-matinee-ports.conf"
    if unit.name == "README.md":
        return root / "usr/share/doc/matinee/systemd.md"
    return root / UNITS / unit.name


def _environment(root: Path) -> None:
    (root / HOME / "bin").mkdir(parents=True)
    for name in ("python", "python3"):
        (root / HOME / "bin" / name).symlink_to("/usr/bin/python3")
    text = f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {wheels.PYTHON}\n"
    (root / HOME / "pyvenv.cfg").write_text(text, "ascii")


def leave_out(root: Path) -> None:
    """Take away what is not carried, files and folders."""
    services = [path for path in (root / BOTOCORE_DATA).glob("*/") if path.name != S3]
    for path in [*services, *(found for pattern in NOT_CARRIED for found in root.glob(pattern))]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _tidy(root: Path) -> None:
    """Nothing of the machine that built it, and nothing that only an installation needs."""
    # /var is memory: what fontconfig knows of the fonts would be found out anew at the first subtitle.
    if (root / "var/cache/fontconfig").is_dir():
        (root / "var/cache/fontconfig").rename(root / FONTS)
    for name in ("var/cache/apt", "var/lib/apt/lists", "var/log", "usr/share/doc/python3.13", "boot/grub"):
        shutil.rmtree(root / name, ignore_errors=True)
        (root / name).mkdir(parents=True)
    for pattern in (
        "etc/apt/sources.list*",
        "etc/apt/apt.conf.d/99mmdebstrap",
        "etc/dpkg/dpkg.cfg.d/99mmdebstrap",
    ):
        for path in root.glob(pattern):
            subprocess.run(["rm", "-r", str(path)], check=True)
    # Nobody listens to it: without its file it is not asked for at each turn of the network.
    (root / "usr/share/dbus-1/system-services/org.freedesktop.nm_dispatcher.service").unlink(missing_ok=True)
    (root / "etc/machine-id").write_text("", "ascii")
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").symlink_to("/run/NetworkManager/resolv.conf")
    for name in ("data", "boot/firmware", "run/matinee"):
        (root / name).mkdir(parents=True, exist_ok=True)


def _settle(root: Path) -> None:
    for path in (
        "etc/passwd",
        "etc/group",
        "etc/shadow",
        "etc/gshadow",
    ):  # links no longer: they are written to
        here = root / path
        text, mode, owner = here.read_bytes(), here.stat().st_mode, here.stat()
        here.unlink()
        here.write_bytes(text)
        here.chmod(mode & 0o777)
        shutil.chown(here, owner.st_uid, owner.st_gid)
    subprocess.run(["systemd-sysusers", f"--root={root}"], check=True)
    subprocess.run(["systemctl", f"--root={root}", "--quiet", "mask", *MASKED], check=True)
    subprocess.run(["systemctl", f"--root={root}", "--quiet", "enable", *ENABLED], check=True)
    masked = root / "etc/systemd/system-generators"
    masked.mkdir(parents=True)
    for name in NOT_GENERATED:
        (masked / f"systemd-{name}-generator").symlink_to("/dev/null")
    subprocess.run(["systemctl", f"--root={root}", "--quiet", "set-default", "multi-user.target"], check=True)
