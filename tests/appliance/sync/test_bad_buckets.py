"""Answers no bucket should give: the box leaves it alone, keeps everything, and Setup says one sentence."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.bucket import patient_line
from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.opening import open_bucket
from appliance.bucket.parts import InParts, digests, stretches
from appliance.bucket.retry_after import LONGEST_S, retry_after_s
from appliance.clock import HeldClock
from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.model.sync_view import BucketState, LaneView, SyncView
from appliance.store.outbox import Lane
from appliance.sync.worker import PushWorker, Uplink
from lab.pushing_box import Box
from webui.console.setup import bucket_words

Answer = Callable[[BaseHTTPRequestHandler], None]


def told(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def refusal(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>m</Message></Error>".encode()


def drip(first: bytes, piece: bytes) -> Answer:
    """For ever, now and then a piece: no single wait is long enough to be a time-out."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        stopping: threading.Event = handler.server.stopping  # type: ignore[attr-defined] # set below
        try:
            handler.wfile.write(first)
            while not stopping.wait(0.02):
                handler.wfile.write(piece)
        except OSError:
            return

    return answer


@contextmanager
def server(answer: Answer, tls: ssl.SSLContext | None = None, *, webdav: bool = False) -> Iterator[Bucket]:
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer(self)

        do_GET = do_MKCOL = do_PROPFIND = do_PUT  # noqa: N815 the names are http.server's

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        if tls is not None:
            http.socket = tls.wrap_socket(http.socket, server_side=True)
        http.stopping = threading.Event()  # type: ignore[attr-defined] # for the endless one
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        endpoint = f"http{'s' if tls else ''}://127.0.0.1:{http.server_address[1]}"
        where = {"webdav": f"{endpoint}/dav"} if webdav else {"endpoint": endpoint}
        bucket = open_bucket(BucketTable(**where, access_key="a", secret_key="b"))
        assert bucket is not None
        try:
            yield bucket
        finally:
            http.stopping.set()  # type: ignore[attr-defined] # as above
            http.shutdown()
            thread.join()


def setup_says(uplink: Uplink) -> str:
    lanes = (LaneView("facts", 1, 100, 5.0, 0),)
    return bucket_words(SyncView(uplink.state, uplink.sentence, lanes, None), "somewhere")


def after_one_try(box: Box) -> PushWorker:
    """The worker, stopped after the first thing went wrong."""
    worker = PushWorker(box.pusher.step, box.pusher.hurry, box.clock, Uplink(BucketState.AWAY))
    worker._attempt()  # noqa: SLF001 what its thread does once
    return worker


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (told(403, refusal("AccessDenied")), BucketState.REFUSED, "this key may not do that"),
        (told(403, refusal("InvalidAccessKeyId")), BucketState.REFUSED, "does not know this access key"),
        (told(403, refusal("RequestTimeTooSkewed")), BucketState.REFUSED, "Set the clock"),
        (told(404, refusal("NoSuchBucket")), BucketState.REFUSED, "no bucket of that name"),
        (told(400, refusal("XAmzContentSHA256Mismatch")), BucketState.AWAY, "damaged on its way"),
        (told(507, refusal("InsufficientStorage")), BucketState.REFUSED, "is full. Make room in it"),
        (told(403, refusal("QuotaExceeded")), BucketState.REFUSED, "is full. Make room in it"),
        (told(503, refusal("SlowDown"), Retry_After="7"), BucketState.AWAY, "503 SlowDown"),
        (told(429, refusal("SlowDown"), Retry_After="120"), BucketState.AWAY, "left alone for about 2 min"),
        (told(400, refusal("BadDigest")), BucketState.AWAY, "damaged on its way"),
        (told(200, b"<html>Welcome to Hotel Meridian"), BucketState.AWAY, "Sign in there with a browser"),
        (told(503, b"<html>Welcome to Hotel Meridian"), BucketState.AWAY, "503"),
        (told(302, b"", Location="http://127.0.0.1:1/login"), BucketState.AWAY, "Sign in there"),
        (told(200, b"", ETag='"x"', x_amz_checksum_sha256="AAAA"), BucketState.AWAY, "stored something else"),
        (lambda handler: handler.wfile.write(b"\0" * 64), BucketState.AWAY, "there is no connection"),
        (lambda _: None, BucketState.AWAY, "there is no connection"),
    ],
)  # fmt: skip
def test_each_bad_answer_has_its_word_on_setup_and_loses_nothing(
    box: Box, answer: Answer, state: BucketState, words: str
) -> None:
    with server(answer) as bucket:
        box.bucket = bucket
        box.start()
        box.owners.fact()
        worker = after_one_try(box)
        assert worker.uplink.state is state
        assert words in setup_says(worker.uplink)
        assert "wait." in setup_says(worker.uplink)
    assert box.rows.next_open(Lane.FACTS) is not None
    assert box.rows.pushed() == {}


@pytest.mark.parametrize(
    ("asked", "least_s", "most_s"),
    [("120", 120, 120), ("999999", 3600, 3600), ("soon", 0, 1), ("-5", 0, 1), ("", 0, 1)],
)
def test_a_server_that_asks_for_time_gets_it_within_reason(
    box: Box, clock: HeldClock, asked: str, least_s: float, most_s: float
) -> None:
    with server(told(503, refusal("SlowDown"), Retry_After=asked)) as bucket:
        box.bucket = bucket
        box.start()
        box.owners.fact()
        worker = after_one_try(box)
    assert least_s <= worker._not_before - clock.monotonic() <= most_s  # noqa: SLF001 when it tries again


