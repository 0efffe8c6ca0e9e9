"""Other projects' odd and broken files: media through the probe, subtitles through the reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from cache.subtitles import clean
from cache.subtitles_beside import read
from lab.corpora import source_package
from lab.outcomes import probe_all, tally

Fuzzed = Callable[[str, int], None]

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("name", "version", "at_least"), [("hachoir", "3.4.0", 100), ("mutagen", "1.48.1", 80)]
)
def test_every_media_file_is_a_film_or_named(
    tmp_path: Path, name: str, version: str, at_least: int, fuzzed: Fuzzed
) -> None:
    source = source_package(name, version, tmp_path)
    files = sorted(
        path
        for path in source.rglob("*")
        if path.is_file() and {"files", "data"} & set(path.parts) and path.suffix not in {".py", ".pyc"}
    )
    assert len(files) >= at_least
    outcomes = probe_all(files)
    print(tally(outcomes))  # noqa: T201 the figure of a soak
    fuzzed("other projects' odd files", len(files))
    assert {outcome.key for outcome in outcomes} <= {"film", "media.not_a_film", "media.empty"}
    for outcome in outcomes:
        assert not any(word in outcome.sentence for word in ("failed", "for ever")), outcome


@pytest.mark.parametrize(("name", "version", "at_least"), [("webvtt-py", "0.6.0", 30), ("srt", "3.5.3", 2)])
def test_every_subtitle_file_is_clean_or_named(
    tmp_path: Path, name: str, version: str, at_least: int, fuzzed: Fuzzed
) -> None:
    source = source_package(name, version, tmp_path)
    files = sorted(path for path in source.rglob("*") if path.suffix in {".srt", ".vtt"})
    assert len(files) >= at_least
    fuzzed("other projects' odd files", len(files))
    for path in files:
        try:
            found = read(path, path.with_suffix(".mp4"))
        except MatineeError as refused:
            assert path.name in refused.sentence
            continue
        again = clean(found.text.text)
        assert (again.text, again.cues, again.faults) == (found.text.text, found.text.cues, ())
