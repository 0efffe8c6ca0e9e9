"""Phones arrive: every system's question, in each state, through real HTTP and a real nginx."""

from __future__ import annotations

import json
import re

import pytest

from appliance.front.captive import FAMILIES, Question, Standing
from lab.audience import hidden
from lab.front_box import PORTAL, WIRE, FrontBox, Told

OWN = "matinee.internal"
MATRIX = [
    pytest.param(host, path, question, id=f"{family.name}-{host}{path}")
    for family in FAMILIES
    for question in family.question
    for host in question.hosts
    for path in question.paths
]
"""What each system asks; ``captive.toml`` names the source of each family."""


@pytest.fixture(scope="module")
def box(front_box: FrontBox) -> FrontBox:
    return front_box


def no_thanks(box: FrontBox, phone: str) -> Told:
    return box.ask("/no-thanks", OWN, phone=phone, method="POST", body="")


@pytest.fixture(scope="module")
def phones(box: FrontBox) -> dict[Standing, str]:
    """A phone in each state."""
    found = {Standing.NEW: "127.1.0.10", Standing.OFFLINE: "127.1.0.11", Standing.ONLINE: "127.1.0.12"}
    assert no_thanks(box, found[Standing.OFFLINE]).status == 303
    box.network.uplink = True
    assert no_thanks(box, found[Standing.ONLINE]).status == 303
    box.network.uplink = False
    return found


@pytest.mark.parametrize("state", Standing)
@pytest.mark.parametrize(("host", "path", "question"), MATRIX)
def test_each_system_hears_what_makes_it_do_the_right_thing(
    box: FrontBox, phones: dict[Standing, str], host: str, path: str, question: Question, state: Standing
) -> None:
    """New: a sign-in window, so anything but its yes, and an address to open. After the last tap: its yes."""
    box.network.uplink = state is Standing.ONLINE
    told = box.ask(path, host.replace("*", "conn.some-maker.example"), phone=phones[state])
    assert told.headers["Cache-Control"] == "no-store"
    if state is Standing.NEW:
        assert (told.status, told.headers["Location"]) == (302, f"{PORTAL}/")
        return
    assert told.status == question.status
    assert told.text == question.body
    assert "Location" not in told.headers
    for name, value in question.headers.items():
        assert told.headers[name] == value
    if question.status == 204:
        assert told.headers.get("Content-Length", "0") == "0"


SYSTEMS = {
    "iOS": ("captive.apple.com", "/hotspot-detect.html", lambda t: t.status == 200 and ">Success<" in t.text),
    "Android": ("connectivitycheck.gstatic.com", "/generate_204", lambda t: t.status == 204),
    "Windows": (
        "www.msftconnecttest.com",
        "/connecttest.txt",
        lambda t: t.status == 200 and t.text == "Microsoft Connect Test",
    ),
    "Firefox": (
        "detectportal.firefox.com",
        "/canonical.html",
        lambda t: (
            t.text
            == '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
        ),
    ),
    "GNOME": (
        "nmcheck.gnome.org",
        "/check_network_status.txt",
        lambda t: t.status == 200 and t.text.startswith("NetworkManager is online"),
    ),
    "Kindle": (
        "spectrum.s3.amazonaws.com",
        "/kindle-wifi/wifistub.html",
        lambda t: "81ce4465-7167-4dcb-835b-dcc9e44c112a" in t.text,
    ),
    "Samsung": ("connectivity.samsung.com.cn", "/generate_204", lambda t: t.status == 204),
    "ChromeOS": ("www.gstatic.com", "/generate_204", lambda t: t.status == 204),
}
"""As each system judges, written down a second time: the table above must not check itself."""


@pytest.mark.parametrize("system", SYSTEMS)
def test_as_the_system_itself_judges(box: FrontBox, phones: dict[Standing, str], system: str) -> None:
    host, path, is_yes = SYSTEMS[system]
    box.network.uplink = False
    assert not is_yes(box.ask(path, host, phone=phones[Standing.NEW]))
    assert is_yes(box.ask(path, host, phone=phones[Standing.OFFLINE]))
    box.network.uplink = True
    assert is_yes(box.ask(path, host, phone=phones[Standing.ONLINE]))


