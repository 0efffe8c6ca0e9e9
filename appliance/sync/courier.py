"""The courier's desk: packs what waits into one sealed file, and forgets nothing until it has arrived."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from appliance.bucket.courier_file import Outgoing, write_tar
from appliance.bucket.courier_receipt import read_receipt
from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.ipc.server import Route
from appliance.manifest.signing_minisign import MinisignSigner, make_publish_key
from appliance.model.courier_view import CourierKey, CourierPack, CourierReceipt
from appliance.paths import Paths
from appliance.sealing_age import seal_file
from appliance.store.outbox import Lane, rfc3339
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import PushObject, SyncRows
from appliance.sync.object_content import ObjectMaker
from appliance.sync.planner import LANES, Planner
from cache.durable import card_fault, write_whole

KEY_FILE = "courier.key"
FOLDER = "courier"
ENDING = ".courier"


@dataclass(frozen=True, slots=True)
class ReceiptBody:
    """Body of `POST /courier/receipt`."""

    receipt: str


class CourierDesk:
    """One file at a time lies in ``derived/courier``. Safe to use from any thread."""

    def __init__(
        self, paths: Paths, config: Config, rows: SyncRows, outboxes: Outboxes, planner: Planner, clock: Clock
    ) -> None:
        """``planner``: the one of this process."""
        self._paths = paths
        self._config = config
        self._box = BoxId(config.box.id)
        self._rows = rows
        self._planner = planner
        self._maker = ObjectMaker(self._box, outboxes, paths.clips)
        self._clock = clock
        self._one_at_a_time = threading.Lock()

    def pack(self) -> CourierPack:
        """Seal everything that waits into one file, durably planned first; a file packed before goes.

        Raises ``courier.nothing``, ``sealing.no_recipient``, or ``media.no_room``.
        """
        with self._one_at_a_time:
            self._planner.plan_all()
            now = self._clock.now()
            name = f"{self._box}-{now:%Y%m%d-%H%M%S}{ENDING}"
            try:
                return self._pack(name, rfc3339(now))
            except OSError as fault:
                raise card_fault(name, fault) from fault

    def take_receipt(self, text: str) -> CourierReceipt:
        """Believe that what ``text`` names is in the bucket, if the organiser signed it for this box."""
        arrived = read_receipt(text, self._box, self._config.content.keys)
        freed = 0
        for planned in self._open():
            made = self._made(planned)
            if made is not None and made.key in arrived:
                self._rows.mark_stored(planned)
                freed += 1
        return CourierReceipt(freed)

    def key(self) -> CourierKey:
        """The public key, made at the first call."""
        return CourierKey(self._signer().public_key)

    def routes(self) -> list[Route]:
        """The desk's part of the sync service's control socket."""
        return [
            Route("POST", "/courier", lambda _: self.pack(), direct=True),
            Route("GET", "/courier/key", lambda _: self.key(), direct=True),
            Route(
                "POST", "/courier/receipt",
                lambda request: self.take_receipt(request.decode(ReceiptBody).receipt), direct=True,
            ),
        ]  # fmt: skip

    def _pack(self, name: str, made_at: str) -> CourierPack:
        folder = self._paths.derived / FOLDER
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        with TemporaryFile(dir=folder) as plain:  # without a name: no cut leaves it behind
            contents = write_tar(plain, self._box, made_at, self._outgoing(), self._signer())
            if not contents.objects:
                raise MatineeError("courier.nothing")
            plain.seek(0)

            def sealed(into: Path) -> None:
                with into.open("r+b") as target:
                    seal_file(plain, target, self._config.people.recipients)

            write_whole(folder / name, sealed)
        path = folder / name
        return CourierPack(name, os.fspath(path), len(contents.objects), path.stat().st_size)

    def _outgoing(self) -> Iterator[Outgoing]:
        for planned in self._open():
            made = self._made(planned)
            if made is not None:
                yield Outgoing(made.key, made.content, made.content_type)

    def _made(self, planned: PushObject) -> Outgoing | None:
        """None for what can not be read now: the push names it, and it stays."""
        try:
            made = self._maker.make(planned)
        except MatineeError:
            return None
        return Outgoing(made.key, made.content, made.content_type) if made is not None else None

    def _open(self) -> Iterator[PushObject]:
        for lane in LANES:
            after = 0
            while (planned := self._rows.next_open(Lane(lane), after)) is not None:
                yield planned
                after = planned.number

    def _signer(self) -> MinisignSigner:
        path = self._paths.keys / KEY_FILE
        if not path.exists():
            write_whole(path, make_publish_key()[0], 0o600)
        return MinisignSigner.parse(path.read_bytes(), path)
