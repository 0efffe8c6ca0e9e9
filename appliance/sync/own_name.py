"""Bring the certificate of the organiser's own name down, and lay it where the front door looks."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.bucket.bucket import Shelf
from appliance.bucket.layout import certificate_key, signature_key
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.front.certificate import SYNCED, folder
from appliance.front.name_key import name_key
from appliance.ids import BoxId
from appliance.manifest import own_name
from appliance.manifest.own_name import OwnName
from appliance.manifest.signing import Verifier
from appliance.paths import Paths
from appliance.sealing_age import NotOursError, open_sealed
from cache.durable import write_whole

if TYPE_CHECKING:
    from appliance.front.examining import Examined


class NameKeeper:
    """Looks into the bucket; what is not signed, not ours, not good or older than what is here is left."""

    def __init__(
        self,
        paths: Paths,
        box: BoxId,
        shelf: Shelf,
        verifier: Verifier,
        clock: Clock,
        roots: Path | None = None,
    ) -> None:
        """Nothing is contacted yet. ``roots``: whom certificates are traced to (PEM); None: the system's."""
        self._paths = paths
        self._box = box
        self._shelf = shelf
        self._verifier = verifier
        self._clock = clock
        self._roots = roots
        self._seen = ""

    def step(self) -> bool:
        """Look once. Always False: there is no more to do until something new is published.

        Raises ``content.*``, ``front.*`` and what the bucket raises; then what is here stays.
        """
        key = certificate_key(self._box)
        try:
            content = self._get(key)
            signature = self._get(signature_key(key))
        except MatineeError as fault:
            if fault.key in {"bucket.no_object", "bucket.refused"}:
                return False  # Amazon says "refused" of what is not there to who may not list
            raise
        mark = sha256(content + signature).hexdigest()
        if mark != self._seen:
            self._take(content, signature)
            self._seen = mark
        return False

    def _take(self, content: bytes, signature: bytes) -> None:
        self._verifier.check(content, signature, own_name.purpose(self._box))
        own = own_name.decode(content, self._box)
        key = self._opened(own)
        chain = own.chain.encode()
        new = self._examined(chain, key)
        if new.name != own.name:
            raise MatineeError("front.other_name", name=own.name, found=new.name)
        here = self._here()
        if here is None or new.begins > here.begins:
            write_whole(folder(self._paths) / SYNCED, key.rstrip() + b"\n" + chain, 0o600)

    def _here(self) -> Examined | None:
        """What was laid down before, while it is good."""
        try:
            text = (folder(self._paths) / SYNCED).read_bytes()
            return self._examined(text, text)
        except (OSError, MatineeError):
            folder(self._paths).mkdir(mode=0o700, parents=True, exist_ok=True)
            return None

    def _examined(self, chain: bytes, key: bytes) -> Examined:
        from appliance.front.examining import examined  # noqa: PLC0415 see there

        clock = self._clock
        return examined(chain, key, clock.now(), clock.trust, self._roots, place=self._shelf.where)

    def _opened(self, own: OwnName) -> bytes:
        try:
            return open_sealed(own.key, name_key(self._paths))
        except (NotOursError, ValueError) as fault:
            raise MatineeError("front.sealed_for_another", name=own.name) from fault

    def _get(self, key: str) -> bytes:
        return b"".join(self._shelf.read(key, 0, own_name.LARGEST))
