"""Every cut of a real clip is registered, told to the organiser, and found again by `matinee clip verify`."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import RowsKey
from appliance.bucket.ndjson import pack
from appliance.capture.camera_loop import read_film
from appliance.capture.cut import CutOrder
from appliance.capture.cut_av import AvCutter
from appliance.capture.cuts import nicest_ffmpeg
from appliance.capture.cuts.cut_room import CutRoom
from appliance.capture.cuts.finish import Room
from appliance.capture.cuts.shape import SQUARE, Shape
from appliance.capture.cutting import Cutting
from appliance.capture.provenance import registrar
from appliance.capture.provenance.clip_key import clip_key_in
from appliance.capture.provenance.provenance_c2pa import C2paSeal
from appliance.capture.provenance.registrar import Registrar
from appliance.cli.root import matinee
from appliance.clock import HeldClock
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, ShowId
from appliance.manifest import event_manifest
from appliance.model.capture import Clip, Moment, Run, RunId
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.fingerprint_rows import FingerprintRows
from appliance.store.outbox import Lane, Outbox, messages_after
from lab.evening import MANIFEST
from lab.scenes import film, sounding
from provisioning.cloud.box_certificates import certify_clips
from provisioning.cloud.registry import registry_in

EVENT = event_manifest.check(MANIFEST)
BOX = BoxId("box")


class House:
    """The capture's owner thread, worked off by the test, with a key under the organiser's root."""

    def __init__(self, paths: Paths, clock: HeldClock, organiser: Path) -> None:
        self.paths, self.clock = paths, clock
        certify_clips(organiser, BOX, paths.keys)
        key = clip_key_in(paths.keys)
        assert key is not None
        seal = C2paSeal(key)
        outbox = Outbox(BOX, clock)
        self.inbox: list[Callable[[], None]] = []
        self.came = threading.Event()
        self.rows = CaptureRows.owner(paths, outbox)
        self.prints = FingerprintRows(self.rows.database, outbox)
        self.cutting = Cutting(self.rows, paths.clips, AvCutter(), clock, self.post, seal, lambda _: EVENT)
        room = Room(paths.clips, AvCutter(), {SQUARE: Shape(SQUARE, 180, 180)}, seal=seal)
        self.cuts = CutRoom(self.rows, room, lambda _: EVENT, self.post)
        self.registrar = Registrar(self.prints, paths.clips, clock, self.post)

    def post(self, work: Callable[[], None]) -> None:
        self.inbox.append(work)
        self.came.set()

    def work_until(self, done: Callable[[], bool]) -> None:
        while not done():
            assert self.came.wait(100)
            self.came.clear()
            while self.inbox:
                self.inbox.pop(0)()

    def make(self, scene: int, folder: Path) -> Clip:
        footage = sounding(film(scene, folder / "silent.mp4"), folder / "footage.mp4")
        now = self.clock.now()
        run = Run(RunId("run"), EventId(EVENT.id), ShowId("show"), ItemId("talk"), "clip", 0, now, now)
        self.rows.run_began(run)
        moment = Moment(
            id=MomentId("01M"),
            clip=ClipId("01CLIP"),
            run=run.id,
            event=run.event,
            show=run.show,
            item=run.item,
            by="operator",
            at=now,
            position_ms=0,
            pre_roll_ms=2000,
            post_roll_ms=1000,
        )
        self.rows.moment_marked(moment)
        self.cutting.order(CutOrder(moment, 2_000_000, tuple(read_film(footage)), BOX, "none"))
        self.work_until(lambda: not self.cutting.in_work)
        self.cuts.look()
        self.work_until(lambda: self.cuts.in_work is None)
        self.registrar.look()
        self.work_until(lambda: not self.registrar.busy)
        return self.rows.clip(moment.clip)


@pytest.fixture
def house(paths: Paths, clock: HeldClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    # on a machine that is busy with other tests the nicest would wait for minutes
    monkeypatch.setattr(nicest_ffmpeg, "NICEST", ("nice", "-n", "5"))
    monkeypatch.setattr(registrar, "_NICENESS", 5)
    return House(paths, clock, tmp_path / "organiser")


def verified(paths: Paths, *words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(matinee, ["clip", "verify", *words], env={"MATINEE_ROOT": str(paths.root)})
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome.exit_code, outcome.output


def test_every_cut_is_signed_registered_and_found_again_when_stripped(house: House, tmp_path: Path) -> None:
    clip = house.make(1, tmp_path)
    assert [(one.clip, one.cut) for one in house.prints.all(BOX)] == [
        (clip.id, "landscape"), (clip.id, SQUARE),
    ]  # fmt: skip
    for cut in ("landscape", SQUARE):
        made = clip.file("mp4", cut)
        assert made is not None
        status, said = verified(house.paths, str(house.paths.clips / made.name))
        assert status == 0, said
        assert "Trusted: signed by box box" in said
        assert f"Clip {clip.id} ({cut}) of {EVENT.title}, Café Meridian" in said
        assert "clock was not set" in said
        stripped = tmp_path / f"{cut}.mp4"
        copied = ("-c:v", "libx264", "-crf", "35", "-an")
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", house.paths.clips / made.name, *copied, stripped], check=True
        )
        status, said = verified(house.paths, "--json", str(stripped))
        document = json.loads(said)
        assert (status, document["credentials"]["verdict"]) == (1, "none")
        assert [(one["clip"], one["cut"]) for one in document["found"]] == [(clip.id, cut)]


def test_what_the_organiser_is_told_finds_it_too_and_rubbish_in_the_bucket_is_passed_over(
    house: House, tmp_path: Path
) -> None:
    house.make(2, tmp_path)
    bodies = [row.body for row in messages_after(house.rows.database, Lane.FACTS, 0)]
    assert sum('"clip_registered"' in body for body in bodies) == 2
    look = '{"at_ms":0,"view":"whole","dhash":"zz","phash":""}'
    registered = f'{{"kind":"clip_registered","event":"e","clip":"c","cut":"x","looks":[{look}]}}'
    rubbish = ('{"kind":"clip_registered"}', registered)
    packed = tmp_path / "rows.ndjson.gz"
    packed.write_bytes(pack([*rubbish, *bodies]))
    (tmp_path / "bucket").mkdir()
    bucket = FolderBucket(tmp_path / "bucket")
    day = house.clock.now().date()
    key = RowsKey("facts", BOX, EVENT.id, day, 1, 1)
    bucket.put(str(key), packed.read_bytes(), "application/x-ndjson+gzip")
    assert registry_in(bucket, tmp_path / "cache") == house.prints.all(BOX)


def test_a_film_that_is_gone_stops_no_other(house: House, tmp_path: Path) -> None:
    clip = house.make(3, tmp_path)
    with house.rows.database.transaction() as tx:
        tx.execute("DELETE FROM fingerprint_look")
        tx.execute("DELETE FROM fingerprint")
    (house.paths.clips / f"{clip.id}.landscape.mp4").unlink()
    house.registrar.look()
    house.work_until(lambda: not house.registrar.busy)
    assert [one.cut for one in house.prints.all(BOX)] == [SQUARE]
