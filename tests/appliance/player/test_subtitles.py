from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.picture import Film
from appliance.player.remarks import Remarks
from appliance.player.subtitles import Line, decode, dressed, parse
from appliance.player.words import Words

SRT = (
    "1\n00:00:01,000 --> 00:00:02,500\nGrüße, <i>Ines</i>\nzweite Zeile\n\n"
    "2\n00:01:03,000 --> 00:01:04,000\nEnde\n"
)
VTT = (
    "WEBVTT\n\nNOTE made by hand\n\n"
    "intro\n00:01.000 --> 00:02.500 align:start\n<v Ines>Hello &amp; welcome</v>\n"
)
ASS = (
    "[Script Info]\n[V4+ Styles]\nFormat: Name, Fontsize, OutlineColour, BorderStyle, Shadow\n"
    "Style: Top,20,&H00FFFFFF,1,2\n"
    "[Events]\nFormat: Start, End, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Top\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    assert decode(SRT.encode(encoding)).lstrip("\ufeff") == SRT


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    dressed(decode(content))


def test_srt_and_vtt_are_lines_with_times() -> None:
    assert parse(SRT)[0] == Line(1000, 2500, "Grüße, <i>Ines</i>\nzweite Zeile")
    assert parse(SRT.replace("\n", "\r\n"))[1] == Line(63_000, 64_000, "Ende")
    assert parse(VTT) == [Line(1000, 2500, "<v Ines>Hello &amp; welcome</v>")]


def test_marks_are_kept_and_tags_are_not_shown() -> None:
    ass = dressed(SRT)
    assert ass is not None
    assert r"Grüße, {\i1}Ines{\i0}\Nzweite Zeile" in ass
    assert "Hello & welcome" in (dressed(VTT) or "")


def test_size_follows_the_scale_and_times_the_shift() -> None:
    assert "DejaVu Sans,63," in (dressed(SRT, 1.5) or "")
    assert "0,0:00:11.00,0:00:12.50" in (dressed(SRT, 1.0, 10_000) or "")


def test_ass_keeps_its_own_look_but_for_size_and_ground() -> None:
    ass = dressed(ASS, 2.0, 1000)
    assert ass is not None
    assert "Style: Top,40,&H000E1012,3,0" in ass
    assert "0:00:02.00,0:00:03.00,Top" in ass


@given(st.text(max_size=80), st.integers(0, 10**7), st.integers(1, 10**5))
def test_whatever_is_said_stays_one_event(words: str, begin_ms: int, lasts_ms: int) -> None:
    flat = " ".join(words.split())
    stamps = [f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}" for ms in
              (begin_ms, begin_ms + lasts_ms)]  # fmt: skip
    ass = dressed(f"1\n{stamps[0]} --> {stamps[1]}\nx{flat}\n")
    assert ass is not None
    assert ass.count("Dialogue:") - flat.count("Dialogue:") == 1


def test_missing_subtitles_are_named_and_the_film_goes_without(tmp_path: Path) -> None:
    remarks = Remarks()
    words = Words(tmp_path / "subtitles", remarks)
    assert words.dress(Film("a", "A", "/a", subtitles="/nowhere.srt")).subtitles is None
    (tmp_path / "empty.srt").write_text("nothing in it")
    assert words.dress(Film("b", "B", "/b", subtitles=str(tmp_path / "empty.srt"))).subtitles is None
    assert [remark.token for remark in remarks.all()] == ["a", "b"]
    assert words.dress(Film("c", "C", "/c")).subtitles is None
    assert len(remarks.all()) == 2


def test_what_an_earlier_player_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "good.srt").write_text(SRT)
    film = Film("a", "A", "/a", subtitles=str(tmp_path / "good.srt"))
    ready = Words(tmp_path / "run", Remarks()).dress(film).subtitles
    assert ready is not None
    assert Path(ready).is_file()
    Words(tmp_path / "run", Remarks())
    assert not Path(ready).exists()
