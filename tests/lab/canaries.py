"""Canaries: addresses that nobody has, typed into the real form, and a search for them in raw bytes."""

from __future__ import annotations

import base64
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5, sha1, sha256
from pathlib import Path

STEMS = ("kanarie", "zugvogel", "vogelname", "canarybrowser")
"""What every canary is made of. Long and odd enough not to come about by chance, in any alignment."""

_MOST_UNPACKED = 1 << 20
_STREAM = re.compile(rb"\x1f\x8b\x08|[\x78\x58\x68][\x01\x5e\x9c\xda\xbb\xf9\x85]")
_TOKEN = re.compile(rb"[0-9a-fA-F]{32,64}|[A-Za-z0-9+/_-]{22,64}")


@dataclass(frozen=True, slots=True)
class Canary:
    """One made-up person."""

    number: int

    @property
    def email(self) -> str:
        return f"kanarie{self.number:05d}@zugvogel{self.number:05d}.example"

    @property
    def name(self) -> str:
        return f"Vogelname{self.number:05d} Kanarie"


def patterns() -> dict[bytes, str]:
    """What to look for, each with the name of its encoding."""
    found: dict[bytes, str] = {}
    for stem in STEMS:
        for word in (stem, stem.upper(), stem.capitalize()):
            found[word.encode()] = f"utf-8 {word}"
            for wide in ("utf-16-le", "utf-16-be", "utf-32-le"):
                found[word.encode(wide)] = f"{wide} {word}"
            found[word.encode().hex().encode()] = f"hex {word}"
            found[word.encode().hex().upper().encode()] = f"hex {word}"
            found["".join(f"%{byte:02X}" for byte in word.encode()).encode()] = f"url {word}"
            for inner, kind in ((word.encode(), "utf-8"), (word.encode("utf-16-le"), "utf-16-le")):
                for core in _base64_cores(inner):
                    found[core] = f"base64 of {kind} {word}"
    return found


def _base64_cores(inner: bytes) -> Iterator[bytes]:
    """The letters that are in its base64 at each of the three alignments, whatever stands around it."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + inner + b"\0" * ((-shift - len(inner)) % 3))
        first = (shift * 8 + 5) // 6
        last = (shift + len(inner)) * 8 // 6
        core = whole[first:last]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


_ANY = re.compile(b"|".join(re.escape(pattern) for pattern in sorted(patterns(), key=len, reverse=True)))
_NAMES = patterns()


def sightings(data: bytes, *, deep: bool = False) -> Iterator[str]:
    """Each canary seen in ``data``, in clear or encoded, also inside of what was compressed.

    ``deep`` looks for a bare deflate stream at every single byte; without it only behind known heads.
    """
    yield from (_NAMES[match[0]] for match in _ANY.finditer(data))
    starts = {match.start(): 47 for match in _STREAM.finditer(data)}  # 47: gzip or zlib, by the head
    for start, kind in starts.items():
        yield from _within(data, start, kind)
    if deep:
        for start in range(len(data)):
            yield from _within(data, start, -15)


def _within(data: bytes, start: int, kind: int) -> Iterator[str]:
    unpacker = zlib.decompressobj(kind)
    plain = b""
    try:
        for place in range(start, min(len(data), start + _MOST_UNPACKED), 4096):
            plain += unpacker.decompress(data[place : place + 4096], _MOST_UNPACKED)
            if unpacker.eof or len(plain) > _MOST_UNPACKED:
                break
    except zlib.error:
        pass
    yield from (f"compressed {_NAMES[match[0]]}" for match in _ANY.finditer(plain))


def fingerprints(canaries: list[Canary]) -> set[bytes]:
    """Plain hashes of the addresses, as hexadecimal and as base64 without padding."""
    found = set()
    for canary in canaries:
        for word in (canary.email, canary.email.upper(), canary.name):
            for digest in (h(word.encode()).digest() for h in (md5, sha1, sha256)):
                found.add(digest.hex().encode())
                for code in (base64.b64encode, base64.urlsafe_b64encode):
                    found.add(code(digest).rstrip(b"="))
    return found


def hashed_sightings(data: bytes, known: set[bytes]) -> list[bytes]:
    """Hashes of canaries that stand in ``data``."""
    return [match[0] for match in _TOKEN.finditer(data) if match[0] in known or match[0].lower() in known]


def files_under(*roots: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file's bytes."""
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()


def planted() -> dict[str, bytes]:
    """A canary in each disguise that the search must see through."""
    word = Canary(7).email
    inside = b"\x93" * 11 + b'{"email":"' + word.encode() + b'"}' + bytes(range(256))
    bare = zlib.compressobj(9, zlib.DEFLATED, -15)
    return {
        "clear": inside,
        "shouting": inside.upper(),
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": b"\0" + word.encode("utf-16-be"),
        "hex": word.encode().hex().encode(),
        "url": "".join(f"%{byte:02X}" for byte in word.encode()).encode(),
        **{f"base64 {shift}": base64.b64encode(b"x" * shift + inside) for shift in range(3)},
        "base64url": base64.urlsafe_b64encode(b"??" + inside),
        "gzip": b"head" + gzip.compress(inside) + b"tail",
        "zlib": b"head" + zlib.compress(inside, 9) + b"tail",
        "deflate": b"head" + bare.compress(inside) + bare.flush() + b"tail",
        "gzip of base64": gzip.compress(base64.b64encode(inside)),
    }
