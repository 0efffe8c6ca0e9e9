"""The stage on simulated parts and a held clock: every decision, no waiting."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest
from msgspec import structs
from PIL import Image

from appliance.clock import HeldClock
from appliance.model.picture import Card, Film, Overlay, OverlayKind, Screen, Stream
from appliance.model.programme import CardLayout
from appliance.player.card_wall import CardWall
from appliance.player.display import Slot
from appliance.player.display_simulated import DisplaySimulated
from appliance.player.engine_simulated import EngineSimulated
from appliance.player.live_simulated import LiveSimulated
from appliance.player.slots import STALL_S, Slots
from appliance.player.stage import Stage

IDLE = Card("idle", CardLayout.IDLE, "Matinee")
AFTER = Card("after", CardLayout.CLOSING, "Thank you")


class House:
    """A stage and everything under it, 20 ms at a time."""

    def __init__(self) -> None:
        self.clock = HeldClock()
        self.display = DisplaySimulated()
        self.engines = {slot: self._engine(slot) for slot in Slot}
        self.live = {slot: LiveSimulated(self.clock, partial(self.display.draw, slot)) for slot in Slot}
        self.rung = 0
        slots = Slots(self.display, self.engines, self.clock, live=self.live)
        self.stage = Stage(self.display, slots, CardWall(self.display, self.clock), self.clock, self._ring)

    def _engine(self, slot: Slot) -> EngineSimulated:
        engine = EngineSimulated(self.clock, lambda: self.display.draw(slot))
        engine.durations_ms.update({"/a": 4_000, "/b": 5_000, "/long": 600_000})
        engine.broken.add("/broken")
        return engine

    def _ring(self) -> None:
        self.rung += 1

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 50)):
            self.clock.advance(0.02)
            self.stage.tick()
            assert self.display.seen is not None

    @property
    def seen_engine(self) -> EngineSimulated:
        assert isinstance(self.display.seen, Slot)
        return self.engines[self.display.seen]


def film(path: str, token: str = "", **more: object) -> Film:
    return Film(token or path, path, path, **more)  # type: ignore[arg-type]


@pytest.fixture
def house() -> House:
    house = House()
    house.stage.show(Screen(IDLE))
    return house


def test_the_old_picture_stands_until_the_film_has_one(house: House) -> None:
    house.stage.show(Screen(film("/a")))
    house.run(0.2)
    assert isinstance(house.display.seen, Image.Image)
    assert house.stage.status().token == "idle"
    house.run(0.2)
    assert house.stage.status().kind == "film"
    assert house.stage.status().playing


def test_nothing_is_raised_that_x_has_not_drawn(house: House) -> None:
    for engine in house.engines.values():
        engine._on_picture = lambda: None  # noqa: SLF001 the lever of an engine that lies
    house.stage.show(Screen(film("/a")))
    house.run(1.7)
    assert house.stage.status().token == "idle"
    house.run(0.3)
    status = house.stage.status()
    assert (status.kind, status.token, status.failed) == ("card", None, ())
    house.run(6.2)
    assert house.stage.status().kind == "card"
    assert [failure.token for failure in house.stage.status().failed] == ["/a"]


def test_a_film_that_is_slow_to_open_comes_after_the_calm_card(house: House) -> None:
    for engine in house.engines.values():
        engine.opening_s = 4.0
    house.stage.show(Screen(film("/a", start_ms=700)))
    house.run(2)
    assert isinstance(house.display.seen, Image.Image)
    house.run(2.2)
    status = house.stage.status()
    assert (status.token, status.kind, status.failed) == ("/a", "film", ())
    assert status.position_ms < 1_200


def test_a_film_rolls_over_to_the_prepared_film_at_once(house: House) -> None:
    house.stage.show(Screen(film("/a"), film("/b")))
    house.run(0.4)
    first = house.display.seen
    house.run(3.98)
    assert house.display.seen is not first
    assert house.stage.status().token == "/b"
    assert house.stage.status().position_ms <= 100


def test_a_film_rolls_over_to_a_card_hung_ahead(house: House) -> None:
    house.stage.show(Screen(film("/a"), AFTER))
    house.run(1)
    hung = house.display.hung
    assert hung is not None
    house.run(4)
    assert house.display.seen is hung
    assert house.stage.status().token == "after"


def test_the_bell_rings_at_every_change(house: House) -> None:
    before = house.rung
    house.stage.show(Screen(film("/a"), AFTER))
    house.run(5)
    assert house.rung >= before + 3


def test_putting_the_same_screen_again_changes_nothing(house: House) -> None:
    wanted = Screen(film("/long"), AFTER)
    house.stage.show(wanted)
    house.run(2)
    before = house.stage.status()
    assert house.stage.show(wanted) == before


def test_pause_rate_seek_and_loudness_follow_the_same_token(house: House) -> None:
    house.stage.show(Screen(film("/long")))
    house.run(1)
    house.stage.show(Screen(film("/long", paused=True), volume=0.5))
    at = house.stage.status()
    house.run(1)
    assert house.stage.status().position_ms == at.position_ms
    assert not house.stage.status().playing
    assert house.seen_engine.amplitude == 0.5
    house.stage.show(Screen(film("/long", rate=4.0, gain_db=-20.0)))
    house.stage.seek("/long", 90_000)
    house.run(1)
    assert house.stage.status().position_ms == pytest.approx(94_000, abs=100)
    assert house.seen_engine.amplitude == pytest.approx(0.1)


def test_a_passing_position_in_a_wish_moves_nothing(house: House) -> None:
    house.stage.show(Screen(film("/long")))
    house.run(10)
    at = house.stage.status().position_ms
    assert house.stage.show(Screen(film("/long", start_ms=3_000), volume=0.4)).position_ms == at


def test_a_late_seek_of_another_showing_moves_nothing(house: House) -> None:
    house.stage.show(Screen(film("/long")))
    house.run(1)
    assert house.stage.seek("/a", 50_000).position_ms < 2_000


def test_an_ended_showing_never_comes_back(house: House) -> None:
    wanted = Screen(film("/a"), AFTER)
    house.stage.show(wanted)
    house.run(5)
    assert house.stage.show(wanted).token == "after"
    assert house.stage.show(Screen(film("/a"), None, 0.5)).token == "after"
    house.run(1)
    assert house.stage.status().token == "after"


def test_the_next_picture_told_after_the_end_follows_at_once(house: House) -> None:
    house.stage.show(Screen(film("/a")))
    house.run(5)
    assert house.stage.status().ended
    house.stage.show(Screen(film("/a"), AFTER))
    assert house.stage.status().token == "after"


def test_a_broken_film_gives_the_calm_card_and_the_next_wish_is_granted(house: House) -> None:
    house.stage.show(Screen(film("/broken")))
    house.run(0.5)
    status = house.stage.status()
    assert (status.token, status.kind, status.failed[0].token) == ("/broken", "card", "/broken")
    house.stage.show(Screen(film("/b")))
    house.run(0.5)
    assert house.stage.status().token == "/b"


def test_a_broken_next_film_is_named_before_its_turn(house: House) -> None:
    house.stage.show(Screen(film("/a"), film("/broken")))
    house.run(1)
    assert house.stage.status().token == "/a"
    assert [failure.token for failure in house.stage.status().failed] == ["/broken"]
    house.run(4)
    assert (house.stage.status().token, house.stage.status().kind) == ("/broken", "card")


def test_a_stalled_film_is_opened_again_once_where_it_stood(house: House) -> None:
    house.stage.show(Screen(film("/long")))
    house.run(2)
    before = house.display.seen
    house.seen_engine.stalled = True
    house.run(STALL_S + 0.6)
    assert house.display.seen is not before
    assert house.stage.status().failed == ()
    assert house.stage.status().position_ms == pytest.approx(1_800, abs=300)
    assert house.stage.status().playing
    house.seen_engine.stalled = True
    house.run(STALL_S + 0.6)
    assert house.stage.status().kind == "card"
    assert house.stage.status().failed[0].token == "/long"


def test_a_pause_is_no_stall(house: House) -> None:
    house.stage.show(Screen(film("/long", paused=True)))
    house.run(3 * STALL_S)
    house.stage.show(Screen(film("/long")))
    house.run(1)
    assert house.stage.status().failed == ()
    assert house.stage.status().playing


def test_panic_silences_the_film_and_resume_brings_its_place_back(house: House) -> None:
    house.stage.show(Screen(film("/long"), AFTER))
    house.run(2)
    house.stage.show(Screen(Card("panic", CardLayout.CALM, "One moment, please")))
    assert isinstance(house.display.seen, Image.Image)
    assert not any(engine.progress().rolling for engine in house.engines.values())
    house.stage.show(Screen(film("/long", start_ms=1_600), AFTER))
    house.run(0.5)
    assert house.stage.status().position_ms == pytest.approx(1_700, abs=120)


def test_another_film_wanted_while_one_rolls_takes_over_when_ready(house: House) -> None:
    house.stage.show(Screen(film("/long"), film("/a")))
    house.run(1)
    house.stage.show(Screen(film("/b"), film("/a")))
    assert house.stage.status().token == "/long"
    house.run(0.5)
    assert house.stage.status().token == "/b"
    house.run(0.5)
    assert sum(engine.progress().rolling for engine in house.engines.values()) == 1


def test_a_countdown_is_redrawn_once_a_second_and_frozen_by_a_pause(house: House) -> None:
    count = Card("count", CardLayout.COUNTDOWN, "Soon", remaining_ms=60_000)
    house.stage.show(Screen(count))
    house.run(3)
    assert house.display.amended == 3
    assert house.stage.status().position_ms == pytest.approx(3_000, abs=30)
    house.stage.show(Screen(Card("count", CardLayout.COUNTDOWN, "Soon", remaining_ms=60_000, paused=True)))
    house.run(5)
    assert house.stage.status().position_ms == pytest.approx(3_000, abs=30)


def test_a_card_is_composed_anew_for_another_projector(house: House) -> None:
    house.display.resize((1920, 1080))
    house.run(0.02)
    assert isinstance(house.display.seen, Image.Image)
    assert house.display.seen.size == (1920, 1080)


def test_pictures_shown_only_grows(house: House) -> None:
    shown = [house.stage.status().pictures_shown]
    for wanted in (Screen(film("/a"), film("/b")), Screen(film("/b"), AFTER), Screen(AFTER)):
        house.stage.show(wanted)
        for _ in range(6):
            house.run(0.5)
            shown.append(house.stage.status().pictures_shown)
    assert shown == sorted(shown)
    assert shown[-1] > 50


def parts(path: str = "/long") -> tuple[Film, Film]:
    return (
        Film("p1", "One", path, begin_ms=0, end_ms=3_000),
        Film("p2", "Two", path, begin_ms=3_000, end_ms=9_000),
    )


def test_a_reel_runs_on_in_the_same_place_and_only_the_token_changes(house: House) -> None:
    first, second = parts()
    house.stage.show(Screen(first, second))
    house.run(1)
    place = house.display.seen
    house.run(2.5)
    status = house.stage.status()
    assert (status.token, status.playing, status.duration_ms) == ("p2", True, 6_000)
    assert status.position_ms < 300
    assert house.display.seen is place


def test_within_a_reel_seek_and_resume_count_from_the_item(house: House) -> None:
    _first, second = parts()
    house.stage.show(Screen(Film("p2", "Two", "/long", 2_000, begin_ms=3_000, end_ms=9_000)))
    house.run(0.5)
    assert house.stage.status().position_ms == pytest.approx(2_200, abs=100)
    house.stage.seek("p2", 5_000)
    house.run(0.5)
    assert house.stage.status().position_ms == pytest.approx(5_500, abs=100)
    house.run(1)
    assert house.stage.status().ended
    assert second.end_ms == 9_000


def test_an_item_dropped_in_the_last_moment_does_not_roll_on(house: House) -> None:
    first, second = parts()
    house.stage.show(Screen(first, second))
    house.run(2)
    house.stage.show(Screen(first, AFTER))
    house.run(2)
    assert house.stage.status().token == "after"


def test_the_next_film_rolls_already_when_it_is_raised(house: House) -> None:
    house.stage.show(Screen(film("/a"), film("/b")))
    house.run(0.4)
    first = house.display.seen
    while house.display.seen is first:
        house.run(0.02)
    assert house.seen_engine.progress().rolling
    assert house.stage.status().token == "/b"


def test_near_the_end_the_stage_asks_to_be_woken_finely(house: House) -> None:
    house.stage.show(Screen(film("/a"), film("/b")))
    house.run(1)
    assert house.stage.due_s() is None
    house.run(3.28)
    due_s = house.stage.due_s()
    assert due_s is not None
    assert due_s < 0.01


def test_a_fade_comes_to_its_level_step_by_step(house: House) -> None:
    house.stage.show(Screen(film("/long")))
    house.run(1)
    house.stage.show(Screen(film("/long"), volume=0.0, fade_s=2.0))
    house.run(1)
    assert house.seen_engine.amplitude == pytest.approx(0.5, abs=0.02)
    house.run(1.1)
    assert house.seen_engine.amplitude == 0.0


def test_nothing_is_louder_than_the_cap(house: House) -> None:
    house.stage.show(Screen(film("/long", gain_db=9.0), loudest=0.6))
    house.run(1)
    assert house.seen_engine.amplitude == 0.6


def test_panels_stand_over_a_film_and_not_over_the_calm_card_of_a_fault(house: House) -> None:
    over = (Overlay("who", OverlayKind.LOWER_THIRD, "Ines Okafor", "Director"),)
    house.stage.show(Screen(film("/long"), overlays=over))
    house.run(0.5)
    assert [panel.id for panel in house.display.over] == ["who"]
    house.stage.show(Screen(film("/broken"), overlays=over))
    house.run(0.6)
    assert house.display.over == ()


def test_a_counter_is_drawn_anew_only_when_it_changes(house: House) -> None:
    def counted(left: int) -> Screen:
        return Screen(film("/long"), overlays=(Overlay("left", OverlayKind.LEFT, "Poster", left=left),))

    house.stage.show(counted(12))
    house.run(0.5)
    before = house.display.over
    house.stage.show(counted(12))
    assert house.display.over is before
    house.stage.show(counted(11))
    assert house.display.over is not before


def test_a_film_that_the_player_dies_of_is_named_and_not_opened(house: House) -> None:
    slots = Slots(house.display, house.engines, house.clock)
    wall = CardWall(house.display, house.clock)
    refusal = {"/long": "The player stopped 5 times."}.get
    stage = Stage(house.display, slots, wall, house.clock, house._ring, refusal=refusal)  # noqa: SLF001 a lever
    status = stage.show(Screen(film("/long")))
    assert (status.kind, status.failed[0].reason) == ("card", "The player stopped 5 times.")


def test_a_film_that_is_longer_than_its_head_says_is_not_cut_off(house: House) -> None:
    for engine in house.engines.values():
        engine.announced_ms["/a"] = 2_000
    house.stage.show(Screen(film("/a"), film("/b")))
    house.run(2.3)
    assert house.stage.status().token == "/a"
    house.run(0.5)
    assert sum(engine.progress().rolling for engine in house.engines.values()) == 1
    house.run(1.7)
    assert house.stage.status().token == "/b"
    assert house.stage.status().position_ms < 200


GUEST = Stream("guest", "A guest", "tcp://127.0.0.1:8100", Card("", CardLayout.LIVE, "Q&A", ("Ines",)))


def away(house: House, *, there: bool = False) -> None:
    for live in house.live.values():
        live.there = there


def test_a_streams_card_stands_until_its_picture_is_there(house: House) -> None:
    house.stage.show(Screen(GUEST))
    status = house.stage.status()
    assert (status.token, status.kind) == ("guest", "card")
    house.run(0.7)
    status = house.stage.status()
    assert (status.token, status.kind, status.playing, status.ended) == ("guest", "stream", True, False)
    assert status.remarks == status.failed == ()


def test_a_stream_that_goes_leaves_its_card_and_comes_back(house: House) -> None:
    house.stage.show(Screen(GUEST))
    house.run(1)
    away(house)
    house.run(0.1)
    status = house.stage.status()
    assert (status.token, status.kind, status.failed) == ("guest", "card", ())
    assert [remark.token for remark in status.remarks] == ["guest"]
    house.run(30)
    assert 20 < sum(live.opened for live in house.live.values()) < 40
    away(house, there=True)
    house.run(2)
    status = house.stage.status()
    assert (status.kind, status.remarks) == ("stream", ())


def test_a_stream_that_freezes_is_a_card_within_three_seconds(house: House) -> None:
    house.stage.show(Screen(GUEST))
    house.run(1)
    for live in house.live.values():
        live.frozen = True
    house.run(STALL_S - 0.1)
    assert house.stage.status().kind == "stream"
    house.run(0.3)
    assert house.stage.status().kind == "card"


def test_a_stream_that_follows_a_film_is_there_at_once(house: House) -> None:
    house.stage.show(Screen(film("/a"), next=GUEST))
    house.run(4.4)
    assert house.stage.status().kind == "stream"
    house.stage.show(Screen(GUEST, next=AFTER))
    house.run(1)
    assert house.stage.status().kind == "stream"
    house.stage.show(Screen(AFTER))
    assert house.stage.status().token == "after"
    house.run(0.1)
    assert not any(live.progress().rolling for live in house.live.values())


@pytest.mark.parametrize(
    "address",
    [
        "tcp://203.0.113.7:80",
        "http://127.0.0.1:80/",
        "tcp://localhost:80",
        "file:///etc/passwd",
        "tcp://127.0.0.1",
    ],
)
def test_what_is_no_loopback_address_is_refused_and_the_card_stands(house: House, address: str) -> None:
    house.stage.show(Screen(structs.replace(GUEST, address=address)))
    house.run(5)
    status = house.stage.status()
    assert (status.token, status.kind) == ("guest", "card")
    assert [failure.token for failure in status.failed] == ["guest"]
    assert not any(live.opened for live in house.live.values())


def test_a_new_word_on_a_streams_card_is_amended(house: House) -> None:
    away(house)
    house.stage.show(Screen(GUEST))
    house.run(0.2)
    before = house.display.grab().tobytes()
    other = structs.replace(GUEST.card, lines=("Ines Okafor",))
    house.stage.show(Screen(structs.replace(GUEST, card=other)))
    assert house.display.grab().tobytes() != before


def test_a_backdrop_goes_on_into_itself_until_something_else_is_asked(house: House) -> None:
    house.stage.show(Screen(film("/a", "loop", loop=True)))
    house.run(1)
    seen = []
    for _ in range(12):
        house.run(1)
        status = house.stage.status()
        assert (status.token, status.kind, status.playing, status.ended) == ("loop", "film", True, False)
        seen.append(status.position_ms)
    assert max(seen) < 4_000
    assert sum(later < before for before, later in pairwise(seen)) == 3
    house.stage.show(Screen(film("/a", "loop", loop=True), volume=0.5))
    house.run(0.1)
    assert house.seen_engine.amplitude == 0.5
    house.stage.show(Screen(film("/b")))
    house.run(1)
    assert house.stage.status().token == "/b"


def test_a_film_that_waits_is_prepared_again_for_other_subtitles(house: House) -> None:
    house.stage.show(Screen(film("/a"), next=film("/b")))
    house.run(1)
    house.stage.show(Screen(film("/a"), next=film("/b", audio_track="de")))
    other = next(engine for slot, engine in house.engines.items() if slot is not house.display.seen)
    assert other.film is not None
    assert other.film.audio_track == "de"
