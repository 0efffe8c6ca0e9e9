"""Everything that reads what strangers wrote, each as one function of bytes: `TARGETS`, by name.

A target may refuse with a sentence (``MatineeError``) or take it; whatever else it raises is a finding. What
a fuzzer found lies in ``found/NAME/`` and is tried again in `make test`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance import config
from appliance.audience import certificate, checkout, signup, tickets_csv
from appliance.bucket import courier_receipt, layout, webdav_listing
from appliance.capture import adts, annex_b
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.manifest import event_manifest, own_name, packing_list, published_index
from appliance.manifest.signing_minisign import MinisignSigner, MinisignVerifier, make_publish_key
from appliance.model import money, stream_source
from appliance.network import leases
from appliance.network.wanted import Attendees
from appliance.paths import Paths
from appliance.player import subtitles as player_subtitles
from appliance.sealing_age import NotOursError, make_key, open_sealed
from appliance.show.osc_pythonosc import PacketStream, messages_of
from appliance.sync.clip_message import decode_clip
from cache import subtitles, subtitles_beside
from lab.evening import PACKING
from lab.format_pack import files
from provisioning import boot_file, box_file, format_pack, imager_settings, key_request
from provisioning.cloud import listing, sales_csv

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
BOX = BoxId("lab")
SAMPLE = (ROOT / "provisioning" / "sample" / "event.toml").read_bytes()
_SECRET, _ = make_key()
_LINK_KEY = Ed25519PrivateKey.generate().public_key()
_ROOT_KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
_PRIVATE, _PUBLISHER = make_publish_key()
_SIGNER = MinisignSigner.parse(_PRIVATE, "here")
_PACK = format_pack.make(files(), _SIGNER, _SIGNER.public_key)
_JWT = b"eyJhbGciOiJFZERTQSJ9.eyJraW5kIjoiYmlsbCIsImV4cCI6MX0.c2lnbmVk"
_LISTING = b"""{"format": 1, "name": "Harbour", "dates": []}"""
_CUES = b"1\n00:00:01,000 --> 00:00:02,500\n<i>Good {evening}</i> &amp; hello\n\n2\n0:03.1 --> 0:04\nB\n"
_ASS = (
    b"[Script Info]\n[V4+ Styles]\nFormat: Name, Fontsize\nStyle: A,20\n[Events]\nFormat: Start, End, Text\n"
    b"Dialogue: 0:00:01.00,0:00:02.00,Good\n"
)
_DAV = (
    b'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>/a</d:href><d:propstat>'
    b"<d:prop><d:getcontentlength>3</d:getcontentlength></d:prop></d:propstat></d:response></d:multistatus>"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads, what it may begin from, and what it is said to raise besides sentences."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    says: tuple[type[Exception], ...] = ()

    def take(self, brought: bytes) -> None:
        """Let it read; a refusal must have a sentence. Raises what nobody said that it raises."""
        try:
            self.read(brought)
        except MatineeError as refused:
            assert refused.sentence
        except self.says:
            pass


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """Of what is text already when it comes to us."""
    return lambda brought: read(brought.decode("utf-8", "replace"))


def _settings(brought: bytes) -> object:
    with TemporaryDirectory() as place:
        paths = Paths(Path(place))
        paths.config_file.write_bytes(brought)
        return config.load(paths)


def _subtitles(brought: bytes) -> object:
    text = player_subtitles.decode(brought)
    return player_subtitles.parse(text), player_subtitles.dressed(text, 1.2, 400)


def _subtitle_file(brought: bytes) -> object:
    text, _ = subtitles_beside.decoded(brought, "de")
    found = subtitles.clean(text)
    assert subtitles.clean(found.text).text == found.text, "what was cleaned is not clean"
    return found


def _osc(brought: bytes) -> object:
    return [messages_of(packet) for packet in (brought, *PacketStream().feed(brought))]


def _keys_of_objects(text: str) -> object:
    return layout.parse_rows_key(text), layout.parse_state_key(text), layout.parse_clip_key(text)


TARGETS: dict[str, Target] = {
    "manifest": Target(_text(event_manifest.check), (SAMPLE, b"format = 1\n[event]\n")),
    "settings": Target(_settings, (b'[box]\nname = "x"\n[capture]\npre_roll_s = 2.0\n',)),
    "boot file": Target(boot_file.read, (b'version = 1\n[wifi]\nname = "a"\npassword = "12345678"\n',)),
    "box file": Target(lambda file: box_file.read(file, [_PUBLISHER]), (b"version = 1\n# signed:\nabc\n",)),
    "imager's settings": Target(
        lambda file: (imager_settings.read("user-data", file), imager_settings.read("custom.toml", file)),
        (b"#cloud-config\nhostname: a\n", b'config_version = 1\n[wlan]\nssid = "a"\n'),
    ),
    "format pack": Target(format_pack.read, (_PACK, b"PK\x03\x04")),
    "request for a key": Target(key_request.read, (b'{"format": 1, "box": "lab"}',)),
    "published list": Target(published_index.decode, (b'{"format": 1, "number": 3, "files": []}',)),
    "packing list": Target(packing_list.decode, (packing_list.encode(PACKING),), (msgspec.DecodeError,)),
    "own name": Target(lambda file: own_name.decode(file, BOX), (b'{"format": 1, "box": "lab"}',)),
    "neighbours' listing": Target(lambda file: listing.read_listing(file, "a.json", NOW), (_LISTING,)),
    "list of tickets": Target(tickets_csv.parse, (b"code,name\r\nA1,Mia\r\n", b"Secret;Item\nx;y\n")),
    "list of sales": Target(sales_csv.parse, (b"item,amount,currency,ref\r\nzine,9.00,EUR,a\r\n",)),
    "sign-up": Target(
        _text(lambda form: signup.parse(dict(parse_qsl(form)))),
        (b"nonce=0123456789abcdef0123456789abcdef&name=Mia&email=mia@example.org&news=yes",),
    ),
    "link to pay": Target(_text(lambda token: checkout.read(token, _LINK_KEY, NOW)), (_JWT,)),
    "certificate of passes": Target(_text(lambda jwt: certificate.read_certificate(jwt, _ROOT_KEY)), (_JWT,)),
    "receipt": Target(
        _text(lambda file: courier_receipt.read_receipt(file, BOX, [_PUBLISHER])),
        (b'{"arrived": "{}", "signature": "a"}',),
    ),
    "signature": Target(
        lambda signature: MinisignVerifier([_PUBLISHER]).check(b"content", signature, "purpose"),
        (_SIGNER.sign(b"content", "purpose"),),
    ),
    "sealed row": Target(
        _text(lambda row: open_sealed(row, _SECRET)),
        (b"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSA=",),
        (NotOursError, ValueError),
    ),
    "subtitles on screen": Target(_subtitles, (_CUES, _ASS, "\ufeffWEBVTT\n\n".encode("utf-16") + _CUES)),
    "subtitles in a file": Target(_subtitle_file, (_CUES, _ASS, b"WEBVTT\n\n00:01.000 --> 00:02.000\nA\n")),
    "OSC": Target(
        _osc,
        (b"/go\0,\0\0\0", b"\xc0/seek\0\0\0,f\0\0\x41\x20\0\0\xc0", b"#bundle\0" + bytes(12)),
        (ValueError,),
    ),
    "leases": Target(_text(leases.parse), (b"1795377600 aa:bb:cc:dd:ee:ff 10.41.0.7 phone *\n",)),
    "attendees' network": Target(_text(Attendees.parse), (b"10.41.0.1/22",)),
    "WebDAV listing": Target(
        lambda answer: webdav_listing.listed(answer, "/"), (_DAV,), (webdav_listing.NoListingError,)
    ),
    "names of objects": Target(_text(_keys_of_objects), (b"box/lab/rows/1-2.jsonl", b"clips/lab/a/clip.mp4")),
    "what is known of a clip": Target(_text(decode_clip), (b'{"files": [{"name": "a.mp4"}]}',)),
    "address of a stream": Target(_text(stream_source.parse), (b"srt://example.org:9000?mode=caller",)),
    "amount of money": Target(_text(lambda sum_: money.parse(sum_, "EUR")), (b"9.50", b"1,000.00")),
    "sound of a camera": Target(
        lambda sound: [adts.config_of(one) + adts.without_header(one) for one in adts.frames([sound])],
        (b"\xff\xf1\x50\x80\x01\x1f\xfc\x00",),
    ),
    "picture of a camera": Target(
        lambda picture: (annex_b.units(picture), annex_b.parameter_sets(picture)),
        (b"\0\0\0\1\x67\x42\0\0\1\x68\xce\0\0\1\x65\x88",),
    ),
}
