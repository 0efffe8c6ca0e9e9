"""The real console and the real show, each in its own process."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from appliance.clock import RealClock
from appliance.config import WebTable
from appliance.errors import MatineeError
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from lab.free_port import free_port
from lab.quickest import quickest
from lab.staff_room import House, until
from webui.console.remote_view import REGIONS
from webui.console.staff import ensure_operator, make_link
from webui.console.watch import MOST_FOLLOWERS
from webui.serving import listen as listen_at


def events(answer: requests.Response) -> Iterator[tuple[str, str]]:
    """(name, data) of each server-sent event."""
    name, data = "", ""
    for line in answer.iter_lines(decode_unicode=True, chunk_size=1):
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data += line.removeprefix("data: ") + "\n"
        elif not line and name:
            yield name, data
            name, data = "", ""


def listen(house: House, session: requests.Session) -> requests.Response:
    return session.get(house.address + "/remote/events", stream=True, timeout=20)


def test_a_go_on_one_remote_is_seen_on_another(house: House) -> None:
    session, csrf = house.sign_in()
    with closing(listen(house, session)) as stream:
        told = events(stream)
        assert [next(told)[0] for _ in REGIONS] == list(REGIONS)
        answer = session.post(house.address + "/remote/do/go", {"csrf": csrf, "nonce": "n1"}, timeout=20)
        assert answer.status_code == 200
        order = next(data for name, data in told if name == "order")
    assert '<li aria-current="step"><span>Welcome' in order
    assert ShowClient(house.paths).status().phase is Phase.RUNNING


def test_one_rendered_go_is_one_go_however_often_it_is_pressed(house: House) -> None:
    session, csrf = house.sign_in()
    form = {"csrf": csrf, "nonce": "the same"}
    for _ in range(5):
        assert session.post(house.address + "/remote/do/go", form, timeout=20).status_code == 200
    assert ShowClient(house.paths).status().index == 0


def test_every_rendered_go_carries_a_nonce_that_changes_with_the_show(house: House) -> None:
    session, csrf = house.sign_in()

    def nonce() -> str:
        page = session.get(house.address + "/remote", timeout=20).text
        return page.partition('name="nonce" value="')[2].partition('"')[0]

    first = nonce()
    assert first
    assert nonce() == first
    session.post(house.address + "/remote/do/go", {"csrf": csrf, "nonce": first}, timeout=20)
    assert nonce() != first


def test_htmx_gets_the_regions_and_plain_forms_the_page(house: House) -> None:
    session, csrf = house.sign_in()
    post = house.address + "/remote/do/"
    regions = session.post(post + "go", {"csrf": csrf}, headers={"HX-Request": "true"}, timeout=20)
    assert 'id="now" hx-swap-oob="innerHTML"' in regions.text
    assert "<html" not in regions.text
    refused = session.post(post + "resume", {"csrf": csrf}, timeout=20)
    assert refused.status_code == 409
    assert "RESUME means nothing while the show is running." in refused.text
    assert "<html" in refused.text
    panic = session.post(post + "panic", {"csrf": csrf}, timeout=20)
    assert (panic.status_code, panic.history[0].status_code) == (200, 303)
    assert "Resume the show" in panic.text


def test_remote_and_lights_outlive_the_player_and_say_so(house: House) -> None:
    session, csrf = house.sign_in()
    page = session.get(house.address + "/remote", timeout=20).text
    assert "The player is restarting" in page  # there is none in this test
    assert session.get(house.address + "/remote/picture.jpg", timeout=20).status_code == 503
    answer = session.post(house.address + "/remote/lights", {"csrf": csrf, "lights": "half"}, timeout=20)
    assert answer.status_code == 200
    assert ShowClient(house.paths).status().lights == "half"


def test_a_show_that_is_killed_is_said_at_once_and_its_return_too(house: House) -> None:
    session, csrf = house.sign_in()
    with closing(listen(house, session)) as stream:
        told = events(stream)
        house.show.kill()
        health = next(data for name, data in told if name == "health" and "The show is restarting" in data)
        assert "Screen and lights stay as they are" in health
        answer = session.post(house.address + "/remote/do/panic", {"csrf": csrf}, timeout=20)
        assert answer.status_code == 503
        assert "is not running, or is just restarting" in answer.text
        house.restart_show()
        assert next(data for name, data in told if name == "health" and "The show is" not in data) is not None


def test_followers_are_counted_and_one_too_many_is_told(house: House) -> None:
    house.console.stop()  # those of other tests are gone with it
    house.restart_console()
    session, _ = house.sign_in()
    streams = [listen(house, session) for _ in range(MOST_FOLLOWERS)]
    assert {stream.status_code for stream in streams} == {200}
    with closing(listen(house, session)) as late:
        assert late.status_code == 503
    for stream in streams:
        stream.close()

    def free_again() -> bool:
        with closing(listen(house, session)) as stream:
            return stream.status_code == 200

    until(free_again)


def test_signing_out_ends_the_stream_too(house: House) -> None:
    session, csrf = house.sign_in()
    with closing(listen(house, session)) as stream:
        told = events(stream)
        next(told)
        session.post(house.address + "/sign-out", {"csrf": csrf}, timeout=20)
        ShowClient(house.paths).do(Verb.GO)
        assert sum(1 for _ in told) < 30  # it ends


def test_the_api_runs_the_show(house: House) -> None:
    session, csrf = house.sign_in()
    api = house.address + "/api/v1/"
    assert session.get(api + "session", timeout=20).json() == {"role": "operator", "csrf": csrf}
    token = {"X-CSRF-Token": csrf}
    assert session.post(api + "show/go", timeout=20).status_code == 403
    assert session.post(api + "show/go", json={"nonce": "a"}, headers=token, timeout=20).json()["index"] == 0
    assert session.post(api + "show/lights", json={"lights": "down"}, headers=token, timeout=20).ok
    view = session.get(api + "show", timeout=20).json()
    assert (view["phase"], view["lights"], view["title"]) == ("running", "down", "A Small Evening")
    chosen = {"viewing": {"relaxed": True}}
    view = session.post(api + "show/viewing", json=chosen, headers=token, timeout=20).json()
    assert view["viewing"] == {"subtitles": "", "audio_track": "", "relaxed": True}
    refused = session.post(api + "show/back", json={}, headers=token, timeout=20)
    assert (refused.status_code, refused.json()["key"]) == (409, "show.at_start")


def test_a_passphrase_and_links_can_be_had_before_the_console_runs_and_while_it_does(
    house: House,
) -> None:
    assert ensure_operator(house.paths) is None
    house.console.stop()
    assert ensure_operator(house.paths) is None
    link = make_link(house.paths)
    house.restart_console()
    assert requests.post(house.address + link, timeout=20).url.endswith("/remote")


def test_there_is_no_link_for_a_role_that_nobody_has(paths: Paths) -> None:
    with pytest.raises(MatineeError) as refused:
        make_link(paths)
    assert refused.value.key == "console.no_staff"


def run(paths: Paths) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", "run", "console"],
        env={"MATINEE_ROOT": str(paths.root)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_port_that_is_taken_is_one_sentence(paths: Paths) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        paths.config_file.write_text(f"[console]\nport = {port}\n")
        ended = run(paths)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].endswith(
        f"Port {port} is in use by another program. Stop it, or choose another with --port."
    )


def test_a_damaged_file_is_one_sentence(paths: Paths) -> None:
    paths.config_file.write_text(f"[console]\nport = {free_port()}\n")
    (paths.root / "console.db").write_bytes(b"this is no file of rows" * 100)
    ended = run(paths)
    assert ended.returncode == 1
    assert "console.db is damaged" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_console_is_refused_and_the_first_stops_in_order(house: House) -> None:
    ended = run(house.paths)
    assert ended.returncode == 1
    assert "console is already running here" in ended.stderr
    session, _ = house.sign_in()
    with closing(listen(house, session)):
        assert house.console.stop() == 0


def test_a_remote_that_is_open_does_not_hold_up_the_end(house: House) -> None:
    clock = RealClock()

    def took_s() -> float:
        house.stand_by()
        session, _ = house.sign_in()
        with closing(listen(house, session)) as stream:
            told = events(stream)
            next(told)
            began = clock.monotonic()
            assert house.console.stop() == 0
            took = clock.monotonic() - began
            assert sum(1 for _ in told) < 30  # it ends in order
        return took

    assert quickest(took_s, 2) < 2


def test_connections_to_the_console_are_hung_up_on_when_nobody_is_there() -> None:
    with (
        listen_at(WebTable(port=free_port()), 10) as door,
        socket.create_connection(door.getsockname()),
        door.accept()[0] as link,
    ):
        assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000


@pytest.mark.soak
def test_places_of_phones_that_vanished_are_free_soon(paths: Paths) -> None:
    """In a network of its own, taken down under eight remotes: what goes out is acknowledged by nobody."""
    lab = Path(__file__).parents[2] / "lab" / "vanished_phones.py"
    ended = subprocess.run(
        ["unshare", "-rn", sys.executable, str(lab), str(paths.root)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.stdout.split() == ["503", "200"], ended.stderr


def test_a_console_that_is_killed_leaves_neither_port_nor_lock(house: House) -> None:
    house.console.kill()
    until(lambda: not is_up(house.paths, house.config, Service.CONSOLE))
    house.restart_console()
