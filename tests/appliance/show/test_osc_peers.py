"""OSC with real peers: liblo's `oscsend` drives the show, `oscdump` hears it."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest

from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from lab.evening import MANIFEST
from lab.free_port import free_port
from lab.ola import wait_until
from lab.show_process import ShowProcess


class Peers:
    """A tablet: it says something, and hears the answers."""

    def __init__(self, paths: Paths) -> None:
        self.port, self.reply_port = free_port(udp=True), free_port(udp=True)
        self.dump = subprocess.Popen(
            ["oscdump", "-L", str(self.reply_port)], stdout=subprocess.PIPE, text=True
        )
        config = f'[osc]\nlisten = "127.0.0.1"\nport = {self.port}\nreply_port = {self.reply_port}\n'
        self.show = ShowProcess(paths, config)
        self.show.load(MANIFEST)

    def say(self, *words: str) -> None:
        subprocess.run(["oscsend", "127.0.0.1", str(self.port), *words], check=True)

    def phase(self) -> Phase:
        return self.show.client.status().phase

    def item(self) -> str:
        view = self.show.client.status()
        return "" if view.index is None else view.items[view.index].id

    def hear_until(self, words: str) -> list[str]:
        assert self.dump.stdout is not None
        heard: list[str] = []
        for line in self.dump.stdout:
            heard.append(line)
            if words in line:
                return heard
        raise AssertionError(heard)

    def close(self) -> None:
        self.show.stop()
        self.dump.terminate()
        self.dump.communicate()


@pytest.fixture
def peers(paths: Paths) -> Iterator[Peers]:
    if shutil.which("oscdump") is None:
        pytest.skip("oscsend and oscdump are not installed: apt-get install liblo-tools")
    made = Peers(paths)
    yield made
    made.close()


def test_oscsend_runs_an_evening(peers: Peers) -> None:
    peers.say("/go")
    wait_until(lambda: peers.item() == "welcome")
    peers.say("/cue/4/start")
    wait_until(lambda: peers.item() == "break")
    for word, phase in [
        ("/pause", Phase.PAUSED),
        ("/resume", Phase.RUNNING),
        ("/panic", Phase.PANIC),
        ("/resume", Phase.RUNNING),
        ("/stop", Phase.HELD),
        ("/reset", Phase.STANDBY),
    ]:
        peers.say(word)
        wait_until(lambda expected=phase: peers.phase() is expected)


def test_oscdump_hears_answers_refusals_and_updates(peers: Peers) -> None:
    peers.say("/workspaces")
    assert "A Small Evening" in peers.hear_until("/reply/workspaces")[-1]
    peers.say("/resume")
    refused = peers.hear_until("/reply/resume")[-1]
    assert "means nothing while the show is standby" in refused
    peers.say("/updates", "i", "1")
    peers.hear_until("/reply/updates")
    peers.show.client.do(Verb.GO)  # by somebody else
    heard = "".join(peers.hear_until("/matinee/now"))
    assert "Welcome" in heard
    assert '/matinee/phase s "running"' in heard
    peers.say("/updates", "i", "0")
    peers.hear_until("/reply/updates")


def test_a_sensor_dims_the_room(peers: Peers) -> None:
    cue = (
        '[[cue]]\nid = "door"\non = "outside"\ntrigger = "door"\ndo = [{ dimmer = 0.1 }, { volume = 0.5 }]\n'
    )
    peers.show.load(f"{MANIFEST}\n{cue}")
    peers.say("/go")
    wait_until(lambda: peers.item() == "welcome")
    peers.say("/trigger/door")
    wait_until(lambda: peers.show.client.status().level == 0.1)
    assert peers.show.client.status().volume == 0.5


def test_hostile_packets_do_no_harm_and_a_flood_does_not_drown_the_show(peers: Peers) -> None:
    noise = random.Random(3)  # noqa: S311 the same noise each time
    target = ("127.0.0.1", peers.port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(2000):
            sock.sendto(noise.randbytes(noise.randrange(1, 200)), target)
            sock.sendto(b"/" + noise.randbytes(noise.randrange(1, 60)), target)
            sock.sendto(b"#bundle\0" + noise.randbytes(noise.randrange(1, 60)), target)
        sock.sendto(bytes(60_000), target)
        for _ in range(2000):
            sock.sendto(b"/next\0\0\0,\0\0\0", target)
    wait_until(lambda: bool(peers.say("/go")) or peers.phase() is Phase.RUNNING)
    assert peers.show.child.poll() is None
    assert len(peers.show.stop()) < 4000  # nor does it drown the log


def test_a_taken_port_does_not_stop_the_show(paths: Paths) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        show = ShowProcess(paths, f"[osc]\nport = {taken.getsockname()[1]}\n")
        show.load(MANIFEST)
        assert show.client.do(Verb.GO).phase is Phase.RUNNING
        assert "osc not listening" in show.stop()