@pytest.mark.parametrize(
    "host", ["example.org", "www.msftconnecttest.com", "1.1.1.1", "captive.apple.com:80"]
)
@pytest.mark.parametrize("state", [Standing.NEW, Standing.OFFLINE])
def test_any_other_page_of_the_world_leads_to_ours(
    box: FrontBox, phones: dict[Standing, str], host: str, state: Standing
) -> None:
    """Windows opens ``/redirect`` in a browser: it must come here whatever its state."""
    box.network.uplink = False
    for path in ("/redirect", "/", "/a/b?c=d"):
        told = box.ask(path, host, phone=phones[state])
        if path == "/" and "apple" in host and state is not Standing.NEW:
            continue
        assert (told.status, told.headers["Location"]) == (302, f"{PORTAL}/")
        assert "no-store" in told.headers["Cache-Control"]
        assert host not in told.text + str(told.headers)


def test_who_is_online_is_not_led_in_a_circle(box: FrontBox, phones: dict[Standing, str]) -> None:
    """A browser keeps our answer to a name for up to a minute: it tries again by itself, where it was."""
    box.network.uplink = True
    told = box.ask("/a/b?c=d", "news.example", phone=phones[Standing.ONLINE])
    assert (told.status, told.headers["Retry-After"]) == (503, "10")
    assert '<meta http-equiv="refresh" content="10">' in told.text
    assert "no-store" in told.headers["Cache-Control"]
    assert "news.example" not in told.text + str(told.headers)


def test_a_sign_up_is_a_last_tap_and_wants_no_address(box: FrontBox) -> None:
    phone = "127.1.0.20"
    page = box.ask("/", OWN, phone=phone).text
    form = {name: hidden(page, name) for name in ("nonce", "event", "wording")}
    typed = "&".join(f"{name}={value}" for name, value in form.items())
    kind = "application/x-www-form-urlencoded"
    done = box.ask("/join", OWN, phone=phone, method="POST", body=typed, Content_Type=kind)
    assert (done.status, done.headers["Location"][:6]) == (303, "/pass/")
    assert phone in box.network.finished
    assert box.ask("/generate_204", "connectivitycheck.gstatic.com", phone=phone).status == 204
    assert PORTAL in box.ask(done.headers["Location"], OWN, phone=phone).text


def test_no_thanks_opens_as_much_and_says_where_the_page_stays(box: FrontBox) -> None:
    phone = "127.1.0.21"
    assert PORTAL in box.ask("/", OWN, phone=phone).text
    done = no_thanks(box, phone)
    assert (done.status, done.headers["Location"]) == (303, "/welcome")
    assert phone in box.network.finished
    assert PORTAL in box.ask("/welcome", OWN, phone=phone).text
    assert box.ask("/programme", OWN, phone=phone).status == 200


def test_a_phone_can_not_speak_for_another(box: FrontBox) -> None:
    box.ask("/no-thanks", OWN, phone="127.1.0.30", method="POST", body="", X_Real_IP="127.1.0.31")
    assert "127.1.0.30" in box.network.finished
    assert "127.1.0.31" not in box.network.finished


def test_the_captive_portal_api_has_the_shape_of_rfc_8908(box: FrontBox) -> None:
    phone = "127.1.0.40"

    def api() -> dict[str, object]:
        told = box.ask("/captive-portal/api", OWN, phone=phone)
        assert told.headers["Content-Type"] == "application/captive+json"
        assert "private" in told.headers["Cache-Control"]
        assert "no-store" in told.headers["Cache-Control"]
        answer: dict[str, object] = json.loads(told.text)
        assert set(answer) <= {
            "captive",
            "user-portal-url",
            "venue-info-url",
            "can-extend-session",
            "seconds-remaining",
            "bytes-remaining",
        }
        assert isinstance(answer["captive"], bool)
        assert str(answer["user-portal-url"]).startswith(PORTAL)
        assert str(answer["venue-info-url"]).startswith(PORTAL)
        return answer

    assert api()["captive"] is True
    assert not re.search("remaining", str(api()))
    box.network.uplink, box.network.seconds, box.network.volume = True, 1800, 200_000_000
    no_thanks(box, phone)
    answer = api()
    assert (answer["captive"], answer["seconds-remaining"], answer["bytes-remaining"]) == (
        False,
        1800,
        200_000_000,
    )
    box.network.uplink, box.network.seconds, box.network.volume = False, None, None


def test_the_wire_is_no_way_in_for_attendees(box: FrontBox) -> None:
    """nginx itself refuses them, whatever the network's rules are."""
    with pytest.raises(ConnectionError):
        box.ask("/sign-in", "127.0.0.3", at=(WIRE, box.http), phone="127.1.0.50")
