"""Words and described sound on phones: of tonight's films, in forms that phones understand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.ids import Sha256, ShowId, new_id
from appliance.manifest.event_folder import lay_subtitles
from appliance.manifest.packing_list import PackingList
from appliance.model.programme import Subtitles
from appliance.paths import Paths
from appliance.store.show_rows import ShowRows
from cache.block_file import media_path
from cache.described_sound import is_looked_at, make_sound, sound_path
from lab.audience import SAMPLE, Evening, Phone
from lab.hostile_films import ffmpeg

SRT = "1\n00:00:01,000 --> 00:00:02,500\n<i>Wind</i> & waves <b\n\n"
FILM = Sha256(f"{0:064x}")
WORDS = (Subtitles("de", "subtitles/trailer.de.srt"), Subtitles("en", "../../keys/pass.key"))


@pytest.fixture
def told(paths: Paths, evening: Evening, clock: HeldClock) -> Evening:
    """The evening once more, its first film with subtitles."""
    tell(paths, evening, clock, SAMPLE.read_text("utf-8"))
    return evening


def tell(paths: Paths, evening: Evening, clock: HeldClock, manifest: str) -> None:
    rows = ShowRows.reader(paths)
    loaded = rows.loaded()
    assert loaded is not None
    rows.database.close()
    first, *others = loaded.packing.media
    packing = PackingList(loaded.event.id, 2, (replace(first, subtitles=WORDS), *others))
    writer = evening._rows  # noqa: SLF001 the show's side is played by the test
    with writer.database.transaction() as tx:
        writer.load(tx, ShowId(new_id()), manifest, packing, clock.now())
    lay_subtitles(paths.events / loaded.event.id, WORDS[0], SRT.encode())


def test_outside_its_licence_nothing_of_a_film_is_given(
    phone: Phone, paths: Paths, evening: Evening, clock: HeldClock
) -> None:
    sample = SAMPLE.read_text("utf-8")
    name = next(line for line in sample.splitlines() if line.startswith("film ="))
    licence = f'\n[[licence]]\n{name}\nnot_after = 2026-11-27T20:00:00Z\noutside = "refuse"\n'
    tell(paths, evening, clock, sample + licence)
    assert phone.get(f"/media/{FILM}/0.vtt").status_code == 200
    sound = sound_path(paths.derived, FILM)
    sound.parent.mkdir()
    sound.write_bytes(b"sound")
    before = phone.get(f"/media/{FILM}/described.m4a")
    assert before.status_code == 200
    before.close()
    clock.advance(86_400)
    assert phone.get(f"/media/{FILM}/0.vtt").status_code == 404
    assert phone.get(f"/media/{FILM}/described.m4a").status_code == 404


def test_words_come_as_webvtt_and_are_made_once(phone: Phone, told: Evening) -> None:
    assert told
    answer = phone.get(f"/media/{FILM}/0.vtt")
    assert answer.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer.text == ("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<i>Wind</i> &amp; waves &lt;b\n\n")
    again = phone.get(f"/media/{FILM}/0.vtt", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert f'<track kind="captions" src="/media/{FILM}/0.vtt"' in phone.get("/watch").text


@pytest.mark.parametrize(
    "path", [f"/media/{FILM}/1.vtt", f"/media/{FILM}/2.vtt", f"/media/{'f' * 64}/0.vtt", "/media/x/0.vtt"]
)
def test_nothing_else_is_given(phone: Phone, told: Evening, paths: Paths, path: str) -> None:
    """The second subtitles lie elsewhere: a list that says so is not obeyed."""
    assert told
    (paths.keys / "pass.key").write_text("secret")
    assert phone.get(path).status_code == 404


def test_described_sound_is_made_from_the_film_and_given_in_ranges(
    phone: Phone, paths: Paths, told: Evening, tmp_path: Path
) -> None:
    assert told
    film = tmp_path / "described.mp4"
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=2")
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
    voice = ("-f", "lavfi", "-i", "sine=frequency=880:duration=2")
    maps = ("-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "mpeg4", "-c:a", "aac")
    ffmpeg(*picture, *tone, *voice, *maps, "-disposition:a:1", "visual_impaired", film)
    stored = media_path(paths.media, FILM)
    stored.parent.mkdir(parents=True, exist_ok=True)
    film.rename(stored)
    assert phone.get(f"/media/{FILM}/described.m4a").status_code == 404
    assert make_sound(stored, "trailer.mp4", paths.derived, FILM)
    assert is_looked_at(paths.derived, FILM)
    whole = phone.get(f"/media/{FILM}/described.m4a")
    part = phone.get(f"/media/{FILM}/described.m4a", Range="bytes=4-7")
    assert (part.status_code, part.data) == (206, b"ftyp")
    assert whole.data == sound_path(paths.derived, FILM).read_bytes()
    whole.close()
    part.close()
    assert "described.m4a" in phone.get("/watch").text


def test_a_film_without_description_is_asked_once(paths: Paths, tmp_path: Path) -> None:
    film = tmp_path / "plain.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1", "-c:v", "mpeg4", film)
    assert not is_looked_at(paths.derived, FILM)
    assert not make_sound(film, "plain.mp4", paths.derived, FILM)
    assert is_looked_at(paths.derived, FILM)
    assert not sound_path(paths.derived, FILM).exists()
