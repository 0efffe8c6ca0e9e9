"""A tour of three weeks: one film that comes once, and an audience that is known at every stop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from appliance.clock import HeldClock
from appliance.manifest import event_manifest
from appliance.model.gate import Holding, opens
from appliance.paths import Paths
from cache.boards import this_board
from lab.door_desk import door_box
from lab.formats import STARTS, filled
from lab.small_film import make_film
from provisioning import templating
from provisioning.cloning import clone
from provisioning.fitting import Fitting
from provisioning.loading import load_event
from provisioning.media_door import media_door

STOPS = ("The Yard", "Quay 4", "Old Mill")


def tour() -> list[str]:
    """The manifests of its stops, a week apart."""
    texts = [filled("micro-tour")]
    for number, venue in enumerate(STOPS[1:], 1):
        when = templating.when(STARTS) + timedelta(weeks=number)
        texts.append(clone(texts[-1], when, {"name": venue}).text)
    return texts


def test_its_stops_are_a_series_of_weeks_with_the_same_content(
    tmp_path: Path, paths: Paths, clock: HeldClock
) -> None:
    texts = tour()
    stops = [event_manifest.check(text) for text in texts]
    assert [stop.plan.series.number for stop in stops if stop.plan.series] == [1, 2, 3]
    assert len({stop.plan.series.id for stop in stops if stop.plan.series}) == 1
    assert [(stop.starts - stops[0].starts).days for stop in stops] == [0, 7, 14]
    assert all(stop.programme == stops[0].programme for stop in stops)
    film = make_film(tmp_path / "film.mp4", 1)
    with media_door(paths, clock) as door:
        for stop, text in zip(stops, texts, strict=True):
            folder = tmp_path / stop.id
            folder.mkdir()
            (folder / "event.toml").write_text(text, "utf-8")
            (folder / "film.mp4").hardlink_to(film)
            load_event(folder / "event.toml", paths, door, lambda _: None, Fitting(this_board(), trial=False))
    assert sorted(path.name for path in paths.events.iterdir()) == sorted(stop.id for stop in stops)
    assert len(list(paths.media.glob("??/*[!s]"))) == 1, "one film for all stops"


def test_one_pass_is_good_at_every_stop_and_opens_the_poster_at_the_third(
    paths: Paths, clock: HeldClock
) -> None:
    box = door_box(paths, clock)
    try:
        stops = [event_manifest.check(text) for text in tour()]
        shown = box.pass_of(stops[0])
        may_have = []
        for stop in stops:
            done = box.enter(stop, shown)
            assert done.attendee is not None
            shown = box.desk.pass_of(box.row(done.attendee, stop))
            stamps = box.desk.reader.read(shown).stamps
            may_have.append(opens(stop.drops[0].gate, Holding("", stamps, 0, here=True)))
        assert may_have == [False, False, True]
    finally:
        box.close()
