from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.ids import Sha256
from cache.blocks import BLOCK_BYTES, FilmHasher
from cache.fetching import Fetch, Patience, Tally
from cache.partial import Partial, Wanted, may_lose, unfinished
from cache.reach import Reach
from cache.source import Source
from cache.source_folder import FolderSource
from cache.source_https import HttpsSource
from lab.film_origin import FilmOrigin

LOOPBACK = Reach.of(["127.0.0.1/32"], plain_http=True)
CONTENT = random.Random(4).randbytes(9 * BLOCK_BYTES + 12_345)  # noqa: S311 a film


def described(content: bytes) -> Wanted:
    hasher = FilmHasher()
    hasher.update(content)
    sha256, blocks = hasher.finish()
    return Wanted(sha256, "film.mp4", blocks)


WANTED = described(CONTENT)


@pytest.fixture
def origin() -> Iterator[FilmOrigin]:
    with FilmOrigin(CONTENT) as made:
        yield made


def source(origin: FilmOrigin, reach: Reach = LOOPBACK) -> HttpsSource:
    return HttpsSource(origin.url, len(CONTENT), RealClock(), reach)


def fetch(folder: Path, *sources: Source, wanted: Wanted = WANTED) -> Tally:
    tally = Tally()
    with Partial(folder, wanted) as coming:
        Fetch(coming, sources, None, tally).run()
    return tally


def part(folder: Path, wanted: Wanted = WANTED) -> Path:
    return folder / f"{wanted.sha256}.part"


def test_a_film_comes_whole(tmp_path: Path, origin: FilmOrigin) -> None:
    assert fetch(tmp_path, source(origin)) == Tally(fetched_bytes=len(CONTENT))
    assert part(tmp_path).read_bytes() == CONTENT
    assert len(origin.requests) == 1


