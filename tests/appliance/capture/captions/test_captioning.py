"""Captions are given, follow a clip into its cuts, go up, are replaced, and go with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from click.testing import CliRunner, Result

from appliance.capture.captions.caption_routes import caption_routes
from appliance.capture.cut import Description, file_of
from appliance.capture.shredding import ClipShredder
from appliance.cli.root import matinee
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.ipc.server import Request
from appliance.model.captioned import Captioned
from appliance.model.capture import NewCut
from appliance.paths import Paths
from appliance.store.outbox import Lane, messages_after
from cache.subtitles import cues_of
from lab.clip_desk import ClipDesk
from lab.house import make_house

Done = TypeVar("Done")

HELLO = "1\n00:00:00,200 --> 00:00:00,700\nGood <i>evening</i>\n\n2\n00:00:00,700 --> 00:00:09,000\nand on\n"
ITEM = "WEBVTT\n\n01:00.500 --> 01:01.400\nFirst\n\n02:00.000 --> 02:01.000\nSecond\n"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=1)


@pytest.fixture
def desk(paths: Paths, clock: HeldClock, film: Path) -> Iterator[ClipDesk]:
    desk = ClipDesk(paths, clock, EventId("friday"), film)
    yield desk
    desk.close()


def on_card(desk: ClipDesk) -> set[str]:
    return {path.name for path in desk.paths.clips.glob("*.vtt")}


def said(desk: ClipDesk, clip: str, cut: str = "landscape") -> str:
    file = desk.rows.clip(ClipId(clip)).file("vtt", cut)
    assert file is not None
    return (desk.paths.clips / file.name).read_text()


def sent(desk: ClipDesk) -> list[str]:
    rows = messages_after(desk.rows.database, Lane.CLIPS, 0, 100)
    return [file["name"] for row in rows for file in json.loads(row.body)["files"]]


def make_portrait(desk: ClipDesk, clip: ClipId, *, begins_ms: int, lasts_ms: int) -> None:
    """The stretch of the clip that its portrait cut shows, as the cutting room leaves it."""
    folder = desk.paths.clips
    for kind in ("mp4", "jpg"):
        shutil.copyfile(folder / f"{clip}.landscape.{kind}", folder / f"{clip}.portrait.{kind}")
    about = msgspec.json.decode((folder / f"{clip}.landscape.json").read_bytes(), type=Description)
    moment_ms = desk.rows.clip(clip).moment_ms - begins_ms
    about = msgspec.structs.replace(about, cut="portrait", moment_ms=moment_ms, duration_ms=lasts_ms)
    (folder / f"{clip}.portrait.json").write_bytes(msgspec.json.encode(about))
    files = tuple(file_of(folder, clip, kind, "portrait") for kind in ("mp4", "jpg", "json"))
    assert desk.rows.cut_made(NewCut(clip, "portrait", files))


def test_they_lie_beside_the_film_and_leave_with_it(desk: ClipDesk) -> None:
    clip = desk.clip("01A", approved=False)
    done = desk.captions.give(clip, HELLO, "en")
    assert (done.clips, done.cues) == ((clip,), 2)
    assert said(desk, clip) == (
        "WEBVTT\nKind: captions\nLanguage: en\n\n00:00:00.200 --> 00:00:00.700\nGood <i>evening</i>\n\n"
        "00:00:00.700 --> 00:00:01.000\nand on\n\n"
    )
    assert sent(desk) == []
    desk.clips.approve(clip)
    assert set(sent(desk)) == {file.name for file in desk.rows.clip(clip).files}
    assert len([name for name in sent(desk) if name.endswith(".vtt")]) == 1


def test_given_later_they_go_up_by_themselves_and_others_take_their_place(desk: ClipDesk) -> None:
    clip = desk.clip("01A")
    before = sent(desk)
    desk.captions.give(clip, HELLO, "en")
    (first,) = on_card(desk)
    assert sent(desk) == [*before, first]
    desk.captions.give(clip, HELLO.replace("evening", "night"), "en")
    (second,) = on_card(desk)
    assert second > first, "the newest has the greatest name"
    assert "night" in said(desk, clip)
    desk.captions.take_away(clip)
    (third,) = on_card(desk)
    assert desk.rows.clip(clip).captions is None
    assert cues_of((desk.paths.clips / third).read_text()) == []
    assert sent(desk) == [*before, first, second, third]
    desk.captions.take_away(clip)
    assert on_card(desk) == {third}


def test_what_never_left_leaves_nothing_behind(desk: ClipDesk) -> None:
    clip = desk.clip("01A", approved=False)
    desk.captions.give(clip, HELLO, "en")
    desk.captions.take_away(clip)
    assert (on_card(desk), sent(desk)) == (set(), [])


def test_each_cut_gets_the_words_of_its_stretch_also_one_that_is_made_later(desk: ClipDesk) -> None:
    clip = desk.clip("01A")
    desk.captions.give(clip, HELLO, "de")
    make_portrait(desk, clip, begins_ms=300, lasts_ms=400)
    assert desk.rows.clip(clip).file("vtt", "portrait") is None
    desk.captions.look()
    words = "WEBVTT\nKind: captions\nLanguage: de\n\n00:00:00.000 --> 00:00:00.400\nGood <i>evening</i>\n\n"
    assert said(desk, clip, "portrait") == words
    assert sent(desk)[-1].startswith("01A.portrait.")
    there = on_card(desk)
    desk.captions.look()
    assert on_card(desk) == there
    desk.captions.give(clip, HELLO.replace("evening", "night"), "de")
    assert "night" in said(desk, clip, "portrait")


def test_a_transcript_of_the_item_is_cut_to_every_clip_of_it(desk: ClipDesk) -> None:
    first = desk.clip("01A", position_ms=61_000)  # the clip is 60.5 to 61.5 of its item
    second = desk.clip("01B", position_ms=120_500)
    other = desk.clip("01C", position_ms=300_000)
    done = desk.captions.give_item(first, ITEM, "en", 0)
    assert (done.clips, done.cues) == ((second, first), 2)
    assert "00:00:00.000 --> 00:00:00.900\nFirst" in said(desk, first)
    assert "00:00:00.000 --> 00:00:01.000\nSecond" in said(desk, second)
    assert desk.rows.clip(other).captions is None
    desk.captions.give(second, HELLO, "en")
    desk.captions.give_item(first, ITEM.replace("First", "Mended"), "en", 0)
    assert "Mended" in said(desk, first)
    assert "Good" in said(desk, second), "what was given to one clip alone stays"
    began_late = "WEBVTT\n\n00:00.500 --> 00:01.400\nFrom the middle\n"
    desk.captions.give_item(first, began_late, "en", 60_000)
    assert "00:00:00.000 --> 00:00:00.900\nFrom the middle" in said(desk, first)


@pytest.mark.parametrize("begins_ms", [0, 500_000])
def test_words_that_fall_nowhere_are_refused_and_nothing_changes(desk: ClipDesk, begins_ms: int) -> None:
    clip = desk.clip("01A", position_ms=900_000)
    desk.captions.give(clip, HELLO, "en")
    there = on_card(desk)
    with pytest.raises(MatineeError) as refused:
        desk.captions.give_item(clip, ITEM, "en", begins_ms)
    assert refused.value.key == "capture.transcript_elsewhere"
    with pytest.raises(MatineeError, match="1 s long"):
        desk.captions.give(clip, ITEM, "en")
    with pytest.raises(MatineeError, match="SubRip"):
        desk.captions.give(clip, "no words", "en")
    assert on_card(desk) == there
    assert "Good" in said(desk, clip)


def test_a_card_that_takes_nothing_is_said_and_the_old_ones_stay(desk: ClipDesk) -> None:
    clip = desk.clip("01A")
    desk.captions.give(clip, HELLO, "en")
    away = desk.paths.clips.with_name("away")
    desk.paths.clips.rename(away)
    with pytest.raises(MatineeError) as refused:
        desk.captions.give(clip, HELLO.replace("evening", "night"), "en")
    assert refused.value.key == "capture.captions_unwritten"
    away.rename(desk.paths.clips)
    assert "evening" in said(desk, clip)


def test_a_card_that_takes_nothing_costs_a_cut_its_captions_and_nothing_else(
    desk: ClipDesk, caplog: pytest.LogCaptureFixture
) -> None:
    torn, kept = desk.clip("01A"), desk.clip("01B")
    for clip in (torn, kept):
        desk.captions.give(clip, HELLO, "en")
        make_portrait(desk, clip, begins_ms=300, lasts_ms=400)
    words = desk.rows.clip(torn).file("vtt")
    assert words is not None
    (desk.paths.clips / words.name).write_bytes(b"WEBVTT\n\n\xff\xfe")
    stuck = desk.paths.clips / f"{kept}.portrait.json"
    stuck.unlink()
    stuck.mkdir()  # reading it fails, whoever asks
    for _ in range(3):
        desk.captions.look()
    assert [desk.rows.clip(clip).file("vtt", "portrait") for clip in (torn, kept)] == [None, None]
    assert len([line for line in caplog.messages if line.startswith("no captions")]) == 2, "each said once"
    stuck.rmdir()
    desk.captions.give(kept, HELLO, "en")
    assert "Good" in said(desk, kept, "portrait"), "given again they are tried again"


def test_a_transcript_takes_one_turn_of_the_loop_for_each_clip(desk: ClipDesk) -> None:
    clips = [desk.clip(name) for name in ("01A", "01B", "01C")]
    turns: list[int] = []

    def owner(work: Callable[[], Done], /) -> Done:
        done = work()
        turns.append(sum(desk.rows.clip(clip).captions is not None for clip in clips))
        if turns == [0, 1, 2]:
            desk.removals.withdraw(clips[0])  # the newest is given first
        return done

    give = caption_routes(desk.captions, owner)[0]
    body = msgspec.json.encode({"text": ITEM, "begins_ms": 0})
    done = give.handler(Request({"id": clips[1]}, body))
    assert isinstance(done, Captioned)
    assert give.direct, "the file is read elsewhere"
    assert (turns, done.clips) == ([0, 1, 2, 2], (clips[2], clips[1])), "one that went meanwhile is left out"


def test_one_turn_of_the_loop_catches_up_one_clip(desk: ClipDesk) -> None:
    clips = [desk.clip(name) for name in ("01A", "01B")]
    for clip in clips:
        desk.captions.give(clip, HELLO, "en")
        make_portrait(desk, clip, begins_ms=300, lasts_ms=400)
    for done in (1, 2):
        desk.captions.look()
        given = [clip for clip in clips if desk.rows.clip(clip).file("vtt", "portrait")]
        assert len(given) == done


def test_they_go_with_the_clip(desk: ClipDesk) -> None:
    clip = desk.clip("01A")
    desk.captions.give(clip, HELLO, "en")
    desk.removals.withdraw(clip)
    assert on_card(desk) == set()
    assert desk.rows.database.query("SELECT * FROM clip_captions") == []
    for act in (lambda: desk.captions.give(clip, HELLO, "en"), lambda: desk.captions.take_away(clip)):
        with pytest.raises(MatineeError) as refused:
            act()
        assert refused.value.key == "capture.withdrawn"


def test_they_are_shredded_with_a_clip_that_nobody_approved(desk: ClipDesk, clock: HeldClock) -> None:
    clip = desk.clip("01A", approved=False)
    desk.captions.give(clip, HELLO, "en")
    desk.rows.run_ended(desk.rows.open_runs()[0], clock.now(), "stopped")  # type: ignore[arg-type]
    shredder = ClipShredder(desk.paths, desk.rows, clock)
    shredder.round()
    clock.advance(400 * 86400)
    assert shredder.round() == clip
    assert on_card(desk) == set()
    assert desk.rows.database.query("SELECT * FROM clip_captions") == []


def test_what_a_power_cut_left_of_them_goes_at_the_next_start(desk: ClipDesk) -> None:
    clip = desk.clip("01A")
    desk.captions.give(clip, HELLO, "en")
    there = on_card(desk)
    for name in ("01A.landscape.0NEW.vtt", ".01A.landscape.0NEW.vtt.abc"):
        (desk.paths.clips / name).write_text("WEBVTT\n")
    desk.captions.clear_away()
    assert on_card(desk) == there
    assert not list(desk.paths.clips.glob(".*"))


def test_the_command_line_gives_them_too(desk: ClipDesk, tmp_path: Path) -> None:
    desk.clip("01A")
    env, file = {"MATINEE_ROOT": str(desk.paths.root)}, tmp_path / "talk.srt"
    file.write_text(HELLO + "\n3\nnever\n")

    def typed(*words: str) -> Result:
        return CliRunner().invoke(matinee, ["clip", "captions", "01A", *words], env=env)

    done = typed(str(file), "--language", "en")
    assert (done.exit_code, done.stdout) == (0, "2 captions, with 1 of the clips.\n")
    assert "left out: line" in done.stderr
    assert "Good" in said(desk, "01A")
    assert typed("--remove").exit_code == 0
    assert desk.rows.clip(ClipId("01A")).captions is None
    for refused, words in (
        (typed(str(file), "--item-from", "0"), "None of its words"),
        (typed(str(tmp_path / "no.srt")), "No such file"),
    ):
        assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
        assert words in refused.stderr
    assert typed().exit_code == 2
