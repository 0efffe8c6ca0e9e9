"""The stage on simulated parts and a held clock: every decision, no waiting."""

from __future__ import annotations

import pytest
from PIL import Image

from appliance.model.picture import Card, Overlay, OverlayKind, Screen
from appliance.model.programme import CardLayout
from appliance.player.card_wall import CardWall
from appliance.player.display import Slot
from appliance.player.slots import STALL_S, Slots
from appliance.player.stage import Stage
from lab.stage_house import AFTER, House, film


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


def test_a_box_that_was_slow_to_open_a_film_may_be_slow_to_draw_it(house: House) -> None:
    for engine in house.engines.values():
        engine.opening_s = 3.0
        engine._on_picture = lambda: None  # noqa: SLF001 as above
    house.stage.show(Screen(film("/a")))
    house.run(3 + 17.5)
    assert house.stage.status().failed == ()
    house.run(1)
    (failure,) = house.stage.status().failed
    assert "did not start" in failure.reason


def test_the_black_of_an_engines_own_window_is_no_picture_yet(house: House) -> None:
    for engine in house.engines.values():
        engine._on_picture = lambda: None  # noqa: SLF001 its picture is late
    house.stage.show(Screen(film("/a")))
    house.run(0.02)
    for slot in Slot:
        house.display.draw(slot)
    house.run(1)
    assert house.stage.status().token == "idle"
    for slot in Slot:
        house.display.draw(slot)
    house.run(0.04)
    assert house.stage.status().token == "/a"


def test_a_picture_that_is_drawn_only_once_is_seen_after_all(house: House) -> None:
    for engine in house.engines.values():
        engine._on_picture = lambda: None  # noqa: SLF001 it was drawn before
    house.stage.show(Screen(film("/a")))
    house.run(0.02)
    for slot in Slot:
        house.display.draw(slot)
    house.run(4)
    assert house.stage.status().token == "/a"


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


def slowly(house: House, opening_s: float) -> None:
    for engine in house.engines.values():
        engine.opening_s = opening_s


def test_a_film_that_takes_most_of_a_minute_comes_and_operators_are_told_meanwhile(house: House) -> None:
    slowly(house, 50.0)
    house.stage.show(Screen(film("/a")))
    house.run(1)
    assert house.stage.status().remarks == ()
    house.run(40)
    (told,) = house.stage.status().remarks
    assert (told.token, "begins by itself" in told.reason) == ("/a", True)
    house.run(10)
    status = house.stage.status()
    assert (status.token, status.kind, status.failed, status.remarks) == ("/a", "film", (), ())


def test_a_film_that_takes_over_a_minute_is_given_up_and_the_file_is_not_blamed(house: House) -> None:
    slowly(house, 100.0)
    house.stage.show(Screen(film("/a")))
    house.run(61)
    status = house.stage.status()
    assert [(failure.token, "busy" in failure.reason) for failure in status.failed] == [("/a", True)]
    assert status.remarks == ()


def test_a_film_that_gets_ready_behind_another_has_that_ones_time_and_its_own_minute(house: House) -> None:
    slowly(house, 0.3)
    house.stage.show(Screen(film("/long")))
    house.run(1)
    slowly(house, 100.0)
    house.stage.show(Screen(film("/long"), film("/a")))
    house.run(70)
    house.stage.show(Screen(film("/a")))
    house.run(20)
    status = house.stage.status()
    assert (status.failed, len(status.remarks)) == ((), 1)
    house.run(12)
    assert house.stage.status().token == "/a"


def test_who_goes_back_to_the_film_that_is_seen_has_not_waited_for_the_other_since(house: House) -> None:
    slowly(house, 0.3)
    house.stage.show(Screen(film("/long")))
    house.run(1)
    slowly(house, 100.0)
    house.stage.show(Screen(film("/a")))
    house.run(1)
    house.stage.show(Screen(film("/long")))
    house.run(70)
    house.stage.show(Screen(film("/a")))
    house.run(1)
    assert house.stage.status().failed == ()


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


def test_a_film_that_waits_is_prepared_again_for_other_subtitles(house: House) -> None:
    house.stage.show(Screen(film("/a"), next=film("/b")))
    house.run(1)
    house.stage.show(Screen(film("/a"), next=film("/b", audio_track="de")))
    other = next(engine for slot, engine in house.engines.items() if slot is not house.display.seen)
    assert other.film is not None
    assert other.film.audio_track == "de"


def test_it_rests_only_while_a_card_stands_that_does_not_count_and_nothing_gets_ready(house: House) -> None:
    assert house.stage.resting
    house.stage.show(Screen(AFTER, film("/a")))
    assert not house.stage.resting, "a film gets ready behind the card"
    house.run(1)
    assert house.stage.resting
    house.stage.show(Screen(film("/a"), AFTER))
    assert not house.stage.resting, "and now it is wanted"
    house.run(1)
    assert not house.stage.resting, "and plays"
    house.run(4)
    assert house.stage.resting, "the card after it stands"
    counting = Card("break", CardLayout.TITLE, "Ten minutes", remaining_ms=600_000)
    house.stage.show(Screen(counting))
    assert not house.stage.resting
    house.stage.show(Screen(film("/broken")))
    house.run(1)
    assert not house.stage.resting, "a calm card stands that nobody asked for"