def test_cut_off_again_and_again_nothing_comes_twice(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.levers.cut_after = 777_777
    fetched = 0
    for _ in range(40):
        tally = Tally()
        try:
            with Partial(tmp_path, WANTED) as coming:
                Fetch(coming, [source(origin)], None, tally).run()
        except MatineeError as fault:
            assert fault.key == "source.away"
            fetched += tally.fetched_bytes
            continue
        fetched += tally.fetched_bytes
        break
    assert part(tmp_path).read_bytes() == CONTENT
    assert fetched == len(CONTENT)
    assert origin.sent_bytes <= len(CONTENT) * 1.02


def test_a_line_that_breaks_is_asked_again_at_once_while_it_brings_blocks(
    tmp_path: Path, origin: FilmOrigin
) -> None:
    origin.levers.cut_after = 2 * BLOCK_BYTES + 5000
    assert fetch(tmp_path, source(origin)).fetched_bytes == len(CONTENT)
    assert part(tmp_path).read_bytes() == CONTENT
    assert len(origin.requests) == 5, "what just came is not doubted: one request for all the rest"


class Fickle:
    """A source that is there only each fourth time, and then gives two blocks."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner
        self.asked = 0

    @property
    def where(self) -> str:
        return self._inner.where

    def read(self, offset: int, length: int) -> Iterator[bytes]:
        self.asked += 1
        if self.asked % 4:
            raise MatineeError("source.away", where=self.where, fault="it can not be reached")
        return self._inner.read(offset, min(length, 2 * BLOCK_BYTES))


def test_a_line_that_is_gone_for_a_moment_is_waited_for_and_nothing_is_proven_twice(
    tmp_path: Path, origin: FilmOrigin
) -> None:
    fickle, tally = Fickle(source(origin)), Tally()
    with Partial(tmp_path, WANTED) as coming:
        Fetch(coming, [fickle], None, tally, Patience(RealClock(), Event(), 5)).run()
    assert part(tmp_path).read_bytes() == CONTENT
    assert tally == Tally(fetched_bytes=len(CONTENT), kept_bytes=0)
    assert fickle.asked == 20


@settings(deadline=None)
@given(st.floats(0, 25))
def test_a_line_that_comes_back_is_found_an_eighth_late_at_most_and_asked_for_seldom(away_s: float) -> None:
    clock = HeldClock()
    patience, began, asked = Patience(clock, Event()), clock.monotonic(), 0
    while clock.monotonic() - began < away_s:
        assert patience.wait()
        asked += 1
    assert clock.monotonic() - began <= away_s * 1.125 + 0.051
    assert asked <= 45


def test_patience_ends_with_its_time_or_when_told_to_stop(tmp_path: Path, origin: FilmOrigin) -> None:
    clock, stopping = RealClock(), Event()
    origin.levers.status = 503
    for most_s, stopped in ((0.3, False), (60.0, True)):
        began = clock.monotonic()
        if stopped:
            stopping.set()
        with pytest.raises(MatineeError) as caught, Partial(tmp_path, WANTED) as coming:
            Fetch(coming, [source(origin)], None, None, Patience(clock, stopping, most_s)).run()
        assert caught.value.key == "source.away"
        assert clock.monotonic() - began < 10


def test_what_lies_on_the_card_is_believed_only_by_its_hash(tmp_path: Path, origin: FilmOrigin) -> None:
    damaged = bytearray(CONTENT[: 6 * BLOCK_BYTES + 5000])
    damaged[2 * BLOCK_BYTES + 17] ^= 1
    damaged[4 * BLOCK_BYTES : 5 * BLOCK_BYTES] = bytes(BLOCK_BYTES)
    part(tmp_path).write_bytes(damaged)
    tally = fetch(tmp_path, source(origin))
    assert part(tmp_path).read_bytes() == CONTENT
    assert tally.kept_bytes == 4 * BLOCK_BYTES
    assert tally.fetched_bytes == len(CONTENT) - 4 * BLOCK_BYTES - 5000


@pytest.mark.parametrize("torn", [1000, 400_000, 900_000])
def test_a_torn_tail_costs_what_was_torn_and_blames_nobody(
    tmp_path: Path, origin: FilmOrigin, torn: int
) -> None:
    kept = BLOCK_BYTES + 950_000
    part(tmp_path).write_bytes(CONTENT[: kept - torn] + bytes(torn))
    tally = fetch(tmp_path, source(origin))
    assert part(tmp_path).read_bytes() == CONTENT
    assert tally.fetched_bytes == len(CONTENT) - kept + (128 * 1024 if torn == 1000 else 950_000)


def test_a_tail_from_a_source_that_lied_is_brought_again(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.levers.lie[BLOCK_BYTES + 3] = CONTENT[BLOCK_BYTES + 3] ^ 1
    origin.levers.cut_after = BLOCK_BYTES + 500_000
    good = tmp_path / "good.mp4"
    good.write_bytes(CONTENT)
    tally = fetch(tmp_path, source(origin), FolderSource(good))
    assert part(tmp_path).read_bytes() == CONTENT
    read_past_it = tally.fetched_bytes - (len(CONTENT) + BLOCK_BYTES + 500_000)
    assert 0 <= read_past_it <= 256 * 1024, "the piece in which the block ends, at most"


def test_a_file_that_is_too_long_is_cut(tmp_path: Path, origin: FilmOrigin) -> None:
    part(tmp_path).write_bytes(CONTENT + b"more")
    assert fetch(tmp_path, source(origin)) == Tally(0, len(CONTENT))
    assert part(tmp_path).read_bytes() == CONTENT


def test_what_is_on_its_way_is_told_by_the_card_alone(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.levers.cut_after = 100
    with pytest.raises(MatineeError):
        fetch(tmp_path, source(origin))
    (tmp_path / ("0" * 64 + ".fetch")).write_bytes(b"torn")
    assert unfinished(tmp_path) == [WANTED]


def test_one_wrong_byte_is_refused_and_the_next_source_goes_on(tmp_path: Path, origin: FilmOrigin) -> None:
    at = 5 * BLOCK_BYTES + 3
    origin.levers.lie[at] = CONTENT[at] ^ 1
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, source(origin))
    assert caught.value.key == "source.wrong"
    good = tmp_path / "good.mp4"
    good.write_bytes(CONTENT)
    tally = fetch(tmp_path, source(origin), FolderSource(good))
    assert part(tmp_path).read_bytes() == CONTENT
    assert tally.kept_bytes == 5 * BLOCK_BYTES


def test_a_list_that_contradicts_itself_brings_nothing(tmp_path: Path, origin: FilmOrigin) -> None:
    wrong = Wanted(Sha256("0" * 64), "film.mp4", WANTED.blocks)
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, source(origin), wanted=wrong)
    assert caught.value.key == "media.list_wrong"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("say_length", [True, False])
def test_a_server_without_ranges_is_read_from_its_beginning(
    tmp_path: Path, origin: FilmOrigin, say_length: bool
) -> None:
    part(tmp_path).write_bytes(CONTENT[: 4 * BLOCK_BYTES])
    origin.levers.ranges = False
    origin.levers.say_length = say_length
    tally = fetch(tmp_path, source(origin))
    assert part(tmp_path).read_bytes() == CONTENT
    assert tally.kept_bytes == 4 * BLOCK_BYTES


def test_another_film_under_the_same_address_is_noticed(tmp_path: Path, origin: FilmOrigin) -> None:
    asking = source(origin)
    origin.levers.cut_after = BLOCK_BYTES // 2
    with pytest.raises(MatineeError):
        fetch(tmp_path, asking)
    origin.content = CONTENT[::-1]
    origin.levers.etag = '"other"'
    origin.levers.cut_after = None
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, asking)
    assert origin.requests[1][2] == '"film"'
    assert caught.value.key == "source.wrong"
    origin.content, origin.levers.etag = CONTENT, '"film"'
    fetch(tmp_path, source(origin))
    assert part(tmp_path).read_bytes() == CONTENT


def test_a_hotels_login_page_is_no_film(tmp_path: Path, origin: FilmOrigin) -> None:
    for page in (b"<html>log in</html>", b"<html>".ljust(len(CONTENT))):
        origin.levers.page = page
        with pytest.raises(MatineeError) as caught:
            fetch(tmp_path, source(origin))
        assert caught.value.key == "source.wrong"
    origin.levers.page = None
    assert fetch(tmp_path, source(origin)).fetched_bytes == len(CONTENT)
    assert part(tmp_path).read_bytes() == CONTENT


def test_an_endless_body_is_left_where_the_film_ends(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.levers.endless = True
    assert fetch(tmp_path, source(origin)).fetched_bytes == len(CONTENT)
    assert part(tmp_path).read_bytes() == CONTENT


def test_a_shorter_film_is_refused(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.content = CONTENT[:BLOCK_BYTES]
    part(tmp_path).write_bytes(CONTENT[: 2 * BLOCK_BYTES])
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, source(origin))
    assert caught.value.key == "source.wrong"  # 416


@pytest.mark.parametrize(
    ("status", "key"),
    [
        *((status, "source.refused") for status in (401, 403, 404, 407, 410)),
        *((status, "source.away") for status in (204, 429, 500, 503)),
    ],
)
def test_refusals_are_told_apart_from_faults(
    tmp_path: Path, origin: FilmOrigin, status: int, key: str
) -> None:
    origin.levers.status = status
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, source(origin))
    assert caught.value.key == key


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/film", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/",
        "http://[::ffff:10.0.0.1]/", "http://127.0.0.2/", "http://2130706434/", "http://user:secret@127.0.0.1/",
        "file:///etc/passwd", "ftp://127.0.0.1/", "//10.1.1.1/", "http://localhost.:99999/", "gopher://x",
    ],
)  # fmt: skip
def test_nothing_leads_the_box_to_private_addresses(tmp_path: Path, origin: FilmOrigin, target: str) -> None:
    origin.levers.redirect = target
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, source(origin))
    assert caught.value.key in {"source.refused", "source.away"}
    assert "private" not in str(caught.value)


def test_loopback_itself_is_reached_only_where_it_was_said(tmp_path: Path, origin: FilmOrigin) -> None:
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, source(origin, Reach(plain_http=True)))
    assert caught.value.key == "source.refused"
    assert origin.requests == []


def test_redirects_in_a_ring_end(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.levers.redirect = "/film.mp4"
    with pytest.raises(MatineeError, match="without end"):
        fetch(tmp_path, source(origin))


class _Hurried(HeldClock):
    """Each look at the clock is a minute later."""

    def monotonic(self) -> float:
        self.advance(60)
        return super().monotonic()


def test_an_origin_that_trickles_is_left(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.levers.trickle = True
    slow = HttpsSource(origin.url, len(CONTENT), _Hurried(), LOOPBACK)
    with pytest.raises(MatineeError, match="too slow"):
        fetch(tmp_path, slow)


def test_an_origin_whose_answer_never_begins_is_left(tmp_path: Path, origin: FilmOrigin) -> None:
    origin.levers.drip = True
    slow = HttpsSource(origin.url, len(CONTENT), RealClock(), LOOPBACK, head_s=0.3)
    with pytest.raises(MatineeError) as caught:
        fetch(tmp_path, slow)
    assert caught.value.key == "source.away"


def test_all_cuts_together_lose_little() -> None:
    size = 1_000_000_000
    assert sum(may_lose(size, begun) for begun in range(1, 21)) <= size * 0.0125
