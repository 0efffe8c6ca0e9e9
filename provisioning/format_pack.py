"""A format pack: an evening's form, with its words, prices and pictures, signed by who licenses it to others.

A zip of ``pack.toml`` (what it is, whose, and the SHA-256 of every other file), its minisign signature,
``format.toml`` (a template as in ``templates/``, without the three lines for who chooses) and pictures. The
key stands in ``pack.toml``: whoever takes a pack in is told whose it is, and that nobody changed it since.
"""

from __future__ import annotations

import io
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.audience.four_words import words
from appliance.errors import MatineeError
from appliance.manifest.signing import Signer
from appliance.manifest.signing_minisign import MinisignVerifier
from provisioning import templating
from provisioning.draft_state import look
from provisioning.templating import Template

ENDS = ".matinee-pack"
MOST_BYTES = 20_000_000
_VERSION = 1
_MOST_FILES = 40
_PURPOSE = "matinee format pack 1"
_ABOUT, _SIGNATURE, _FORMAT = "pack.toml", "pack.toml.minisig", "format.toml"
_PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How its files may be packed: of others zipfile unpacks all that a few bytes say, however much is asked."""
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_Line = Annotated[str, Meta(min_length=1, max_length=200)]


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``pack.toml``."""

    version: int
    id: Annotated[str, Meta(pattern="^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
    title: _Line
    text: _Line
    """One sentence for who chooses."""
    maker: _Line
    """Who signed it, in their own words."""
    size: str = ""
    """``45-90 minutes, 10-25 people, usually in a gallery``."""
    licensed_to: str = ""
    key: str = ""
    files: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormatPack:
    """One that is whole and signed."""

    about: About
    files: Mapping[str, bytes]
    """Without ``pack.toml`` and its signature."""

    @property
    def template(self) -> Template:
        """As the others are chosen from."""
        about = self.about
        body = f"# {about.title}\n# {about.text}\n\n{self.files[_FORMAT].decode('utf-8')}"
        return Template(about.id, about.title, about.text, about.size, body)

    @property
    def signer(self) -> str:
        """Six words that say whose key it is: the maker's other packs, and their paper, say the same."""
        return key_words(self.about.key)

    @property
    def form(self) -> FormatPack:
        """The same without its pictures, which are most of it."""
        return FormatPack(self.about, {_FORMAT: self.files[_FORMAT]})

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """By name."""
        return {name: content for name, content in self.files.items() if name != _FORMAT}


def key_words(key: str) -> str:
    """Six words of 8 bits for a public key, to be read out."""
    return " ".join(words()[byte] for byte in sha256(key.encode()).digest()[:6])


def make(files: Mapping[str, bytes], signer: Signer, public_key: str) -> bytes:
    """Sign what lies in a folder: ``pack.toml`` without key and files, ``format.toml``, pictures.

    Raises ``pack.*``.
    """
    import tomlkit  # noqa: PLC0415 packs are made on computers; a box reads them

    others = {name: content for name, content in files.items() if name not in {_ABOUT, _SIGNATURE}}
    try:
        about = tomlkit.parse(files[_ABOUT].decode("utf-8"))
    except (KeyError, UnicodeDecodeError, tomlkit.exceptions.TOMLKitError) as fault:
        raise MatineeError("pack.no_about", fault=fault) from fault
    about["key"] = public_key
    about["files"] = {name: sha256(content).hexdigest() for name, content in sorted(others.items())}
    text = tomlkit.dumps(about).encode()
    packed = _packed({**others, _ABOUT: text, _SIGNATURE: signer.sign(text, _PURPOSE)})
    read(packed)
    return packed


def read(content: bytes) -> FormatPack:
    """Check signature, every file and the form itself.

    Raises ``pack.not_whole``, ``pack.not_signed``, ``pack.newer``, ``pack.no_about``, ``pack.bad_format``.
    """
    files = _unpacked(content)
    text, signature = files.pop(_ABOUT, b""), files.pop(_SIGNATURE, b"")
    about = _described(text)
    try:
        MinisignVerifier([about.key]).check(text, signature, _PURPOSE)
    except MatineeError as fault:
        raise MatineeError("pack.not_signed", title=about.title) from fault
    if {name: sha256(one).hexdigest() for name, one in files.items()} != about.files:
        raise MatineeError("pack.not_signed", title=about.title)
    strange = [name for name in files if name != _FORMAT and not _is_own_picture(name, about.id)]
    if _FORMAT not in files or strange:
        raise MatineeError(
            "pack.bad_format", fault=f"{' '.join(strange) or _FORMAT} (pictures: {about.id}-….png)"
        )
    made = FormatPack(about, files)
    _require_form(made)
    return made


def _described(text: bytes) -> About:
    try:
        tables = tomllib.loads(text.decode("utf-8"))
        version = tables.get("version", _VERSION)
        if isinstance(version, int) and version > _VERSION:
            raise MatineeError("pack.newer")
        return msgspec.convert(tables, About)
    except (ValueError, OverflowError, RecursionError, msgspec.ValidationError) as fault:
        raise MatineeError("pack.no_about", fault=fault) from fault


def _require_form(pack: FormatPack) -> None:
    """An evening must come of it, with stand-ins for what is open."""
    try:
        text = templating.new_evening(pack.about.id, answers={"starts": _WHEN}, more=[pack.template])
        fault = look(text).fault
    except (MatineeError, ValueError, OverflowError, RecursionError) as wrong:
        raise MatineeError("pack.bad_format", fault=wrong) from wrong
    if fault is not None:
        raise MatineeError("pack.bad_format", fault=fault.sentence)


def _is_own_picture(name: str, pack: str) -> bool:
    """A pack's pictures are called like it: so the box finds whose a picture is."""
    plain = name.removesuffix(".png").removesuffix(".jpg")
    return plain != name and plain.startswith(f"{pack}-") and plain.replace("-", "").isalnum()


def _packed(files: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return into.getvalue()


def _unpacked(content: bytes) -> dict[str, bytes]:
    """No more than it may be, whatever the zip says of itself."""
    if len(content) > MOST_BYTES:
        raise MatineeError("pack.not_whole")
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > _MOST_FILES:
                raise MatineeError("pack.not_whole")
            for one in archive.infolist():
                if one.compress_type not in _PLAIN:
                    raise MatineeError("pack.not_whole")
                with archive.open(one) as file:
                    found[one.filename] = file.read(left + 1)
                left -= len(found[one.filename])
                if left < 0:
                    raise MatineeError("pack.not_whole")
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as fault:
        raise MatineeError("pack.not_whole") from fault
    except zlib.error as fault:  # zipfile lets it through
        raise MatineeError("pack.not_whole") from fault
    return found
