"""The receipt of a courier's file: which objects of a box are in the bucket, signed by the organiser."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.manifest.signing_minisign import MinisignSigner, MinisignVerifier

PURPOSE = "matinee courier receipt"


class _Arrived(msgspec.Struct, frozen=True):
    box: str
    keys: tuple[str, ...]


class _Receipt(msgspec.Struct, frozen=True):
    arrived: str
    """What was signed, letter by letter."""
    signature: str


_receipt = msgspec.json.Decoder(_Receipt)
_arrived = msgspec.json.Decoder(_Arrived)


def write_receipt(box: BoxId, keys: Sequence[str], signer: MinisignSigner) -> str:
    """One JSON text."""
    body = msgspec.json.encode(_Arrived(box, tuple(keys)))
    signature = signer.sign(body, PURPOSE)
    return msgspec.json.encode(_Receipt(body.decode(), signature.decode())).decode()


def read_receipt(text: str, box: BoxId, keys: Sequence[str]) -> frozenset[str]:
    """The keys that arrived; ``courier.no_receipt`` unless one of ``keys`` signed it for ``box``."""
    try:
        receipt = _receipt.decode(text)
        body = receipt.arrived.encode()
        MinisignVerifier(keys).check(body, receipt.signature.encode(), PURPOSE)
        arrived = _arrived.decode(body)
    except (MatineeError, msgspec.MsgspecError, UnicodeError) as fault:
        raise MatineeError("courier.no_receipt") from fault
    if arrived.box != box:
        raise MatineeError("courier.no_receipt")
    return frozenset(arrived.keys)
