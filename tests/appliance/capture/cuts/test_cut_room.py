"""Cuts from a real clip with real ffmpeg: what they show, say and sound like; and what a crash leaves."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
import pytest

from appliance.capture.camera_loop import read_film
from appliance.capture.cut import CutOrder, make_clip
from appliance.capture.cut_av import AvCutter
from appliance.capture.cuts import cut_room, nicest_ffmpeg
from appliance.capture.cuts.cut_room import CutRoom
from appliance.capture.cuts.encode import encode
from appliance.capture.cuts.finish import Room, best_ms, make_cut
from appliance.capture.cuts.loudness import find_level, level_in_place, measure
from appliance.capture.cuts.lower_third import Words
from appliance.capture.cuts.reframe import Focus
from appliance.capture.cuts.shape import PORTRAIT, SQUARE, Shape
from appliance.capture.cuts.sights import Sight, see
from appliance.capture.cuts.template import Part, part_of, stretch, words_of
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, ShowId
from appliance.manifest import event_manifest
from appliance.model.capture import Clip, Moment, Run, RunId
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Lane, Outbox, messages_after
from lab.evening import MANIFEST
from lab.scenes import film

EVENT = event_manifest.check(MANIFEST)
_AS_SHIPPED = nicest_ffmpeg.NICEST
SMALL = {PORTRAIT: Shape(PORTRAIT, 180, 320), SQUARE: Shape(SQUARE, 180, 180)}


def make_walk(path: Path, seconds: int = 4, sound: str = "sine=300:beep_factor=4,volume=0.05") -> Path:
    """A white square that goes from left to right over a dull ground, quietly."""
    walk = (
        f"color=0x303030:size=640x360:rate=30:duration={seconds},format=yuv420p[ground];"
        f"color=white:size=80x160:rate=30:duration={seconds}[man];"
        f"[ground][man]overlay=x=40+500*t/{seconds}:y=100[out];{sound},atrim=duration={seconds}[heard]"
    )
    command = [
        *("ffmpeg", "-v", "error", "-y", "-filter_complex", walk, "-map", "[out]", "-map", "[heard]"),
        *(
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "15",
            "-bf",
            "0",
            "-c:a",
            "aac",
            "-ac",
            "2",
            str(path),
        ),
    ]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_walk(tmp_path_factory.mktemp("walk") / "walk.mp4")


@pytest.fixture(autouse=True)
def among_equals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside other tests the nicest would wait for minutes; one test looks at that."""
    monkeypatch.setattr(nicest_ffmpeg, "NICEST", ("nice", "-n", "5"))


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> CaptureRows:
    return CaptureRows.owner(paths, Outbox(BoxId("box"), clock))


@pytest.fixture
def clip(rows: CaptureRows, paths: Paths, clock: HeldClock, walk: Path) -> Clip:
    now = clock.now()
    run = Run(RunId("run"), EventId(EVENT.id), ShowId("show"), ItemId("talk"), "clip", 0, now, now)
    rows.run_began(run)
    moment = Moment(
        MomentId("01M"),
        ClipId("01CLIP"),
        run.id,
        run.event,
        run.show,
        run.item,
        "operator",
        now,
        0,
        2000,
        1000,
    )
    rows.moment_marked(moment)
    order = CutOrder(moment, 2_000_000, tuple(read_film(walk)), BoxId("box"), "proven")
    rows.clip_made(moment, make_clip(order, paths.clips, AvCutter()), now)
    return rows.clip(moment.clip)


@dataclass(frozen=True)
class Face:
    x: float
    width: float
    height: float


class Owner:
    """The owner thread's inbox, worked off by the test."""

    def __init__(self, rows: CaptureRows, folder: Path) -> None:
        self.inbox: list[Callable[[], None]] = []
        self.came = threading.Event()
        self.rows = rows
        room = Room(folder, AvCutter(), SMALL)
        self.cuts = CutRoom(rows, room, lambda _: EVENT, self._post)

    def _post(self, work: Callable[[], None]) -> None:
        self.inbox.append(work)
        self.came.set()

    def make_all(self) -> None:
        self.cuts.look()
        while self.cuts.in_work is not None:
            assert self.came.wait(100)
            self.came.clear()
            while self.inbox:
                self.inbox.pop(0)()
        self.cuts.close()


