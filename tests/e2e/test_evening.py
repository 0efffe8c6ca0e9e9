"""A whole evening through HTTP only, proven by pixels, by the bucket and by tools that are not ours."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.dev.audience import Guest, Taking, all_at_once
from appliance.dev.operator import Operator
from appliance.model.show_view import Phase, Verb
from e2e.box import Box, eventually
from e2e.short_night import FIRST, FPS, PROGRAMME, SECOND, SECONDS, STOCK
from lab.projector import Projector

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

PEOPLE = 5


class Watcher:
    """Notes what film and frame is on the projector, as long as it is watched."""

    def __init__(self, display: str) -> None:
        self.seen: list[tuple[int, int]] = []
        self._display = display
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> list[tuple[int, int]]:
        self._stop.set()
        self._thread.join()
        return self.seen

    def _watch(self) -> None:
        projector = Projector(self._display)
        while not self._stop.wait(0.01):
            strip = projector.strip()
            if strip is not None and (not self.seen or self.seen[-1] != strip):
                self.seen.append(strip)
        projector.close()


@pytest.mark.parametrize("bell", [True, False], ids=["bell", "bell-cut-off"])
def test_a_whole_evening(open_box: Callable[..., Box], tmp_path: Path, *, bell: bool) -> None:
    box = open_box(bell=bell)
    operator = box.operator()
    guests = [box.guest(number) for number in range(PEOPLE)]
    watcher = Watcher(box.display)
    assert operator.view().phase is Phase.STANDBY

    go_on(operator)
    passes = {held.address for held in all_at_once(guests, Guest.join)}
    assert len(passes) == PEOPLE
    until_item(operator, "doors")
    go_on(operator)
    until_item(operator, "first")
    assert not operator.view().capture_allowed
    until_item(operator, "break", timeout_s=60)
    must_have_shown_both_films_from_first_to_last_frame(watcher.end())

    eventually(lambda: all(guest.sees("print") for guest in guests))
    takings = Counter(all_at_once(guests, Guest.take))
    assert takings == {Taking.CLAIMED: STOCK, Taking.SOLD_OUT: PEOPLE - STOCK}

    go_on(operator)
    until_item(operator, "talk")
    clip = film_a_moment(operator)
    go_on(operator)
    until_item(operator, "good-night")
    go_on(operator)
    assert operator.view().phase is Phase.OVER
    assert not operator.sees_filming()

    eventually(lambda: operator.waiting() == 0, 60)
    bucket = box.objects()
    facts = must_hold_every_fact(bucket)
    assert [fact["item"] for fact in facts if fact["kind"] == "item_entered"] == PROGRAMME
    (film,) = [body for key, body in bucket.items() if key.endswith(f"/clips/{clip}.landscape.mp4")]
    assert 2.5 <= seconds_of(film, tmp_path) <= 5
    must_open_with_age(box, bucket, tmp_path)
    must_name_nobody(bucket)
    must_be_counted_by_the_report(box)

    must_be_told_by_the_command_line(box, clip)
    started = box.processes()
    assert len(started) >= 8
    assert box.stop() == 0
    eventually(lambda: not box.alive(started))


def go_on(operator: Operator) -> None:
    """Press GO until it is taken: twice within a moment is one press."""
    here = operator.view()

    def has_moved() -> bool:
        now = operator.press(Verb.GO)
        return (now.phase, now.index) != (here.phase, here.index)

    eventually(has_moved)


def until_item(operator: Operator, item: str, timeout_s: float = 60) -> None:
    def on_screen() -> bool:
        view = operator.view()
        return view.index is not None and view.items[view.index].id == item

    eventually(on_screen, timeout_s)


def must_have_shown_both_films_from_first_to_last_frame(seen: list[tuple[int, int]]) -> None:
    films = [film for film, _ in seen]
    assert films == sorted(films), "one film after the other, and never back"
    for film in (FIRST, SECOND):
        frames = [frame for which, frame in seen if which == film]
        last = round(SECONDS[film] * FPS) - 1
        assert frames == sorted(frames)
        assert frames[0] <= 2
        assert frames[-1] >= last - 2
        assert len(frames) >= 0.8 * last, f"{len(frames)} of {last} pictures of film {film} were seen"


def test_the_proof_by_pixels_bites() -> None:
    whole = [(film, frame) for film in (FIRST, SECOND) for frame in range(round(SECONDS[film] * FPS))]
    must_have_shown_both_films_from_first_to_last_frame(whole)
    back_again = [*whole, (FIRST, 0)]
    begun_late = [(film, frame) for film, frame in whole if (film, frame >= FPS) != (SECOND, False)]
    cut_short = whole[:-FPS]
    stuttering = [(film, frame) for film, frame in whole if frame % 3 == 0 or frame > 190]
    for wrong in (back_again, begun_late, cut_short, stuttering, whole[:1], []):
        with pytest.raises((AssertionError, IndexError)):
            must_have_shown_both_films_from_first_to_last_frame(wrong)


def film_a_moment(operator: Operator) -> str:
    eventually(operator.sees_filming)
    reached = operator.view().position_ms + 3000  # a clip must have 2500: cameras begin late
    eventually(lambda: operator.view().position_ms >= reached)
    eventually(operator.marks, 20)
    (clip,) = eventually(operator.clips_to_approve, 40)
    operator.approve(clip)
    return clip


def seconds_of(film: bytes, folder: Path) -> float:
    path = folder / "clip.mp4"
    path.write_bytes(film)
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rows(bucket: dict[str, bytes], lane: str) -> list[dict[str, Any]]:
    found = [
        gzip.decompress(body) for key, body in sorted(bucket.items()) if re.search(rf"/{lane}-[^/]+$", key)
    ]
    return [json.loads(line) for body in found for line in body.splitlines()]


def must_hold_every_fact(bucket: dict[str, bytes]) -> list[dict[str, Any]]:
    facts = sorted(rows(bucket, "facts"), key=lambda fact: fact["id"])
    assert len({fact["id"] for fact in facts}) == len(facts), "no fact twice"
    counts = Counter(fact["kind"] for fact in facts)
    assert counts["signed_up"] == PEOPLE
    assert counts["drop_claimed"] == STOCK
    assert counts["show_started"] == 1
    assert counts["show_ended"] == 1
    assert counts["moment_marked"] == 1
    assert counts["clip_approved"] == 1
    assert counts["cue_fired"] == 2
    return facts


def must_open_with_age(box: Box, bucket: dict[str, bytes], folder: Path) -> None:
    people = rows(bucket, "people")
    assert len(people) == PEOPLE
    sealed = folder / "person.age"
    names = set()
    for person in people:
        sealed.write_bytes(base64.b64decode(person["sealed"]))
        opened = subprocess.run(
            ["age", "--decrypt", "--identity", str(box.organiser_key), str(sealed)],
            check=True,
            capture_output=True,
        )
        names.add(json.loads(opened.stdout)["name"])
    assert "Ben 1" in names


def must_name_nobody(bucket: dict[str, bytes]) -> None:
    for key, body in bucket.items():
        text = gzip.decompress(body) if key.endswith(".gz") else body
        assert b"Ben 1" not in text, key
        assert b"@example.org" not in text, key


def must_be_counted_by_the_report(box: Box) -> None:
    (figures,) = told(box, "cloud", "report", "--json")["events"]
    assert (figures["attendance"], figures["claims"], figures["clips_approved"]) == (
        PEOPLE,
        {"print": STOCK},
        1,
    )


def must_be_told_by_the_command_line(box: Box, clip: str) -> None:
    assert set(told(box, "status", "--json")["services"].values()) == {True}
    assert told(box, "show", "status", "--json")["phase"] == "over"
    assert [one["id"] for one in told(box, "clip", "list", "--json")] == [clip]
    assert [one["events"] for one in told(box, "media", "list", "--json")] == [["short-night"]] * 2
    assert told(box, "check", "--json")["faults"] == []
    assert box.matinee("doctor").returncode == 0


def told(box: Box, *words: str) -> Any:  # noqa: ANN401 JSON
    done = box.matinee(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)
