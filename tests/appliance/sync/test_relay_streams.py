"""Real guests through the relay: HLS from a server of files, SRT from ffmpeg, RTSP from VLC."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import pytest

from appliance.clock import RealClock
from appliance.model.stream_source import StreamSource, parse
from appliance.sync.feed_ffmpeg import FfmpegFeed, arguments
from appliance.sync.relay import Relay
from appliance.sync.relay_channel import Patience
from lab import guests
from lab.free_port import free_port
from lab.staff_room import until

PATIENT = Patience(linger_s=30.0, again_s=(0.2,))


@contextmanager
def relayed(source: StreamSource) -> Iterator[tuple[Relay, int]]:
    port = free_port()
    relay = Relay(port, FfmpegFeed, RealClock(), PATIENT)
    relay.serve([source])
    relay.start()
    try:
        yield relay, port
    finally:
        relay.stop()


def pictures(port: int, count: int) -> list[bool]:
    """Look as the player does, again and again until pictures come; return which of them are key frames."""
    shown: list[bool] = []

    def seen() -> bool:
        shown.clear()
        try:
            with (
                socket.create_connection(("127.0.0.1", port), timeout=20) as looking,
                looking.makefile("rb") as stream,
                av.open(stream, format="mpegts") as container,
            ):
                assert container.streams.audio, "no sound"
                for frame in container.decode(video=0):
                    shown.append(frame.key_frame)
                    if len(shown) == count:
                        return True
        except (OSError, av.FFmpegError):
            pass
        return False

    until(seen, 40)
    return shown


@pytest.fixture(params=["hls", "srt", "rtsp"])
def guest(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StreamSource]:
    with ExitStack() as stack:
        match request.param:
            case "hls":
                url = stack.enter_context(guests.hls(tmp_path))
            case "srt":
                url, _ = stack.enter_context(guests.srt(free_port(udp=True)))
            case _:
                url = stack.enter_context(guests.rtsp(tmp_path))
        yield parse(url, in_venue=True)


def test_a_real_guest_is_seen_and_heard_on_loopback(guest: StreamSource) -> None:
    with relayed(guest) as (relay, port):
        shown = pictures(port, 30)
        assert shown[0], "the first picture is no key frame"
        assert relay.faults() == ()


def test_a_guest_that_drops_out_is_named_and_seen_again_when_back() -> None:
    port = free_port(udp=True)
    with guests.srt(port) as (url, drop_out):
        source = parse(url, in_venue=True)
        with relayed(source) as (relay, at):
            pictures(at, 5)
            with socket.create_connection(("127.0.0.1", at), timeout=20) as looking:
                drop_out()
                while looking.recv(1 << 16):
                    pass
            until(lambda: any("srt://127.0.0.1 is not there" in said for said in relay.faults()))
            with guests.srt(port):
                pictures(at, 5)
                until(lambda: relay.faults() == ())


@pytest.mark.parametrize(
    ("url", "near", "why"),
    [
        ("rtsp://localhost:1/live", False, "in the venue's network"),
        ("rtsp://localhost:1/live", True, "Connection refused"),
        ("http://nowhere.invalid/live.m3u8", False, "is not known"),
    ],
)
def test_why_nothing_comes_is_said_without_the_secrets_of_the_address(url: str, near: bool, why: str) -> None:
    source = parse(url.replace("://", "://guest:secret@"), in_venue=near)
    feed = FfmpegFeed(source)
    until(lambda: feed.read() == b"")
    feed.close()
    assert why in feed.fault
    assert "secret" not in feed.fault


def test_a_list_may_not_lead_to_the_boxs_own_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ts"
    told = arguments(parse("http://127.0.0.1:1/live.m3u8", in_venue=True))
    assert "file" not in told[told.index("-protocol_whitelist") + 1].split(",")
    (tmp_path / "live.m3u8").write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    )
    secret.write_bytes(b"\x47" * 188 * 40)
    with guests.files(tmp_path) as address:
        feed = FfmpegFeed(parse(f"{address}/live.m3u8", in_venue=True))
        came = b""
        while (piece := feed.read()) != b"":
            came += piece or b""
        feed.close()
    assert came == b""


@dataclass
class Misleading:
    """A server whose list leads elsewhere: by a redirect, or by what it names."""

    port: int = 0
    leads_to: str = ""
    redirects: bool = False
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def serving(self) -> Iterator[Misleading]:
        it = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                it.asked.append(self.path)
                lines = ("#EXTM3U", "#EXT-X-TARGETDURATION:1", "#EXTINF:1,", it.leads_to, "#EXT-X-ENDLIST")
                text = "\n".join(lines).encode()
                self.send_response(HTTPStatus.FOUND if it.redirects else HTTPStatus.OK)
                self.send_header("Location", it.leads_to) if it.redirects else None
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def look_at(source: StreamSource) -> str:
    """Bring what there is, to its end; what was said of it."""
    feed = FfmpegFeed(source)
    until(lambda: feed.read() == b"", 20)
    feed.close()
    return feed.fault


def test_a_source_can_not_send_the_box_elsewhere_after_its_address_was_looked_at() -> None:
    with Misleading(redirects=True).serving() as guest:
        guest.leads_to = f"http://127.0.0.1:{guest.port}/elsewhere.m3u8"
        assert look_at(parse(f"http://127.0.0.1:{guest.port}/live.m3u8", in_venue=True))
        assert set(guest.asked) == {"/live.m3u8"}


def test_a_list_can_not_name_another_service_of_the_box_or_the_venue() -> None:
    with Misleading().serving() as router, Misleading().serving() as guest:
        guest.leads_to = f"http://127.0.0.1:{router.port}/reboot.ts"
        assert look_at(parse(f"http://127.0.0.1:{guest.port}/live.m3u8", in_venue=True))
        assert guest.asked
        assert router.asked == []


@pytest.mark.parametrize(
    ("url", "ports"),
    [
        ("https://guest.example/live.m3u8", {443}),
        ("https://guest.example:8443/live.m3u8", {443, 8443}),
        ("http://guest.example/live.m3u8", {80}),
        ("rtsp://guest.example/live", {554}),
        ("srt://guest.example:9000", set()),
    ],
)
def test_a_source_is_reached_at_its_own_port_alone(url: str, ports: set[int]) -> None:
    assert set(parse(url).tcp_ports) == ports