def pictures(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]


def test_every_cut_is_made_follows_what_moves_and_says_what_it_is(
    rows: CaptureRows, paths: Paths, clip: Clip
) -> None:
    Owner(rows, paths.clips).make_all()
    made = rows.clip(clip.id)
    assert {file.cut for file in made.files} == {"landscape", PORTRAIT, SQUARE}
    film = made.file("mp4", PORTRAIT)
    described = made.file("json", PORTRAIT)
    assert film is not None
    assert described is not None
    shown = pictures(paths.clips / film.name)
    assert shown[0].shape == (320, 180)
    assert len(shown) == pytest.approx(120, abs=1)
    late = shown[-20:]
    assert all((picture[100:220] > 200).any() for picture in late), "the man has walked out of the window"
    said = json.loads((paths.clips / described.name).read_text())
    assert (said["cut"], said["width"], said["sha256"]) == (PORTRAIT, 180, film.sha256)
    assert measure(paths.clips / film.name) == pytest.approx(-14.0, abs=0.5)
    assert list(paths.clips.glob(".*")) == []


def test_the_panel_is_there_and_goes_away(paths: Paths, clip: Clip, tmp_path: Path) -> None:
    film = paths.clips / f"{clip.id}.landscape.mp4"
    encode(film, SMALL[SQUARE], (0, 1000), [], Words("Questions", "Café Meridian"), tmp_path / "with.mp4")
    encode(film, SMALL[SQUARE], (0, 1000), [], Words(""), tmp_path / "without.mp4")
    titled, plain = pictures(tmp_path / "with.mp4"), pictures(tmp_path / "without.mp4")
    differs = np.abs(titled[20].astype(int) - plain[20])
    assert differs[130:165].mean() > 5
    assert differs[:100].mean() < 3
    assert np.abs(titled[3].astype(int) - plain[3]).mean() < 3


def test_a_cut_of_an_approved_clip_goes_up_and_one_of_a_private_clip_does_not(
    rows: CaptureRows, paths: Paths, clip: Clip, clock: HeldClock
) -> None:
    Owner(rows, paths.clips).make_all()
    assert messages_after(rows.database, Lane.CLIPS, 0) == []
    rows.approve(clip.id, clock.now())
    assert sorted(json.loads(row.body)["cut"] for row in messages_after(rows.database, Lane.CLIPS, 0)) == [
        "landscape", PORTRAIT, SQUARE,
    ]  # fmt: skip


def test_a_cut_made_after_approval_goes_up_too(
    rows: CaptureRows, paths: Paths, clip: Clip, clock: HeldClock
) -> None:
    rows.approve(clip.id, clock.now())
    Owner(rows, paths.clips).make_all()
    assert len(messages_after(rows.database, Lane.CLIPS, 0)) == 3


def test_what_a_crash_left_of_a_cut_is_made_again(rows: CaptureRows, paths: Paths, clip: Clip) -> None:
    half = paths.clips / f".{clip.id}.portrait.mp4.0123456789abcdef"
    half.write_bytes(b"half a film")
    (paths.clips / f"{clip.id}.portrait.mp4").write_bytes(b"a film without its description")
    Owner(rows, paths.clips).make_all()
    assert not half.exists()
    film = rows.clip(clip.id).file("mp4", PORTRAIT)
    assert film is not None
    assert (paths.clips / film.name).stat().st_size == film.size_bytes


