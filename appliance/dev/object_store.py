"""A real S3 server on loopback, for `matinee dev` and the tests: SeaweedFS from the package index."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from appliance.bucket.rights import box_policy
from appliance.clock import Clock, RealClock
from appliance.dev import object_store_seaweedfs as seaweedfs
from appliance.dev.object_store_settings import BOX_PRINCIPAL, LOOPBACK, Keys, Settings, rights, settings_of
from appliance.errors import MatineeError
from appliance.ids import BoxId
from cache.durable import write_whole

REGION = "us-east-1"
"""What SeaweedFS takes a signature to be made for."""

READY_TIMEOUT_S = 30.0
_POLL_S = 0.05
_TRIES = 4


class ObjectStore:
    """One S3 server with one bucket in one folder; two identities, ``box`` and ``organiser``.

    Objects, keys and ports stay in the folder from one start to the next. Several stores run side by side,
    each in its own folder. After its owner was killed the next start ends the left-over server.
    """

    def __init__(
        self,
        folder: Path,
        *,
        bucket: str = "matinee",
        prefix: str = "",
        box: BoxId | None = None,
        clock: Clock | None = None,
    ) -> None:
        """``prefix``: empty, or ends in a slash. ``box``: whose prefix its keys are held to (None: any)."""
        self.bucket = bucket
        self._folder = folder.absolute()
        self._prefix = prefix
        self._box = box
        self._clock = clock or RealClock()
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._settings: Settings | None = None

    @property
    def endpoint(self) -> str:
        """``http://127.0.0.1:PORT``, once started."""
        return f"http://{LOOPBACK}:{self._started().ports.s3}"

    @property
    def box(self) -> Keys:
        """Keys that may read what is published and put under the box's own prefix, once started."""
        return self._started().box

    @property
    def organiser(self) -> Keys:
        """Keys that may do all, once started."""
        return self._started().organiser

    @property
    def pid(self) -> int | None:
        """The running server's process; None if it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start, and return when the bucket answers; ``MatineeError`` if it can not."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        try:
            for tries_left in reversed(range(_TRIES)):
                if self._launched(last=tries_left == 0):
                    return
        except BaseException:
            self.stop()
            raise

    def _launched(self, *, last: bool) -> bool:
        """False if a port that was free a moment ago was taken before the server had it; ``last``: raises."""
        seaweedfs.end_left_over(self._folder)
        self._settings = settings_of(self._folder)
        write_whole(self._folder / "s3.json", msgspec.json.encode(rights(self._settings)), 0o600)
        self._process = seaweedfs.launch(self._folder, self._settings.ports)
        try:
            self._await_bucket()
        except MatineeError as fault:
            if last or "address already in use" not in fault.sentence:
                raise
            return False
        return True

    def stop(self) -> None:
        """End the server (about 3 s, at most 30 s) and let the folder go. Harmless when nothing runs."""
        if self._process is not None:
            seaweedfs.end(self._process, self._folder, self._started().ports)
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _started(self) -> Settings:
        if self._settings is None:
            raise MatineeError("dev.object_store_not_started")
        return self._settings

    def _take_lock(self) -> None:
        lock = (self._folder / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise MatineeError("dev.object_store_second", path=self._folder, pid=holder) from fault
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _await_bucket(self) -> None:
        """Make bucket and policy, trying until the server answers. Only our own server knows the keys."""
        keys = self.organiser
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            config=Config(connect_timeout=1, read_timeout=10, retries={"total_max_attempts": 1}),
        )
        deadline = self._clock.monotonic() + READY_TIMEOUT_S
        nothing = threading.Event()
        while True:
            self._check_alive()
            with suppress(BotoCoreError, ClientError):
                with suppress(client.exceptions.BucketAlreadyOwnedByYou):
                    client.create_bucket(Bucket=self.bucket)
                allowed = box_policy(self.bucket, self._prefix, self._box, BOX_PRINCIPAL)
                client.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(allowed))
                return
            if self._clock.monotonic() > deadline:
                log = seaweedfs.log_tail(self._folder)
                raise MatineeError("dev.object_store_not_ready", seconds=READY_TIMEOUT_S, log=log)
            self._clock.wait(nothing, _POLL_S)

    def _check_alive(self) -> None:
        status = self._process.poll() if self._process else None
        if status is not None:
            log = seaweedfs.log_tail(self._folder)
            raise MatineeError("dev.object_store_ended", status=status, log=log)
