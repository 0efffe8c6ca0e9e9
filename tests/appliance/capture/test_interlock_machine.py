"""GO, pause, PANIC, restart, crash, a lamp that fails, a screen that is gone, in any order: nothing is kept
that may not be, by either of two cameras; every second that is kept has its proof; and during a film nothing
is kept of what is heard. Show and capture are the real ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from appliance.capture.filming import Filming
from appliance.capture.gate import CameraEvent, Gate, Keeper
from appliance.capture.indicator_led import Led
from appliance.capture.interlock import Interlock
from appliance.capture.packet import Stream
from appliance.clock import Clock
from appliance.model.show_view import Lease, Verb
from appliance.show.place import Place
from appliance.show.player_news import PlayerNews
from lab.filmed_house import FilmedHouse

QUICK = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,  # the same few evenings each time; the long form looks for new ones
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LONG = settings(QUICK, max_examples=400, stateful_step_count=60, derandomize=False)


class Evening(RuleBasedStateMachine):
    """Begins in the talk, where the house may be filmed; everything may happen from there."""

    def __init__(self) -> None:
        super().__init__()
        self.house = FilmedHouse()

    @initialize()
    def come_to_the_talk(self) -> None:
        self.house.go_to_the_talk()

    @rule(verb=st.sampled_from([*Verb, Verb.RESUME, Verb.GO]))
    def press(self, verb: Verb) -> None:
        if verb is not Verb.STANDBY:  # a new show: the evening begins anew, and with it the truth
            self.house.press(verb)

    @rule(tenths=st.sampled_from([1, 3, 6, 12, 25]))
    def time_passes(self, tenths: int) -> None:
        self.house.pass_time(tenths)

    @rule()
    def to_the_film_and_past_its_notice(self) -> None:
        self.house.go_to_the_film()

    @rule()
    def a_picture(self) -> None:
        self.house.clock.advance(0.01)
        self.house.shoot()

    @rule()
    def asked(self) -> None:
        self.house.ask()

    @rule()
    def marked(self) -> None:
        self.house.mark()

    @rule(away=st.booleans())
    def the_screen(self, away: bool) -> None:
        self.house.show.away = away

    @rule(broken=st.booleans())
    def the_lamp(self, broken: bool) -> None:
        if broken:
            self.house.break_lamp()
        else:
            self.house.mend_lamp()

    @rule()
    def the_show_crashes(self) -> None:
        self.house.show.crash()

    @rule()
    def the_capture_crashes(self) -> None:
        self.house.crash()
        self.house.start()

    @rule(above=st.booleans(), found=st.booleans())
    def a_camera_is_lost_or_found(self, above: bool, found: bool) -> None:
        camera = self.house.above if above else self.house.camera
        if found:
            camera.find()
        else:
            camera.lose()

    @invariant()
    def nothing_is_kept_that_may_not_be(self) -> None:
        assert self.house.wrongly_kept() == []
        assert self.house.wrongly_heard() == []

    def teardown(self) -> None:
        self.house.filming.close()
        missing = self.house.without_proof()
        wrong = self.house.wrongly_kept()
        self.house.close()
        assert missing == []
        assert wrong == []


def test_nothing_is_kept_outside_what_is_allowed_whatever_happens_in_whatever_order() -> None:
    run_state_machine_as_test(Evening, settings=QUICK)


@pytest.mark.soak
def test_nothing_is_kept_outside_what_is_allowed_in_many_long_evenings() -> None:
    run_state_machine_as_test(Evening, settings=LONG)


def an_evening() -> FilmedHouse:
    """Half a minute in which everything happens once."""
    house = FilmedHouse()
    house.go_to_the_talk()
    house.pass_time(40)
    house.mark()
    house.pass_time(12)
    house.press(Verb.PANIC)
    house.pass_time(1)
    house.press(Verb.RESUME)
    house.pass_time(30)
    house.break_lamp()
    house.pass_time(25)
    house.mend_lamp()
    house.pass_time(20)
    house.show.away = True
    house.pass_time(25)
    house.show.away = False
    house.pass_time(20)
    house.crash()
    house.start()
    house.pass_time(20)
    house.press(Verb.NEXT)
    house.pass_time(20)
    house.go_to_the_film()
    house.pass_time(30)
    house.press(Verb.PAUSE)
    house.pass_time(15)
    house.press(Verb.RESUME)
    house.pass_time(15)
    house.press(Verb.NEXT)
    house.pass_time(15)  # two presses in a moment are one
    house.press(Verb.NEXT)
    house.pass_time(25)
    house.filming.close()
    house.attending.close()
    return house


def test_an_evening_is_on_the_card_as_far_as_it_is_allowed_and_proven() -> None:
    house = an_evening()
    assert (house.wrongly_kept(), house.without_proof(), house.wrongly_heard()) == ([], [], [])
    assert len(house.on_card(house.camera.name)) >= 80
    assert len(house.on_card(house.above.name)) >= 80
    assert len(house.ear.heard_us) >= 40
    house.close()


def no_interlock() -> pytest.MonkeyPatch:
    """What was allowed once stays so, whatever the show says."""

    def heard(self: Interlock, lease: Lease, asked_s: float, answered_s: float) -> Interlock:
        told = lease if lease.granted else self.lease
        return Interlock(told, self.since_s if self.lease else answered_s, asked_s, math.inf)

    patch = pytest.MonkeyPatch()
    patch.setattr(Interlock, "heard", heard)
    return patch


def no_interlock_overhead() -> pytest.MonkeyPatch:
    """Only the second camera goes on when the show takes its word back."""
    patch = pytest.MonkeyPatch()
    heard = Filming.heard
    leaves: list[Lease] = []

    def hears(self: Filming, lease: Lease, asked_s: float, answered_s: float) -> None:
        if lease.granted:
            leaves.append(lease)
        above = self._settings.angle and leaves
        heard(self, leaves[-1] if above else lease, asked_s, answered_s)

    patch.setattr(Filming, "heard", hears)
    return patch


def leave_without_a_name() -> pytest.MonkeyPatch:
    patch = pytest.MonkeyPatch()
    patch.setattr(Place, "leave", property(lambda _: "same", lambda _, __: None), raising=False)
    return patch


def lamp_not_read_back() -> pytest.MonkeyPatch:
    patch = pytest.MonkeyPatch()
    patch.setattr(Led, "show", lambda _, **__: True)
    return patch


def sound_of_films_kept() -> pytest.MonkeyPatch:
    """What keeps pictures stands behind the microphone too."""
    patch = pytest.MonkeyPatch()
    opened = Gate.__init__
    of_pictures: list[Keeper] = []

    def open_with_all(
        self: Gate,
        keepers: Sequence[Keeper],
        clock: Clock,
        tell: Callable[[CameraEvent], None],
        begins_with: Stream = Stream.VIDEO,
    ) -> None:
        if begins_with is Stream.VIDEO:
            of_pictures[:] = keepers
        opened(self, (*keepers, *of_pictures), clock, tell, begins_with)

    patch.setattr(Gate, "__init__", open_with_all)
    return patch


def not_told() -> pytest.MonkeyPatch:
    """The room is listened to from a film's first second."""
    patch = pytest.MonkeyPatch()
    patch.setattr(PlayerNews, "stood_s", property(lambda _: math.inf, lambda _, __: None), raising=False)
    return patch


@pytest.mark.parametrize(
    "mutant",
    [
        no_interlock,
        no_interlock_overhead,
        leave_without_a_name,
        lamp_not_read_back,
        sound_of_films_kept,
        not_told,
    ],
)
def test_the_checks_above_notice(mutant: object) -> None:
    assert callable(mutant)
    patch = mutant()
    try:
        house = an_evening()
        assert house.wrongly_kept() or house.without_proof() or house.wrongly_heard()
        house.close()
    finally:
        patch.undo()