def test_a_cut_that_fails_is_said_once_and_the_next_one_is_made(
    rows: CaptureRows,
    paths: Paths,
    clip: Clip,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaks(clip: Clip, cut: str, *others: object) -> object:
        if cut == PORTRAIT:
            raise MatineeError("capture.cut_failed", fault="No space left on device")
        return make_cut(clip, cut, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(cut_room, "make_cut", breaks)
    Owner(rows, paths.clips).make_all()
    assert {file.cut for file in rows.clip(clip.id).files} == {"landscape", SQUARE}
    assert caplog.text.count("No space left") == 1


def test_it_does_not_close_while_somebody_looks(rows: CaptureRows, paths: Paths, clip: Clip) -> None:
    """A thread that the interpreter ends within OpenCV aborts the process."""
    assert clip.files
    order: list[str] = []
    entered, leave = threading.Event(), threading.Event()

    def finds(_: object) -> tuple[()]:
        entered.set()
        assert leave.wait(60)
        order.append("looked")
        return ()

    room = Room(paths.clips, AvCutter(), SMALL, finds)
    posted: list[Callable[[], None]] = []
    cuts = cut_room.CutRoom(rows, room, lambda _: EVENT, posted.append)
    cuts.look()
    assert entered.wait(60)
    closing = threading.Thread(target=lambda: (cuts.close(), order.append("closed")))
    closing.start()
    closing.join(0.1)
    leave.set()
    closing.join(60)
    assert order == ["looked", "closed"], "nor does it look at another picture afterwards"


@pytest.mark.parametrize(
    "sound",
    [
        "sine=300:beep_factor=4,volume=0.1",
        "anoisesrc=color=pink:amplitude=0.9:seed=1,volume=8dB",
        "anoisesrc=color=white:amplitude=0.5:seed=2,volume='if(lt(mod(t,1),0.1),8,0.05)':eval=frame",
    ],
)
def test_every_sound_comes_out_at_minus_14_lufs(tmp_path: Path, sound: str) -> None:
    film = make_walk(tmp_path / "film.mp4", 4, sound)
    before = measure(film)
    assert abs(before + 14) > 1, "it would prove nothing"
    assert level_in_place(film) is not None
    assert measure(film) == pytest.approx(-14.0, abs=0.5)
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", film, "-f", "null", "-"], check=True)


def test_a_film_of_a_camera_without_a_microphone_stays_as_it_is(tmp_path: Path) -> None:
    silent = film("testsrc2=s=320x180:r=8", tmp_path / "silent.mp4", 1)
    before = silent.read_bytes()
    assert level_in_place(silent) is None
    assert silent.read_bytes() == before


def test_an_empty_room_is_not_made_loud(tmp_path: Path) -> None:
    assert find_level(make_walk(tmp_path / "film.mp4", 2, "anoisesrc=amplitude=0.0001:seed=1")) is None


def test_a_cut_comes_behind_everything_else_and_is_never_quite_without_the_processor() -> None:
    ran = subprocess.run([*_AS_SHIPPED, "nice"], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "19"
    ran = subprocess.run([*_AS_SHIPPED, "chrt", "--pid", "0"], check=True, capture_output=True, text=True)
    assert "SCHED_OTHER" in ran.stdout, "what is idle stands still for as long as others work"


def test_faces_count_before_motion_and_the_best_picture_has_one(walk: Path) -> None:
    seen = see(walk, lambda _: [Face(x=0.1, width=0.2, height=0.3)])
    assert {round(sight.focus.x, 2) for sight in seen} == {0.2}
    moving = [sight.focus.x for sight in see(walk, None)]
    assert moving[1] < moving[-1]
    plain = Sight(0.0, Focus(0.0, 0.5), (), 0.2)
    assert best_ms([plain, replace(plain, at_s=1.5, worth=2.0)], (0, 4000)) == 1500
    assert best_ms([plain, replace(plain, at_s=1.5, worth=2.0)], (0, 1000)) == 0


@pytest.mark.parametrize(
    ("item", "part"), [("welcome", Part.SET_UP), ("break", Part.POST_SHOW), ("gone", Part.MID_SHOW)]
)
def test_the_place_in_the_evening_chooses_the_template(item: str, part: Part) -> None:
    assert part_of(EVENT, ItemId(item)) is part
    said = words_of(EVENT, ItemId(item))
    assert said.place == "Café Meridian"
    assert said.title == ("Ten minutes" if item == "break" else EVENT.title)


@pytest.mark.parametrize(
    ("duration", "moment", "expected"),
    [(9, 8, (0, 9)), (40, 8, (0, 30)), (40, 39, (10, 40)), (60, 30, (10, 40))],
)
def test_a_long_clip_is_cut_around_its_moment(duration: int, moment: int, expected: tuple[int, int]) -> None:
    assert stretch(duration, moment, 30) == expected
