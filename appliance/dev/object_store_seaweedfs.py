"""SeaweedFS as a child process: the program, its options, its start and its end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from appliance.dev.object_store_settings import LOOPBACK, Ports
from appliance.errors import MatineeError
from appliance.runtime.leash import leashed
from appliance.runtime.pidfd import has_ended

STOP_TIMEOUT_S = 15.0
_MEMORY_LIMIT = "400MiB"
"""It holds 130 MB; told 200, Go collects garbage without end: a fifth of a processor, with nothing asked."""
_SOCKETS = Path("/tmp")  # noqa: S108  # no option moves its gRPC sockets, only those of S3 and filer


def launch(folder: Path, ports: Ports) -> subprocess.Popen[bytes]:
    """Start ``weed mini`` on ``folder``, which holds its ``s3.json``, and where it leaves log and pid.

    It is in a session of its own: Ctrl-C in the terminal is for its owner, who stops it in order. It is on a
    leash: when the thread that called this ends without doing so, it is killed.
    """
    arguments = leashed([str(_program()), *_options(folder, ports)])
    environment = {"PATH": os.defpath, "HOME": str(folder), "GOMEMLIMIT": _MEMORY_LIMIT}
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    (folder / "weed.pid").write_text(str(process.pid), "utf-8")
    return process


def end(process: subprocess.Popen[bytes], folder: Path, ports: Ports) -> None:
    """Ask it to end, insist after ``STOP_TIMEOUT_S``, and clear away the sockets that it leaves behind."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)
            break
    for port in ports.all:
        for socket in _SOCKETS.glob(f"seaweedfs-*-grpc-{port}.sock"):
            socket.unlink(missing_ok=True)
    (folder / "weed.pid").unlink(missing_ok=True)


def end_left_over(folder: Path) -> None:
    """End the server of an owner that was killed: it is ours if it was started for this very folder."""
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int((folder / "weed.pid").read_text("utf-8"))
        handle = os.pidfd_open(pid)
        try:
            said = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if os.fsencode(_folder_option(folder)) in said:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                has_ended(handle, STOP_TIMEOUT_S)
        finally:
            os.close(handle)


def log_tail(folder: Path) -> str:
    """Return the last words of the server's log on one line, without the stack that Go prints."""
    words, _, _ = (folder / "weed.log").read_text("utf-8", "replace").partition("\ngoroutine ")
    return " / ".join(line.strip() for line in words.splitlines()[-3:] if line.strip()) or "(none)"


def _program() -> Path:
    """Find ``weed`` beside this Python, else on PATH."""
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.exists() else shutil.which("weed")
    if found is None:
        raise MatineeError("dev.object_store_missing")
    return Path(found)


def _folder_option(folder: Path) -> str:
    return f"-dir={folder}"


def _options(folder: Path, ports: Ports) -> list[str]:
    """Spell out every port, so that stores run side by side; nothing listens or calls beyond loopback."""
    return [
        "-logtostderr",  # into weed.log beside its data; else it writes into /tmp
        "mini",
        _folder_option(folder),
        f"-ip={LOOPBACK}",
        f"-ip.bind={LOOPBACK}",
        "-s3.config=s3.json",
        f"-s3.port={ports.s3}",
        f"-s3.port.grpc={ports.s3_grpc}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.localSocket=s3.sock",  # relative: a socket's path has room for 107 bytes
        "-s3.autoCreateBucket=false",
        f"-master.port={ports.master}",
        f"-master.port.grpc={ports.master_grpc}",
        "-master.telemetry=false",  # it would report to its makers
        "-master.volumeSizeLimitMB=128",
        f"-volume.port={ports.volume}",
        f"-volume.port.grpc={ports.volume_grpc}",
        "-volume.preStopSeconds=0",
        f"-filer.port={ports.filer}",
        f"-filer.port.grpc={ports.filer_grpc}",
        "-filer.localSocket=filer.sock",
        f"-admin.port={ports.admin}",
        f"-admin.port.grpc={ports.admin_grpc}",
        "-admin.ui=false",
        "-webdav=false",
    ]
