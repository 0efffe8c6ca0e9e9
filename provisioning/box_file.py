"""`box.matinee`: what an organiser gives a box of theirs, signed with their publish key.

It is a `matinee.toml` with the signature below, each line of it a comment, so that people can read it and any
TOML reader takes it. The first one that a box believes names the organiser's keys; later ones must be signed
with one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from appliance.errors import MatineeError
from appliance.manifest.signing import Signer
from appliance.manifest.signing_minisign import MinisignVerifier
from provisioning import boot_file
from provisioning.boot_file import Asked

NAME = "box.matinee"
_PURPOSE = "matinee box file 1"
_BORDER = b"# signature\n"


def sign(text: str, signer: Signer) -> bytes:
    """Return the file; ``text`` is what a `matinee.toml` may say, ``boot.*`` if it is not."""
    content = text.rstrip("\n").encode() + b"\n"
    boot_file.read(content, signed=True)
    signature = signer.sign(content, _PURPOSE).rstrip(b"\n").split(b"\n")
    return content + _BORDER + b"".join(b"# " + line + b"\n" for line in signature)


def read(file: bytes, known: Sequence[str]) -> Asked:
    """What it asks, if one of ``known`` signed it; if none is known, one of those that it names.

    Raises ``content.not_signed``, ``content.bad_key``, ``boot.*``.
    """
    content, border, below = file.replace(b"\r\n", b"\n").partition(_BORDER)
    if not border or len(file) > boot_file.LARGEST_BYTES:
        raise MatineeError("content.not_signed", what=NAME)
    asked = boot_file.read(content, signed=True)
    keys = known or asked.settings.get("content", {}).get("keys", [])
    signature = b"\n".join(line.removeprefix(b"# ") for line in below.strip().split(b"\n")) + b"\n"
    try:
        MinisignVerifier(keys).check(content, signature, _PURPOSE)
    except MatineeError as fault:
        raise MatineeError("content.not_signed", what=NAME) from fault
    return asked