def test_a_date_to_come_back_at_counts_from_the_servers_own_clock() -> None:
    date = "Fri, 27 Nov 2026 18:00:00 GMT"
    assert retry_after_s("Fri, 27 Nov 2026 18:05:00 GMT", date) == 300
    assert retry_after_s("Fri, 27 Nov 2026 17:00:00 GMT", date) == 0
    assert retry_after_s("Fri, 27 Nov 2030 18:05:00 GMT", date) == LONGEST_S
    assert retry_after_s("Fri, 27 Nov 2026 18:05:00 GMT") == 0


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=50)
def test_whatever_it_says_the_wait_is_bounded(value: str, date: str) -> None:
    assert 0 <= retry_after_s(value, date) <= LONGEST_S


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"l"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 16384 + b"\r\n"),
        drip(b"", b""),
    ],
    ids=["slow body", "slow header", "endless", "endless chunks", "silence"],
)
@pytest.mark.parametrize("webdav", [False, True], ids=["s3", "webdav"])
def test_an_answer_without_end_ends(answer: Answer, webdav: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_line, "ANSWER_S", 0.1)
    monkeypatch.setattr(patient_line, "STALL_S", 0.3)
    with server(answer, webdav=webdav) as bucket:
        asks: tuple[Callable[[], object], ...] = (
            lambda: bucket.put("boxes/box=a/k", b"x", "text/plain"),
            lambda: list(bucket.list("boxes/")),
        )
        for ask in asks:
            with pytest.raises(MatineeError) as refused:
                ask()
            assert refused.value.key == "bucket.away"
            assert "in time" in refused.value.sentence or "no connection" in refused.value.sentence


def test_a_film_that_drips_from_a_webdav_folder_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_line, "ANSWER_S", 0.1)
    monkeypatch.setattr(patient_line, "STALL_S", 0.3)
    head = b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 10000\r\n\r\n'
    with server(drip(head, b"x"), webdav=True) as bucket:
        with pytest.raises(MatineeError) as refused:
            list(bucket.read("published/k", 0, 10_000))
        assert refused.value.key == "bucket.away"


@pytest.mark.parametrize(("status", "code"), [(403, "AccessDenied"), (501, "NotImplemented")])
def test_a_bucket_that_does_not_say_what_it_has_is_sent_it_again(
    tmp_path: Path, status: int, code: str
) -> None:
    (tmp_path / "film").write_bytes(b"film")
    part = stretches(tmp_path / "film", 4, digests(tmp_path / "film").parts)[0]
    with server(told(status, refusal(code))) as bucket:
        assert isinstance(bucket, InParts)
        assert bucket.parts.stored("boxes/box=a/k", "upload", 1, part) is None


def test_a_film_that_comes_slowly_but_comes_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_line, "ANSWER_S", 0.1)
    head = (
        b'HTTP/1.1 206 .\r\nETag: "x"\r\nContent-Range: bytes 0-9999/10000\r\nContent-Length: 10000\r\n\r\n'
    )
    with server(drip(head, b"x" * 400)) as bucket:
        assert sum(len(piece) for piece in bucket.read("published/k", 0, 10_000)) == 10_000


def certified(folder: Path, *, until: timedelta = timedelta(days=1), since: timedelta = timedelta()) -> Path:
    """Key and certificate of another name, signed by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.hotel.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now + since - timedelta(days=9)).not_valid_after(now + until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("login.hotel.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / "other.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.mark.parametrize(
    ("believed", "dates", "words"),
    [
        (False, {}, "can not prove to be it"),
        (True, {}, "can not prove to be it"),
        (True, {"until": timedelta(days=-1)}, "has run out"),
        (True, {"since": timedelta(days=19), "until": timedelta(days=30)}, "Set the clock"),
    ],
    ids=["a line that is listened in on", "a name that leads elsewhere", "run out", "not valid yet"],
)
def test_whoever_is_not_the_bucket_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, believed: bool, dates: dict[str, timedelta], words: str
) -> None:
    other = certified(tmp_path, **dates)
    if believed:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(other))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(other)
    heard: list[str] = []
    answering = server(lambda handler: heard.append(handler.path), tls)
    with answering as bucket, pytest.raises(MatineeError) as refused:
        bucket.put("boxes/box=a/k", b"x", "text/plain")
    assert refused.value.key == "bucket.away"
    assert words in refused.value.sentence
    assert heard == []


def test_a_name_that_leads_nowhere_is_named(box: Box) -> None:
    bucket = open_bucket(BucketTable(endpoint="http://bucket.invalid", access_key="a", secret_key="b"))
    assert bucket is not None
    box.bucket = bucket
    box.start()
    box.owners.fact()
    assert "name can not be found" in setup_says(after_one_try(box).uplink)


def test_a_folder_that_is_gone_says_so(box: Box, tmp_path: Path) -> None:
    (tmp_path / "bucket").rename(tmp_path / "pulled-out")
    box.owners.fact()
    worker = after_one_try(box)
    assert "the folder is not there" in setup_says(worker.uplink)


def test_a_full_stick_says_so(box: Box, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", stick], check=True)
    try:
        (stick / "films").write_bytes(bytes(65536))
        box.bucket = FolderBucket(stick)
        box.start()
        box.owners.fact()
        assert "is full. Make room in it" in setup_says(after_one_try(box).uplink)
        (stick / "films").unlink()
        box.push_all()
        assert box.rows.pushed() == {Lane.FACTS: 1}
    finally:
        subprocess.run(["umount", stick], check=True)
