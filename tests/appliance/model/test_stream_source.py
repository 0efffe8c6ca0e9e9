from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.model.stream_source import Scheme, parse


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("rtsp://guest:secret@camera.example/live", "camera.example", 554),
        ("srt://stage.example:9000?streamid=evening", "stage.example", 9000),
        ("https://cdn.example/live/index.m3u8?key=abc", "cdn.example", 443),
        ("http://[2001:4860:4860::8888]:8080/a.m3u8", "2001:4860:4860::8888", 8080),
    ],
)
def test_an_address_is_taken_apart_and_told_without_its_secrets(url: str, host: str, port: int) -> None:
    source = parse(url)
    assert (source.host, source.port) == (host, port)
    assert "secret" not in str(source)
    assert "key" not in str(source)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "concat:a|b",
        "/films/a.mp4",
        "rtmp://example.org/live",
        "http:///index.m3u8",
        "srt://stage.example",
        "rtsp://a b/",
        "http://exa\nmple.org/",
        "http://example.org:99999/",
        "http://[::1/",
        "rtsp://192.168.1.20/",
        "http://127.0.0.1:8001/remote",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest",
    ],
)
def test_what_is_no_stream_or_lies_near_is_refused(url: str) -> None:
    with pytest.raises(MatineeError):
        parse(url)


def test_a_camera_of_the_venue_is_for_those_who_say_so_and_multicast_for_nobody() -> None:
    assert parse("rtsp://192.168.1.20/", in_venue=True).port == 554
    for never in ("rtsp://239.1.2.3/", "rtsp://0.0.0.0/"):
        with pytest.raises(MatineeError):
            parse(never, in_venue=True)


@given(st.sampled_from(Scheme), st.ip_addresses(), st.booleans())
def test_a_name_leads_nowhere_that_its_address_would_not(scheme: Scheme, address: object, near: bool) -> None:
    found = ip_address(str(address))
    host = f"[{address}]" if found.version == 6 else str(address)
    by_name = parse(f"{scheme}://stage.example:9000/", in_venue=near)
    try:
        parse(f"{scheme}://{host}:9000/", in_venue=near)
    except MatineeError:
        assert by_name.refuses([str(address)])
        assert by_name.refuses(["8.8.8.8", str(address)])
    else:
        assert not by_name.refuses([str(address)])


def test_a_name_without_an_address_leads_nowhere() -> None:
    assert parse("rtsp://stage.example/").refuses([])


@given(st.text(max_size=60))
def test_any_words_are_an_address_or_are_refused(words: str) -> None:
    try:
        assert parse(words).host
    except MatineeError as refused:
        assert refused.sentence
