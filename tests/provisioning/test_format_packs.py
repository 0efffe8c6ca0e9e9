"""Format packs: signed by their maker, refused when changed, an evening comes of them, undo."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.manifest.signing_minisign import MinisignSigner, make_publish_key
from lab.format_pack import ABOUT, FORMAT, files, mark
from provisioning import format_pack, templating
from provisioning.format_pack import key_words
from provisioning.pack_shelf import PackShelf, on_sticks
from provisioning.sticks import PluggedIn


def signer() -> MinisignSigner:
    return MinisignSigner.parse(make_publish_key()[0], "here")


def pack(by: MinisignSigner, **changed: str | bytes) -> bytes:
    return format_pack.make(files(**changed), by, by.public_key)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, one in content.items():
            archive.writestr(name, one)
    return into.getvalue()


@pytest.fixture
def maker() -> MinisignSigner:
    return signer()


@pytest.fixture
def shelf(tmp_path: Path) -> PackShelf:
    return PackShelf(tmp_path / "packs")


def test_an_evening_comes_of_it_with_its_words_prices_and_pictures(
    shelf: PackShelf, maker: MinisignSigner
) -> None:
    kept = shelf.take(pack(maker))
    assert kept.signer == key_words(maker.public_key)
    (template,) = shelf.templates()
    assert (template.title, template.venue) == ("The Gaslight Hour", "bar")
    answers = {name: name for name in ("organiser", "contact", "venue", "place", "film")}
    starts = datetime(2026, 11, 27, 20, tzinfo=UTC)
    text = templating.new_evening(
        "gaslight-hour", answers={**answers, "title": "Salt", "starts": starts}, more=shelf.templates()
    )
    event = event_manifest.check(text)
    assert (event.title, event.drops[0].title) == ("Salt", "The Gaslight zine")
    assert event.drops[0].price_minor == 900
    assert event.programme.pictures == ("gaslight-hour-mark.png",)
    assert shelf.picture("gaslight-hour-mark.png") == mark()
    assert shelf.picture("format.toml") is None
    with pytest.raises(MatineeError, match="gaslight-hour"):
        templating.new_evening("gaslight-hour")


def test_what_is_not_signed_or_was_changed_is_refused_in_a_sentence(
    shelf: PackShelf, maker: MinisignSigner
) -> None:
    good = opened(pack(maker))
    cheaper = {**good, "format.toml": good["format.toml"].replace(b"9.00", b"1.00")}
    other = {**good, "gaslight-hour-mark.png": mark()[:-1] + b"x"}
    more = {**good, "gaslight-hour-more.png": mark()}
    less = {name: one for name, one in good.items() if not name.endswith(".png")}
    unsigned = {name: one for name, one in good.items() if not name.endswith(".minisig")}
    renamed = {**good, "pack.toml": good["pack.toml"].replace(b"Harbour", b"Stolen!")}
    theirs = signer().public_key.encode()
    claimed = {**good, "pack.toml": good["pack.toml"].replace(maker.public_key.encode(), theirs)}
    for changed in (cheaper, other, more, less, unsigned, renamed, claimed):
        with pytest.raises(MatineeError) as refused:
            shelf.take(packed(changed))
        assert refused.value.key == "pack.not_signed"
    assert shelf.all() == []


def test_a_signature_of_something_else_signs_no_pack(shelf: PackShelf, maker: MinisignSigner) -> None:
    good = opened(pack(maker))
    good["pack.toml.minisig"] = maker.sign(good["pack.toml"], "matinee box file 1")
    with pytest.raises(MatineeError, match="is not signed"):
        shelf.take(packed(good))


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"pack.toml": "version = 2\n"}, "pack.newer"),
        ({"pack.toml": "version = 1\n"}, "pack.no_about"),
        ({"pack.toml": "version = \n"}, "pack.no_about"),
        ({"pack.toml": f"{ABOUT}n = {'9' * 5000}\n"}, "pack.no_about"),
        ({"pack.toml": f"{ABOUT}n = {'[' * 5000}\n"}, "pack.no_about"),
        ({"format.toml": f"n = {'9' * 5000}\n"}, "pack.bad_format"),
        ({"format.toml": f"n = {'[' * 5000}\n"}, "pack.bad_format"),
        ({"pack.toml": ABOUT.replace("gaslight-hour", "../etc")}, "pack.no_about"),
        ({"format.toml": "[[item]]\n"}, "pack.bad_format"),
        ({"format.toml": "[[item"}, "pack.bad_format"),
        ({"format.toml": b"\xff"}, "pack.bad_format"),
        ({"mark.png": mark()}, "pack.bad_format"),
        ({"gaslight-hour-run.sh": "rm"}, "pack.bad_format"),
        ({"pack.toml": ABOUT.replace("gaslight-hour", "ritual")}, "pack.bad_format"),
    ],
)
def test_who_makes_one_is_told_at_once_what_is_wrong(
    maker: MinisignSigner, changed: dict[str, str | bytes], key: str
) -> None:
    with pytest.raises(MatineeError) as refused:
        pack(maker, **changed)
    assert refused.value.key == key


def test_a_name_that_every_box_has_and_another_makers_are_refused(
    shelf: PackShelf, maker: MinisignSigner
) -> None:
    ritual = ABOUT.replace("gaslight-hour", "ritual")
    plain = FORMAT.replace('picture = "gaslight-hour-mark.png"\n', "")
    only = {"pack.toml": ritual.encode(), "format.toml": plain.encode()}
    with pytest.raises(MatineeError) as taken:
        shelf.take(format_pack.make(only, maker, maker.public_key))
    assert taken.value.key == "pack.name_taken"
    shelf.take(pack(maker))
    shelf.take(pack(maker, **{"pack.toml": ABOUT.replace("One film", "Two films")}))
    assert shelf.all()[0].about.text.startswith("Two films")
    with pytest.raises(MatineeError) as other:
        shelf.take(pack(signer()))
    assert other.value.key == "pack.other_maker"


def test_it_is_taken_away_and_comes_back(shelf: PackShelf, maker: MinisignSigner) -> None:
    shelf.take(pack(maker))
    shelf.remove("gaslight-hour")
    assert (shelf.all(), shelf.templates()) == ([], [])
    gone = shelf.removed()
    assert gone is not None
    shelf.undo()
    assert [one.about.id for one in shelf.all()] == ["gaslight-hour"]
    assert shelf.removed() is None
    shelf.remove("gaslight-hour")
    shelf.take(pack(maker))
    assert shelf.removed() is None, "what is here again needs no undo"
    for name in ("other", "../packs", ""):
        with pytest.raises(MatineeError):
            shelf.remove(name)


def test_a_bomb_a_torn_one_and_a_card_that_spoiled_one_cost_nothing(
    shelf: PackShelf, maker: MinisignSigner, tmp_path: Path
) -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pack.toml", bytes(format_pack.MOST_BYTES + 1))
    many = packed({f"a{number}": b"" for number in range(41)})
    good = pack(maker)
    for content in (into.getvalue(), many, good[:-30], b"", good[:40]):
        with pytest.raises(MatineeError) as refused:
            shelf.take(content)
        assert refused.value.key == "pack.not_whole"
    shelf.take(good)
    (path,) = (tmp_path / "packs").glob("*.matinee-pack")
    path.write_bytes(good[:-30])
    assert shelf.all() == []
    shelf.take(good)
    assert len(shelf.all()) == 1, "the file from its maker mends it"


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_unpacks_without_end_is_refused_unread(maker: MinisignSigner, packing: int) -> None:
    """4 kB of bzip2 hold gigabytes, and zipfile takes them out at once, however little is asked."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", packing) as archive:
        for name, one in opened(pack(maker)).items():
            archive.writestr(name, one)
    with pytest.raises(MatineeError) as refused:
        format_pack.read(into.getvalue())
    assert refused.value.key == "pack.not_whole"


