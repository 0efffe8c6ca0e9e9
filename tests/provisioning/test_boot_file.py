"""`matinee.toml` on card or stick, and Raspberry Pi Imager's settings: taken in once, whatever happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from appliance.cli.root import matinee
from appliance.clock import HeldClock
from appliance.config import load
from appliance.errors import MatineeError
from appliance.paths import Paths
from appliance.requested import Requests, Wanted
from appliance.store.console_rows import Role, StaffRows
from lab.staff_room import enlist
from provisioning import boot_file, imager_settings
from provisioning.boot_file import TAKEN_IN, WifiAsked
from provisioning.boot_taking import REPORT, Taking

WHOLE = """\
version = 1
[box]
name = "Kino Gaslight"
id = "gaslight"
[wifi]
ssid = "Venue"
password = "correct horse"
[network]
country = "DE"
[organiser]
recipients = ["age1abc"]
[bucket]
endpoint = "https://s3.example"
access_key = "key"
secret_key = "hush-hush"
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    card = tmp_path / "card"
    card.mkdir()
    return card


def write(card: Path, text: str | bytes, name: str = boot_file.NAME) -> Path:
    path = card / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def wifi(paths: Paths) -> list[WifiAsked]:
    text = Requests(paths.requests).text(Wanted.WIFI)
    return msgspec.json.decode(text, type=list[WifiAsked]) if text else []


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"),
        lambda text: text.replace("\n", "\r").encode(),
    ],
    ids=["unix", "dos", "bom", "notepad-unicode", "old-mac"],
)
def test_requests_are_taken_in_once_emptied_and_reported(
    paths: Paths, card: Path, saved: Callable[[str], bytes]
) -> None:
    path = write(card, saved(WHOLE))
    paths.config_file.write_text('# mine\n[box]\nname = "Old"  # kept\n[house]\nsubtitles = "de"\n')
    taken = Taking(paths, has_organiser=False).card(card)
    config = load(paths)
    assert (config.box.name, config.box.id, config.network.country) == ("Kino Gaslight", "gaslight", "DE")
    assert (config.house.subtitles, config.people.recipients) == ("de", ("age1abc",))
    assert "# mine" in paths.config_file.read_text()
    assert wifi(paths) == [WifiAsked("Venue", "correct horse")]
    assert path.read_bytes() == TAKEN_IN
    told = (card / REPORT).read_text() + Requests(paths.requests).text(Wanted.REPORT)
    assert "the Wi-Fi Venue" in told
    assert "correct horse" not in told
    assert "hush-hush" not in told
    assert taken.lines[0].startswith("Taken in")
    assert Taking(paths, has_organiser=False).card(card).lines == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[box\nname = "x"', "boot.not_toml"),
        ('[box]\nname = "a"\nname = "b"', "boot.not_toml"),
        pytest.param(f"x = {'9' * 5000}", "boot.not_toml", id="a number without end"),
        pytest.param(f"x = {'[' * 5000}", "boot.not_toml", id="brackets without end"),
        ("version = 2\nanything = 1", "boot.newer"),
        ('[wifi]\nssid = "A"\npassword = "short"', "boot.unknown"),
        ('[network]\ncountry = "Germany"', "boot.unknown"),
        ("[wify]\n", "boot.unknown"),
        ('[network]\nmode = "wifi"', "boot.unknown"),
        ('[network]\nmode = "ethernet"', "boot.no_port"),
        ('[network]\nmode = "ethernet"\ninterface = "eth0"\ncrew = ["eth0"]', "boot.port_twice"),
        ('[network]\nmode = "hotspot"\nuplink = "radio"\nuplink_interface = "wlan0"', "boot.port_twice"),
        ('[network]\nmode = "hotspot"\nuplink_interface = "../x"', "boot.unknown"),
        (
            '[[wifi]]\nssid="A"\npassword="12345678"\n[[wifi]]\nssid="A"\npassword="87654321"',
            "boot.disagrees",
        ),
        (b"\x89PNG\xff\xff", "boot.not_text"),
        (b" " * 70_000, "boot.not_text"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_taken_in(
    paths: Paths, card: Path, text: str | bytes, key: str
) -> None:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(MatineeError) as refused:
        boot_file.read(content)
    assert refused.value.key == key
    path = write(card, content)
    taken = Taking(paths, has_organiser=False).card(card)
    assert taken.refused
    assert path.read_bytes() == content, "it stays to be mended"
    assert refused.value.sentence in (card / REPORT).read_text()
    assert not paths.config_file.exists()


@given(st.binary(max_size=400))
def test_no_file_breaks_the_start(content: bytes) -> None:
    try:
        boot_file.read(content)
    except MatineeError as refused:
        assert refused.key.startswith("boot.")
    for name in imager_settings.FILES:
        try:
            imager_settings.read(name, content)
        except MatineeError as refused:
            assert refused.key.startswith("boot.")


CUSTOM = 'config_version = 1\n[system]\nhostname = "Gas-Light"\n[user]\nname = "pi"\n[wlan]\nssid = "Venue"\n'
CUSTOM += f'password = "{"a1" * 32}"\npassword_encrypted = true\nhidden = false\ncountry = "at"\n[locale]\n'
NETPLAN = """\
network:
  version: 2
  wifis:
    wlan0:
      dhcp4: true
      regulatory-domain: "AT"
      access-points:
        "Venue":
          password: "correct horse"
"""


@pytest.mark.parametrize("name", ["custom.toml", "rpi-preseed.toml"])
def test_imagers_own_settings_are_taken_in(paths: Paths, card: Path, name: str) -> None:
    path = write(card, CUSTOM, name)
    Taking(paths, has_organiser=False).card(card)
    config = load(paths)
    assert (config.box.id, config.network.country) == ("gas-light", "AT")
    assert wifi(paths) == [WifiAsked("Venue", "a1" * 32)]
    assert path.read_bytes() == b"", "no password stays on the card"


def test_imagers_settings_for_cloud_init_too(paths: Paths, card: Path) -> None:
    write(card, NETPLAN, "network-config")
    write(card, "#cloud-config\nhostname: gaslight\nmanage_etc_hosts: true\n", "user-data")
    Taking(paths, has_organiser=False).card(card)
    assert load(paths).box.id == "gaslight"
    assert wifi(paths) == [WifiAsked("Venue", "correct horse")]


@pytest.mark.parametrize(
    ("text", "mode", "interface", "internet"),
    [
        ('mode = "hotspot"\ncountry = "DE"\nssid = "Gaslight"', "hotspot", "wlan0", True),
        (
            'mode = "hotspot"\ncountry = "DE"\ninterface = "wlan1"\ninternet = false',
            "hotspot",
            "wlan1",
            False,
        ),
        (
            (
                'mode = "ethernet"\ninterface = "eth1"\nuplink = "ethernet"\n'
                'uplink_interface = "eth0"\ncrew = ["eth0"]'
            ),
            "ethernet",
            "eth1",
            True,
        ),
        ('mode = "none"', "none", "", True),
    ],
)
def test_the_attendees_network_is_switched_on_by_the_card(
    paths: Paths, card: Path, text: str, mode: str, interface: str, *, internet: bool
) -> None:
    paths.config_file.write_text("[network]\ninternet = true\n")
    write(card, f"[network]\n{text}\n")
    taken = Taking(paths, has_organiser=True).card(card)
    network = load(paths).network
    assert (network.mode, network.interface, network.internet) == (mode, interface, internet), taken.lines
    if mode == "ethernet":
        assert (network.uplink, network.uplink_interface, network.crew) == ("ethernet", "eth0", ("eth0",))


def test_where_two_files_disagree_our_own_wins_and_that_is_said(paths: Paths, card: Path) -> None:
    write(card, CUSTOM, "custom.toml")
    write(card, WHOLE)
    lines = Taking(paths, has_organiser=False).card(card).lines
    assert load(paths).network.country == "DE"
    assert wifi(paths) == [WifiAsked("Venue", "correct horse")]
    assert "Two files disagree about network.country: took that of matinee.toml." in lines


def test_a_card_that_can_not_be_written_is_taken_in_once_all_the_same(paths: Paths, card: Path) -> None:
    path = write(card, "[box]\nnew_passphrase = true\n")
    content = path.read_bytes()
    Taking(paths, has_organiser=True).card(card)
    path.write_bytes(content)
    requests = Requests(paths.requests)
    assert requests.is_there(Wanted.NEW_PASSPHRASE)
    requests.done(Wanted.NEW_PASSPHRASE)
    assert Taking(paths, has_organiser=True).card(card).lines == ()
    assert not requests.is_there(Wanted.NEW_PASSPHRASE)


def test_a_stick_may_bring_wifi_to_anybodys_box_and_nothing_else(paths: Paths) -> None:
    taking = Taking(paths, has_organiser=True)
    assert not taking.stick(b'[wifi]\nssid = "Venue"\n[network]\ncountry = "DE"\n').refused
    for asks in (
        b"[box]\nnew_passphrase = true\n",
        b'[organiser]\nkeys = ["RWQ"]\n',
        b'[bucket]\nname = "b"\n',
        b'[network]\nmode = "none"\n',
        b'[network]\ncrew = ["wlan0"]\n',
    ):
        assert taking.stick(asks).refused
    assert not Requests(paths.requests).is_there(Wanted.NEW_PASSPHRASE)
    assert not Taking(paths, has_organiser=False).stick(b'[organiser]\nkeys = ["RWQ"]\n').refused


def test_a_box_with_an_organiser_keeps_its_name_on_the_network(paths: Paths, card: Path) -> None:
    paths.config_file.write_text('[box]\nid = "gaslight"\n')
    write(card, '[box]\nid = "other"\n')
    refused = Taking(paths, has_organiser=True).card(card)
    assert "is called gaslight" in refused.lines[0]
    write(card, '[box]\nid = "gaslight"\nname = "New"\n')
    assert not Taking(paths, has_organiser=True).card(card).refused


@pytest.mark.parametrize("each", [9, pytest.param(1, marks=pytest.mark.soak)])
def test_a_power_cut_at_any_line_loses_nothing_and_takes_nothing_in_twice(tmp_path: Path, each: int) -> None:
    """The process dies at the n-th line of what takes in; the next start makes it whole."""
    cuts = 0
    while True:
        root, card = Paths(tmp_path / f"box{cuts}").ensure(), tmp_path / f"card{cuts}"
        card.mkdir()
        write(card, WHOLE)
        if _dies_at(cuts, lambda root=root, card=card: Taking(root, has_organiser=False).card(card)):
            break
        Taking(root, has_organiser=False).card(card)
        assert (card / boot_file.NAME).read_bytes() == TAKEN_IN, cuts
        assert load(root).box.name == "Kino Gaslight", cuts
        assert wifi(root) == [WifiAsked("Venue", "correct horse")], cuts
        assert "Venue" in (card / REPORT).read_text(), cuts
        assert b"Venue" in (root.requests / Wanted.REPORT).read_bytes(), cuts
        cuts += each
    assert cuts > 60


def _dies_at(line: int, act: Callable[[], Any]) -> bool:
    """Whether ``act`` came to its end before its ``line``-th line, in a process that dies there."""
    child = os.fork()
    if child == 0:
        left = line

        def trace(frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401 as settrace has it
            nonlocal left
            if not frame.f_code.co_filename.endswith(("boot_taking.py", "durable.py")):
                return None
            if event == "line":
                if left == 0:
                    os._exit(1)
                left -= 1
            return trace

        sys.settrace(trace)
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_command_does_it_before_the_services_start(
    paths: Paths, card: Path, tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ROOT", str(paths.root))
    write(card, '[box]\nname = "Gaslight"\n')
    stick = tmp_path / "stick"
    stick.mkdir()
    write(stick, '[wifi]\nssid = "Venue"\n')
    run = CliRunner().invoke(matinee, ["boot", "--card", str(card), "--stick", str(stick)])
    assert (run.exit_code, load(paths).box.name) == (0, "Gaslight"), run.output
    assert wifi(paths) == [WifiAsked("Venue")]
    assert "Taken in" in run.output
    rows = StaffRows.owner(paths)
    enlist(rows, clock, Role.ORGANISER)
    rows.database.close()
    write(stick, "[box]\nnew_passphrase = true\n")
    again = CliRunner().invoke(matinee, ["boot", "--card", str(card), "--stick", str(stick)])
    assert "a stick may only bring" in again.output
    assert again.exit_code == 0, "a box always starts"
