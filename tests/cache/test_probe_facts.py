"""What a film is, by both probes alike: in this process, and from behind the walls."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from cache.probe import AudioRole, FilmFacts, Probe, Transfer
from cache.probe_av import AvProbe
from cache.probe_sandbox import SandboxedProbe
from lab.hostile_films import SAMPLES, ffmpeg, make_samples

TONE = ("-f", "lavfi", "-i", "sine=frequency=997:duration=6")
PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=6")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    make_samples(folder)
    return folder


@pytest.fixture(params=[AvProbe, SandboxedProbe], ids=["here", "walled"])
def probe(request: pytest.FixtureRequest) -> Probe:
    made: Probe = request.param()
    return made


def probed(probe: Probe, path: Path) -> FilmFacts:
    return probe.film(path, path.name)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"odd-size.avi"}))
def test_every_kind_of_film_is_two_seconds_long(probe: Probe, films: Path, name: str) -> None:
    facts = probed(probe, films / name)
    assert facts.duration_ms == pytest.approx(2000, abs=150)
    assert (facts.width, facts.height) == (160, 90)
    assert facts.ends_at_ms is None
    assert facts.damaged_ms == ()


def test_hdr10_is_seen_by_its_transfer_and_depth(probe: Probe, films: Path) -> None:
    facts = probed(probe, films / "hdr10.mp4")
    assert (facts.video_codec, facts.profile, facts.bit_depth) == ("hevc", "Main 10", 10)
    assert facts.transfer is Transfer.PQ
    assert facts.audio_codec == ""
    assert facts.loudness is None


def test_a_film_on_its_side_is_seen(probe: Probe, films: Path) -> None:
    assert probed(probe, films / "on-its-side.mp4").rotation_degrees in {90, 270}
    assert probed(probe, films / "plain.mp4").rotation_degrees == 0


def test_an_uneven_pace_is_seen(probe: Probe, films: Path) -> None:
    assert probed(probe, films / "uneven.mkv").variable_rate
    for even in ("plain.mp4", "plain.mkv", "plain.ts", "plain.avi", "plain.webm"):
        assert not probed(probe, films / even).variable_rate, even


def test_woven_fields_are_seen(probe: Probe, tmp_path: Path) -> None:
    fields = ("-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ildct+ilme")
    ffmpeg(*PICTURE, *fields, "-c:v", "mpeg2video", tmp_path / "fields.ts")
    assert probed(probe, tmp_path / "fields.ts").interlaced


def test_wide_pixels_are_seen(probe: Probe, tmp_path: Path) -> None:
    ffmpeg(*PICTURE, "-vf", "setsar=64/45", *H264, tmp_path / "wide.mp4")
    assert probed(probe, tmp_path / "wide.mp4").sample_aspect == pytest.approx(64 / 45)


def test_the_way_between_whole_pictures_is_measured(probe: Probe, tmp_path: Path) -> None:
    ffmpeg(*PICTURE, *H264, "-sc_threshold", "0", tmp_path / "keys.mp4")
    assert probed(probe, tmp_path / "keys.mp4").keyframe_ms == pytest.approx(2000, abs=45)


def test_tracks_have_language_and_role(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "words.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHallo\n")
    ffmpeg(
        *(*PICTURE, *TONE, *TONE, "-i", tmp_path / "words.srt"),
        *("-map", "0", "-map", "1", "-map", "2", "-map", "3", *H264, "-c:a", "aac", "-c:s", "srt"),
        *("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"),
        *("-disposition:a:1", "visual_impaired+descriptions", "-metadata:s:s:0", "language=deu"),
        tmp_path / "tracks.mkv",
    )
    facts = probed(probe, tmp_path / "tracks.mkv")
    assert [(track.language, track.role) for track in facts.audio_tracks] == [
        ("eng", AudioRole.MAIN),
        ("deu", AudioRole.DESCRIPTION),
    ]
    assert [(track.codec, track.language) for track in facts.subtitle_tracks] == [("subrip", "deu")]


@pytest.mark.parametrize("volume", ["0.1", "1", "4"])
def test_loudness_is_what_ffmpegs_own_meter_says(probe: Probe, tmp_path: Path, volume: str) -> None:
    film = tmp_path / "loud.mkv"
    ffmpeg(*PICTURE, *TONE, "-af", f"volume={volume}", *H264, "-c:a", "flac", film)
    meter = ["ffmpeg", "-nostdin", "-i", film, "-vn", "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(meter, capture_output=True, text=True, check=True).stderr.rpartition("Summary:")[2]
    integrated, peak = (float(found) for found in re.findall(r"(?:I|Peak): +(-?[\d.]+) ", said))
    facts = probed(probe, film)
    assert facts.loudness is not None
    assert facts.loudness.integrated_lufs == pytest.approx(integrated, abs=0.2)
    assert facts.loudness.true_peak_dbtp == pytest.approx(peak, abs=0.3)


def test_a_loud_trailer_and_a_quiet_film_meet(probe: Probe, tmp_path: Path) -> None:
    heard = []
    for name, volume in (("trailer.mkv", "6"), ("film.mkv", "0.7")):
        ffmpeg(*PICTURE, *TONE, "-af", f"volume={volume}", *H264, "-c:a", "flac", tmp_path / name)
        facts = probed(probe, tmp_path / name)
        assert facts.loudness is not None
        heard.append(facts.loudness.integrated_lufs + facts.gain_db)
    assert heard == [pytest.approx(-23, abs=0.2)] * 2


@pytest.mark.parametrize("name", ["plain.mp4", "plain.mkv"])
def test_a_film_that_was_copied_in_part_is_known_for_it(probe: Probe, tmp_path: Path, name: str) -> None:
    whole = tmp_path / name
    index_first = ("-movflags", "+faststart") if name.endswith("mp4") else ()
    ffmpeg(*PICTURE, *TONE, *H264, *index_first, whole)
    content = whole.read_bytes()
    whole.write_bytes(content[: len(content) // 2])
    facts = probed(probe, whole)
    assert facts.ends_at_ms is not None
    assert 1000 < facts.ends_at_ms < 4500


def test_places_that_do_not_decode_are_named(probe: Probe, tmp_path: Path) -> None:
    film = tmp_path / "hole.mp4"
    ffmpeg(*PICTURE, *H264, "-g", "25", film)
    content = bytearray(film.read_bytes())
    start, length = int(len(content) * 0.55), int(len(content) * 0.3)
    content[start : start + length] = bytes(length)
    film.write_bytes(content)
    damaged = probed(probe, film).damaged_ms
    assert damaged
    assert 600 not in damaged


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "media.empty"),
        (b"this is no film" * 100, "media.not_a_film"),
        (b"#EXTM3U\nhttp://127.0.0.1/film.ts\n", "media.not_a_film"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "media.not_a_film"),
    ],
)
def test_what_is_no_film_is_refused_by_name(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "strange.mp4"
    path.write_bytes(content)
    with pytest.raises(MatineeError, match=r"strange\.mp4") as caught:
        SandboxedProbe().film(path, "strange.mp4")
    assert caught.value.key == key


def test_a_glance_is_enough_for_what_stands_at_the_beginning(films: Path) -> None:
    probe = SandboxedProbe()
    glance, whole = (look(films / "plain.mkv", "plain.mkv") for look in (probe.glance, probe.film))
    assert (glance.video_codec, glance.width, glance.fps) == (whole.video_codec, whole.width, whole.fps)
    assert glance.loudness is None
    assert whole.loudness is not None


def test_a_trial_decodes_faster_than_a_small_film_runs(films: Path) -> None:
    trial = SandboxedProbe().trial(films / "plain.mkv", "plain.mkv", seconds=1.0)
    assert trial.film_s >= 1.0
    assert trial.pictures >= 25
    assert trial.factor > 1
