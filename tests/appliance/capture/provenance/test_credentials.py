"""Content credentials on real films: who is believed, and that nothing can be changed unseen."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import pytest

from appliance.capture.provenance.clip_key import ClipKey, clip_key_in
from appliance.capture.provenance.credentials import Evening, Verdict
from appliance.capture.provenance.provenance_c2pa import C2paSeal, credentials_of
from appliance.errors import MatineeError
from appliance.ids import BoxId
from lab.scenes import SCENES, film
from provisioning.cloud.box_certificates import ROOT, certify_clips

EVENING = Evening(
    box="box",
    event="friday",
    clip="01CLIP",
    cut="landscape",
    at="2026-11-27T20:00:00.000Z",
    clock="none",
    title="Harbour lights",
    venue="Café Meridian",
)
EXCLUDED = {b"uuid", b"ftyp", b"mfra", b"free", b"skip"}
"""The boxes that C2PA 2.2 leaves out of an MP4's hash ("c2pa.hash.bmff.v3")."""


def certified(folder: Path, until: datetime | None = None) -> tuple[ClipKey, bytes]:
    more = () if until is None else (until,)
    certify_clips(folder / "organiser", BoxId("box"), folder / "keys", *more)
    key = clip_key_in(folder / "keys")
    assert key is not None
    return key, (folder / "organiser" / ROOT).read_bytes()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(SCENES[12], tmp_path_factory.mktemp("plain") / "plain.mp4", 2)


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> tuple[ClipKey, bytes]:
    return certified(tmp_path_factory.mktemp("owner"))


@pytest.fixture
def signed(plain: Path, owner: tuple[ClipKey, bytes], tmp_path: Path) -> Path:
    path = tmp_path / "signed.mp4"
    path.write_bytes(plain.read_bytes())
    C2paSeal(owner[0]).sign(path, EVENING, None)
    return path


def boxes(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4])
        yield content[at + 4 : at + 8], at, at + size
        at += size


def test_a_film_signed_by_a_box_of_the_organiser_is_trusted_and_says_whence(
    signed: Path, plain: Path, owner: tuple[ClipKey, bytes]
) -> None:
    found = credentials_of(signed, owner[1])
    assert (found.verdict, found.signer, found.evening) == (Verdict.TRUSTED, "box", EVENING)
    assert credentials_of(plain, owner[1]).verdict is Verdict.NONE
    assert list(signed.parent.iterdir()) == [signed]


def test_a_cut_names_the_film_it_was_taken_from(
    signed: Path, plain: Path, owner: tuple[ClipKey, bytes], tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(plain.read_bytes())
    C2paSeal(owner[0]).sign(cut, replace_cut("portrait"), signed)
    found = credentials_of(cut, owner[1])
    assert found.verdict is Verdict.TRUSTED
    assert found.evening is not None
    assert found.evening.cut == "portrait"
    with cut.open("rb") as source, c2pa.Reader("video/mp4", source) as reader:
        told = json.loads(reader.json())
    (parent,) = told["manifests"][told["active_manifest"]]["ingredients"]
    assert parent["relationship"] == "parentOf"
    assert parent["active_manifest"] in told["manifests"], "the parent's own credentials go with it"


def replace_cut(cut: str) -> Evening:
    return Evening(**{**{name: getattr(EVENING, name) for name in EVENING.__struct_fields__}, "cut": cut})


def test_a_strangers_valid_signature_is_not_trusted(
    signed: Path, owner: tuple[ClipKey, bytes], tmp_path: Path
) -> None:
    key, stranger_root = certified(tmp_path / "stranger")
    C2paSeal(key).sign(signed, EVENING, None)
    assert credentials_of(signed, owner[1]).verdict is Verdict.STRANGER
    assert credentials_of(signed, stranger_root).verdict is Verdict.TRUSTED, "it would prove nothing"
    assert credentials_of(signed, None).verdict is Verdict.STRANGER


@pytest.mark.parametrize(
    "each_box", [8, pytest.param(400, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_every_byte_outside_the_excluded_boxes_counts(
    signed: Path, owner: tuple[ClipKey, bytes], each_box: int
) -> None:
    content = signed.read_bytes()
    seen = unseen = 0
    for kind, begin, end in boxes(content):
        for at in sorted({*range(begin, end, max(1, (end - begin) // each_box)), end - 1}):
            changed = bytearray(content)
            changed[at] ^= 0x41
            signed.write_bytes(changed)
            found = credentials_of(signed, owner[1])
            if found.verdict is not Verdict.TRUSTED:
                seen += 1
            elif kind in EXCLUDED and begin + 8 <= at:
                unseen += 1
                assert found.evening == EVENING
            else:
                pytest.fail(f"byte {at} of {kind!r} was changed and nobody saw it")
    print(f"seen {seen}, unseen in excluded boxes {unseen}")  # noqa: T201 figures
    assert seen > 2 * each_box


@pytest.mark.parametrize("change", ["cut off", "more behind", "another film's pictures"])
def test_what_is_put_in_or_taken_out_is_seen(signed: Path, owner: tuple[ClipKey, bytes], change: str) -> None:
    content = signed.read_bytes()
    if change == "cut off":
        signed.write_bytes(content[:-1000])
    elif change == "more behind":
        signed.write_bytes(content + (108).to_bytes(4) + b"mdat" + bytes(100))
    else:
        begin, end = next((begin, end) for kind, begin, end in boxes(content) if kind == b"mdat")
        signed.write_bytes(content[: begin + 8] + content[end - 1 : begin + 7 : -1] + content[end:])
    assert credentials_of(signed, owner[1]).verdict is Verdict.ALTERED


def test_a_copy_by_ffmpeg_has_no_credentials(
    signed: Path, owner: tuple[ClipKey, bytes], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", signed, "-c", "copy", copy], check=True)
    assert credentials_of(copy, owner[1]).verdict is Verdict.NONE


def test_a_certificate_that_ran_out_is_told_and_signs_no_more(plain: Path, tmp_path: Path) -> None:
    until = (datetime.now(UTC) + timedelta(seconds=3)).replace(microsecond=0)
    key, root = certified(tmp_path, until)
    path = tmp_path / "signed.mp4"
    path.write_bytes(plain.read_bytes())
    C2paSeal(key).sign(path, EVENING, None)
    while datetime.now(UTC) <= until + timedelta(seconds=1):
        time.sleep(0.05)
    found = credentials_of(path, root)
    assert (found.verdict, found.evening) == (Verdict.EXPIRED, EVENING)
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    assert credentials_of(path, root).verdict is Verdict.ALTERED, "that it ran out hides nothing"
    before = plain.read_bytes()
    path.write_bytes(before)
    with pytest.raises(MatineeError) as refused:
        C2paSeal(key).sign(path, EVENING, None)
    assert refused.value.key == "provenance.not_signed"
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nx"])
def test_a_damaged_key_is_named(tmp_path: Path, content: bytes) -> None:
    assert clip_key_in(tmp_path) is None
    (tmp_path / "clips.pem").write_bytes(content)
    with pytest.raises(MatineeError) as refused:
        clip_key_in(tmp_path)
    assert refused.value.key == "audience.bad_key"