def test_two_packs_never_have_a_picture_of_one_name(shelf: PackShelf, maker: MinisignSigner) -> None:
    """By their names alone ``gaslight-hour-mark.png`` may be of ``gaslight`` and of ``gaslight-hour``."""
    shelf.take(pack(maker))
    shorter = ABOUT.replace("gaslight-hour", "gaslight")
    with pytest.raises(MatineeError) as taken:
        shelf.take(pack(signer(), **{"pack.toml": shorter}))
    assert taken.value.key == "pack.picture_taken"
    shelf.remove("gaslight-hour")
    shelf.take(pack(signer(), **{"pack.toml": shorter}))
    assert shelf.picture("gaslight-hour-mark.png") == mark()


def test_packs_on_a_stick_that_is_mounted_are_found(tmp_path: Path, maker: MinisignSigner) -> None:
    (tmp_path / "a.matinee-pack").write_bytes(pack(maker))
    (tmp_path / "film.mp4").touch()
    plugged_in = [PluggedIn(tmp_path, "A stick", 1), PluggedIn(Path("/dev/none"), "Another", 1)]
    assert on_sticks(plugged_in) == [tmp_path / "a.matinee-pack"]


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(MatineeError):
        format_pack.read(content)


def test_the_form_itself_is_a_file_that_anybody_can_read(maker: MinisignSigner) -> None:
    about = tomllib.loads(opened(pack(maker))["pack.toml"].decode())
    assert about["key"] == maker.public_key
    assert sorted(about["files"]) == ["format.toml", "gaslight-hour-mark.png"]
