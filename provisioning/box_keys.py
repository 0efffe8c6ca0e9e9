"""The keys that a box makes itself, and what its organiser certifies of them; private ones never leave it."""

from __future__ import annotations

import shutil
import threading
from datetime import date
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from appliance.audience.certificate import CERTIFICATE_FILE, ROOT_FILE, read_certificate
from appliance.audience.pass_key import ensure_pass_key, raw
from appliance.capture.provenance.clip_key import CLIP_KEY_FILE
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Paths
from appliance.sync.film_key import certificate_files
from cache.durable import write_whole
from provisioning import key_request
from provisioning.boot_file import CertificatesAsked

_ASKING = threading.Lock()
"""A request and its keys belong together: of two taps at once only one makes them."""
_FOLDER, _REQUEST, _FILMS, _CLIPS = "asked", "request.json", "films.pem", "clips.pem"


class BoxKeys:
    """Of one box. A request is open until an answer to it was taken in; each answer is good once."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is made yet."""
        self._paths = paths
        self._folder = paths.keys / _FOLDER

    @staticmethod
    def file_name(box: BoxId) -> str:
        """What the request is called as a file."""
        return f"{box}.matinee-keys"

    @property
    def certified(self) -> bool:
        """Whether an organiser certified the keys of this box."""
        return all((self._paths.keys / name).is_file() for name in (ROOT_FILE, CERTIFICATE_FILE))

    def asked(self) -> bytes:
        """The request that waits for its answer; empty: there is none."""
        try:
            return (self._folder / _REQUEST).read_bytes()
        except OSError:
            return b""

    @property
    def words(self) -> str:
        """What both sides read out before the request is certified; empty: there is none."""
        waiting = self.asked()
        return key_request.spoken(waiting) if waiting else ""

    def ask(self, box: BoxId) -> bytes:
        """Make keys for films and clips and ask for their certificates; one that waits already is kept.

        The key of passes stays what it is: passes are out in the world. ``audience.bad_key``.
        """
        with _ASKING:
            return self.asked() or self._ask(box)

    def _ask(self, box: BoxId) -> bytes:
        passes = ensure_pass_key(self._paths)
        films, clips = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._folder / _FILMS, _pem(films), 0o600)
        write_whole(self._folder / _CLIPS, _pem(clips), 0o600)
        request = key_request.write(box, passes, films, clips)
        write_whole(self._folder / _REQUEST, request, 0o600)  # the last: from now on it waits
        return request

    def check(self, answer: CertificatesAsked, box: BoxId, today: date | None) -> None:
        """Whether ``answer`` is to the request that waits here; ``today``: None on a box without a clock.

        Raises ``keys.not_asked`` (a stranger's, another box's, a used one), ``keys.expired``.
        """
        waiting = self.asked()
        if not waiting or key_request.read(waiting).id != answer.request:
            raise MatineeError("keys.not_asked")
        if today is not None and today > answer.until:
            raise MatineeError("keys.expired", until=answer.until)
        try:
            self._match(answer, box)
        except (ValueError, TypeError, OSError, InvalidSignature, MatineeError) as fault:
            raise MatineeError("keys.not_asked") from fault

    def take(self, answer: CertificatesAsked) -> None:
        """Lay keys and certificates where the services look; after ``check``. A cut: it can be done again."""
        own, root = certificate_files(self._paths)
        keys = self._paths.keys
        write_whole(root, answer.root.encode())
        write_whole(keys / CERTIFICATE_FILE, answer.passes.encode() + b"\n")
        write_whole(own, (self._folder / _FILMS).read_bytes() + answer.films.encode(), 0o600)
        write_whole(keys / CLIP_KEY_FILE, (self._folder / _CLIPS).read_bytes() + answer.clips.encode(), 0o600)
        self.withdraw()

    def withdraw(self) -> None:
        """Ask no more."""
        (self._folder / _REQUEST).unlink(missing_ok=True)  # the first: what is left of the rest says nothing
        shutil.rmtree(self._folder, ignore_errors=True)

    def _match(self, answer: CertificatesAsked, box: BoxId) -> None:
        root = x509.load_pem_x509_certificate(answer.root.encode())
        key = root.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise MatineeError("keys.not_asked")
        passes = read_certificate(answer.passes, key)
        if passes.box != box or raw(passes.key) != raw(ensure_pass_key(self._paths).public_key()):
            raise MatineeError("keys.not_asked")
        for pem, name in ((answer.films, _FILMS), (answer.clips, _CLIPS)):
            certificate = x509.load_pem_x509_certificate(pem.encode())
            certificate.verify_directly_issued_by(root)
            if _public(certificate) != _public_of(self._folder / name):
                raise MatineeError("keys.not_asked")


def _public(certificate: x509.Certificate) -> object:
    key = certificate.public_key()
    return key.public_numbers() if isinstance(key, ec.EllipticCurvePublicKey) else key


def _public_of(path: Path) -> object:
    key = load_pem_private_key(path.read_bytes(), None)
    return key.public_key().public_numbers() if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
