"""C2PA content credentials (specification 2.2) through c2pa-python."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from appliance.capture.film_libraries import c2pa
from appliance.capture.provenance.clip_key import ClipKey
from appliance.capture.provenance.credentials import LABEL, Credentials, Evening, Verdict
from appliance.errors import MatineeError
from appliance.model.capture import Faces

_MP4 = "video/mp4"
_CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
_CODES_OF_TIME = frozenset({"signingCredential.expired", "claimSignature.outsideValidity"})
_CODES_OF_STRANGERS = frozenset({"signingCredential.untrusted"})
_EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4\n"
"""The key usage that the specification's own profile of certificates asks for."""


class _Status(msgspec.Struct, frozen=True):
    code: str


class _Statuses(msgspec.Struct, frozen=True):
    success: tuple[_Status, ...] = ()
    failure: tuple[_Status, ...] = ()


class _Delta(msgspec.Struct, frozen=True, rename="camel"):
    validation_deltas: _Statuses = _Statuses()


class _Results(msgspec.Struct, frozen=True, rename="camel"):
    active_manifest: _Statuses = _Statuses()
    ingredient_deltas: tuple[_Delta, ...] = ()


class _Assertion(msgspec.Struct, frozen=True):
    label: str
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Signature(msgspec.Struct, frozen=True):
    common_name: str = ""
    issuer: str = ""


class _Manifest(msgspec.Struct, frozen=True):
    assertions: tuple[_Assertion, ...] = ()
    signature_info: _Signature = _Signature()


class _Store(msgspec.Struct, frozen=True):
    active_manifest: str
    manifests: dict[str, _Manifest]
    validation_results: _Results = _Results()
    validation_state: str = ""


_stores = msgspec.json.Decoder(_Store)
_evenings = msgspec.json.Decoder(Evening)


class C2paSeal:
    """Signs with the box's certificate. It asks no time stamp authority: the box may be without a network."""

    def __init__(self, key: ClipKey) -> None:
        """``key``: its chain ends under the organiser's root."""
        self._key = key

    def sign(self, film: Path, evening: Evening, parent: Path | None) -> None:
        """As ``Seal`` says: into a file beside it, flushed, then renamed over it."""
        signed = film.with_name(f"{film.name}.signed")
        try:
            with (
                _told(film),
                self._builder(evening, parent) as builder,
                self._signer() as signer,
                film.open("rb") as source,
                signed.open("w+b") as target,
            ):
                builder.sign(signer, _MP4, source, target)
                target.flush()
                os.fsync(target.fileno())
            signed.replace(film)
        finally:
            signed.unlink(missing_ok=True)

    @contextmanager
    def _builder(self, evening: Evening, parent: Path | None) -> Iterator[c2pa.Builder]:
        settings = c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}})
        with (
            c2pa.Context(settings) as context,
            c2pa.Builder(_definition(evening, parent), context) as builder,
        ):
            if parent is not None:
                with parent.open("rb") as source:
                    described = {"title": parent.name, "relationship": "parentOf", "label": "parent"}
                    builder.add_ingredient(described, _MP4, source)
            yield builder

    def _signer(self) -> c2pa.Signer:
        return c2pa.Signer.from_info(c2pa.C2paSignerInfo("es256", self._key.chain, self._key.key, None))


def credentials_of(film: Path, root: bytes | None) -> Credentials:
    """Read what is in ``film`` and judge it; ``root``: the organiser's, PEM; nobody is trusted without.

    Nothing is asked of any network. Raises ``provenance.no_film`` if the file can not be read.
    """
    try:
        text = _read(film, root)
    except c2pa.C2paError as fault:
        if isinstance(fault, c2pa.C2paError.ManifestNotFound):
            return Credentials(Verdict.NONE)
        return Credentials(Verdict.ALTERED, why=str(fault))
    except OSError as fault:
        raise MatineeError("provenance.no_film", path=film, fault=fault.strerror or fault) from fault
    try:
        store = _stores.decode(text)
        manifest = store.manifests[store.active_manifest]
    except (msgspec.DecodeError, KeyError) as fault:
        return Credentials(Verdict.ALTERED, why=str(fault))
    return _judge(store, manifest)


def _judge(store: _Store, manifest: _Manifest) -> Credentials:
    results = store.validation_results
    lists = (results.active_manifest, *(one.validation_deltas for one in results.ingredient_deltas))
    failures = {status.code for one in lists for status in one.failure}
    signer = manifest.signature_info
    said = Credentials(Verdict.ALTERED, signer.common_name, signer.issuer, why=", ".join(sorted(failures)))
    if failures - _CODES_OF_TIME - _CODES_OF_STRANGERS:
        return said
    evening = _evening(manifest)
    found = {status.code for status in results.active_manifest.success}
    if failures & _CODES_OF_TIME:
        verdict = Verdict.EXPIRED
    elif store.validation_state == "Trusted" and "signingCredential.trusted" in found:
        verdict = Verdict.TRUSTED
    elif store.validation_state in {"Trusted", "Valid"}:
        verdict = Verdict.STRANGER
    else:
        return said
    return Credentials(verdict, signer.common_name, signer.issuer, evening, said.why)


def _evening(manifest: _Manifest) -> Evening | None:
    for assertion in manifest.assertions:
        if assertion.label == LABEL:
            try:
                return _evenings.decode(assertion.data)
            except msgspec.DecodeError:
                return None
    return None


def _read(film: Path, root: bytes | None) -> str:
    settings: dict[str, dict[str, bool | str]] = {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"trust_config": _EMAIL_PROTECTION},
    }
    if root is not None:
        settings["trust"]["trust_anchors"] = root.decode("ascii")
    with (
        c2pa.Context(c2pa.Settings.from_dict(settings)) as context,
        film.open("rb") as source,
        c2pa.Reader(_MP4, source, context=context) as reader,
    ):
        return str(reader.json())


def _definition(evening: Evening, parent: Path | None) -> str:
    actions: list[dict[str, object]] = [{"action": "c2pa.created", "digitalSourceType": _CAPTURED}]
    if parent is not None:
        actions = [{"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}}]
        actions += [{"action": action} for action in ("c2pa.cropped", "c2pa.resized", "c2pa.edited")]
    if parent is None and evening.faces == Faces.BLURRED:
        actions.append({"action": "c2pa.filtered"})
    return json.dumps(
        {
            "claim_generator_info": [{"name": "Matinee"}],
            "title": f"{evening.clip}.{evening.cut}.mp4",
            "format": _MP4,
            "assertions": [
                {"label": "c2pa.actions", "data": {"actions": actions}},
                {"label": LABEL, "data": msgspec.to_builtins(evening)},
            ],
        }
    )


@contextmanager
def _told(film: Path) -> Iterator[None]:
    try:
        yield
    except c2pa.C2paError as fault:
        raise MatineeError("provenance.not_signed", path=film.name, fault=fault) from fault
