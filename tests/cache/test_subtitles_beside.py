from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import MatineeError
from cache.subtitles_beside import decoded, find, read

CUE = "1\n00:00:01,000 --> 00:00:04,000\n{}\n\n"
GERMAN = "Schöne Grüße aus Köln, mein süßes Mädchen. Über den Fluss führt eine Brücke."
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. Привет, мир!"
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
HEBREW = "דג סקרן שט בים מאוכזב ולפתע מצא חברה. שלום לכל העולם"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "utf-16"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "utf-16-be"),
        (HEBREW, "cp1255"),
        (HEBREW, "utf-8"),
    ],
)
def test_whatever_it_was_written_in_it_is_utf8_afterwards(tmp_path: Path, words: str, encoding: str) -> None:
    text = CUE.format(words) * 8
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    (tmp_path / "film.srt").write_bytes(mark + text.encode(encoding))
    found = read(tmp_path / "film.srt", tmp_path / "film.mp4")
    assert words in found.text.text
    assert found.text.cues == 8


@pytest.mark.parametrize(
    ("language", "words", "encoding"),
    [
        ("de", "Grüße", "cp1252"),
        ("pl", "Zażółć gęślą jaźń", "cp1250"),
        ("ru", "Да", "cp1251"),
        ("ja", "はい", "cp932"),
    ],
)
def test_a_few_words_are_enough_when_the_name_says_the_language(
    tmp_path: Path, language: str, words: str, encoding: str
) -> None:
    path = tmp_path / f"film.{language}.srt"
    path.write_bytes(CUE.format(words).encode(encoding))
    assert words in read(path, tmp_path / "film.mp4").text.text


def test_files_are_found_by_the_films_name(tmp_path: Path) -> None:
    film = tmp_path / "short.mp4"
    names = ["short.srt", "short.en.srt", "short.pt-BR.forced.vtt", "short.de.ASS"]
    others = ["shorter.srt", "short.txt", "other.en.srt", "short-2.srt", "short.mp4"]
    for name in [*names, *others]:
        (tmp_path / name).write_text(CUE.format("words"))
    assert {path.name for path in find(film)} == set(names)
    told = {path.name: (read(path, film).language, read(path, film).label) for path in find(film)}
    assert told["short.srt"] == ("", "")
    assert told["short.en.srt"] == ("en", "")
    assert told["short.pt-BR.forced.vtt"] == ("pt-BR", "forced")


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"\xff\xfe", b"no subtitles at all", bytes(range(256)) * 40]
)
def test_what_is_no_subtitles_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "film.srt").write_bytes(content)
    with pytest.raises(MatineeError, match=r"film\.srt") as caught:
        read(tmp_path / "film.srt", tmp_path / "film.mp4")
    assert caught.value.key == "media.bad_subtitles"


def test_a_file_far_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "film.srt").open("wb") as film:
        film.truncate(1 << 40)
    with pytest.raises(MatineeError, match="far too large"):
        read(tmp_path / "film.srt", tmp_path / "film.mp4")


def test_bytes_of_no_encoding_still_become_text() -> None:
    text, encoding = decoded(b"\x81\x8d\x8f\x90 caf\xe9")
    assert text
    assert encoding
