"""Ten thousand guesses at the passphrase, by whoever reached the console."""

from __future__ import annotations

from appliance.clock import HeldClock
from webui.console.doorman import Doorman

GUESSES = 10_000
MOST_A_MINUTE = 30


def test_ten_thousand_guesses_are_thirty_a_minute_and_the_organiser_still_gets_in(clock: HeldClock) -> None:
    doorman = Doorman(clock)
    began = clock.monotonic()
    for _ in range(GUESSES):
        with doorman.attempt("198.51.100.7"):
            doorman.failed("198.51.100.7")
    minutes = (clock.monotonic() - began) / 60
    assert minutes * MOST_A_MINUTE >= GUESSES
    before = clock.monotonic()
    with doorman.attempt("198.51.100.8"):
        doorman.succeeded("198.51.100.8")
    assert clock.monotonic() == before
