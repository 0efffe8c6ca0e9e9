"""What the projector says of a box that nobody runs yet, has no evening, or waits for one."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

import pytest

from appliance.config import BoxTable, Config, FrontTable, WebTable
from appliance.health.issue import Issue
from appliance.ipc.console_client import FirstLight
from webui.console.console import Console
from webui.console.first_light import Sight, light
from webui.console.first_sight import by_wire, first_light
from webui.console.house import HouseView
from webui.console.own_address import own_address
from webui.console.pairing import Offered

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
SETUP = "http://matinee-7.local/setup"
NEW = Sight(SETUP, "https://box.test/let-in/x", "Kino", Offered("4821 7093"))


def house(days: float, ready: int = 2) -> Sight:
    doors = NOW + timedelta(days=days)
    return Sight(SETUP, house=HouseView("e", "Night", films=2, films_ready=ready, doors=doors))


def test_an_unpaired_box_says_how_to_pair_it_and_how_it_is() -> None:
    assert light(NEW, NOW) == FirstLight(
        "https://box.test/let-in/x",
        (
            "To set this box up: join the Wi-Fi Kino, then scan",
            f"Or open {SETUP} and type the code 4821 7093",
            "All is well.",
        ),
    )


def test_while_somebody_pairs_it_there_is_no_code_to_photograph() -> None:
    shown = light(Sight(SETUP, "x", "", Offered(taken=True)), NOW)
    assert shown.qr == ""
    assert shown.lines[0] == "Somebody is setting this box up now."


def test_the_next_thing_to_do_is_always_said() -> None:
    assert light(Sight(SETUP), NOW).lines == (f"Next: load an event, at {SETUP}", "All is well.")
    assert light(Sight(SETUP, coming="1 of 3 films ready"), NOW).lines[0].endswith("1 of 3 films ready")
    assert light(house(5, ready=1), NOW).lines == (
        "Not ready for Friday: 1 film is missing",
        f"Next: bring them, at {SETUP}",
    )
    assert light(house(5), NOW).lines == ("Ready for Friday",)
    assert light(house(19), NOW).lines == ("Ready for Friday 11 December",)
    assert light(house(0.4), NOW).lines == ("Ready for tonight",)
    assert light(house(0.2), NOW).lines == (), "guests are coming: the picture is theirs"
    assert light(house(-2), NOW).lines[0].startswith("Next: load an event")


def test_a_paper_that_runs_out_stands_below_until_guests_come() -> None:
    paper = Issue("permit_soon:e:p", 'Night: "Licence" runs out on 10 December.', "", NOW)

    def sight(days: float) -> Sight:
        return Sight(SETUP, house=house(days).house, issues=[paper])

    assert light(sight(5), NOW).lines == ("Ready for Friday", paper.sentence)
    assert light(sight(0.2), NOW).lines == ()


def test_a_clock_at_1970_makes_no_evening_over_and_names_the_date() -> None:
    sight = Sight(SETUP, house=house(5).house, trusted_clock=False)
    assert light(sight, datetime(1970, 1, 1, tzinfo=UTC)).lines == ("Ready for Friday 27 November",)


def test_what_lasts_is_said_and_what_is_coming_up_is_not() -> None:
    fresh = Issue("a", "Sync does not answer.", "", NOW)
    lasting = Issue("b", "Player does not answer.", "", NOW - timedelta(minutes=1), grave=True)
    assert light(Sight(SETUP, issues=[fresh]), NOW).lines[-1] == "All is well."
    assert light(Sight(SETUP, issues=[fresh, lasting]), NOW).lines[-1] == "Player does not answer."
    waiting = Sight(SETUP, house=house(5).house, issues=[lasting])
    assert light(waiting, NOW).lines == ("Not ready for Friday: Player does not answer.",)


def test_the_real_console_gives_code_and_address(console: Console) -> None:
    said = first_light(console)
    code = console.pairing.offered().code
    assert said.qr == f"http://127.0.0.1:8001/pair?code={code.replace(' ', '')}"
    assert said.lines[1] == f"Or open http://127.0.0.1:8001/setup and type the code {code}"
    console.sessions.own("seven quiet lamps again")
    assert first_light(console).lines[0] == "Next: load an event, at http://127.0.0.1:8001/setup"


@pytest.mark.parametrize(
    ("port", "address", "where"),
    [
        (80, "192.168.7.20", "http://192.168.7.20"),
        (8080, "192.168.7.20", "http://192.168.7.20:8080"),
        (80, "", "http://matinee-kino.local"),
    ],
)
def test_a_box_with_nginx_in_front_names_the_address_that_the_venue_gave_it(
    port: int, address: str, where: str
) -> None:
    config = Config(box=BoxTable(id="kino"), portal=WebTable(accel="/films/"), front=FrontTable(http=port))
    assert by_wire(config, address) == where
    assert by_wire(Config(), address) == "http://127.0.0.1:8001", "nothing is in front"


def test_the_own_address_is_one_of_this_machines() -> None:
    with socket.socket() as door:
        door.bind((own_address(), 0))  # nobody else's can be bound; empty: any, where there is no network
