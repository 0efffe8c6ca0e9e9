"""Printers that are off, stuck or slow: nothing waits for them, and what was not printed is printed again."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.clock import HeldClock, RealClock
from appliance.config_house import PrinterTable
from appliance.errors import MatineeError
from appliance.paper import printer as way
from appliance.paper.queue import MOST_JOBS, PrinterKind, Printing
from lab.free_port import free_port
from lab.printers import printer
from lab.staff_room import until

RECEIPTS = PrinterKind.RECEIPTS


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def printing(port: int) -> Iterator[Printing]:
    printing = Printing(PrinterTable(receipts=f"127.0.0.1:{port}"), RealClock())
    printing.start()
    yield printing
    printing.stop()


def test_a_printer_that_is_off_gives_one_sentence_and_prints_all_when_it_is_on(
    printing: Printing, port: int
) -> None:
    for n in range(3):
        printing.put(RECEIPTS, lambda n=n: b"slip %d" % n)  # type: ignore[misc]
    until(lambda: printing.view()[0].failed == 3)
    (view,) = printing.view()
    assert view.fault is not None
    assert f"127.0.0.1:{port} does not answer" in view.fault.sentence
    with printer(port) as tray:
        printing.again()
        until(lambda: len(tray.jobs) == 3)
    assert tray.jobs == [b"slip 0", b"slip 1", b"slip 2"]
    until(lambda: printing.view()[0].waiting == 0)
    assert (printing.view()[0].failed, printing.view()[0].fault) == (0, None)


def test_a_printer_without_paper_holds_nobody(
    printing: Printing, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way, "WRITE_S", 0.5)
    empty = [True]
    with printer(port, out_of_paper=lambda: empty[0]) as tray:
        printing.put(RECEIPTS, lambda: b"x" * 10_000_000)  # more than any socket takes unread
        until(lambda: printing.view()[0].failed == 1)
        fault = printing.view()[0].fault
        assert fault is not None
        assert fault.key == "paper.stuck"
        empty[0] = False
        printing.again()
        until(lambda: bool(tray.jobs))
        assert len(tray.jobs[0]) == 10_000_000


def test_a_printer_that_never_stops_talking_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "WRITE_S", 0.3)
    over = threading.Event()

    def chatter() -> None:
        printer, _ = door.accept()
        with printer, suppress(OSError):
            while not over.wait(0.05):  # its status, again and again
                printer.sendall(b"\x12")

    with socket.create_server(("127.0.0.1", port)) as door:
        talks = threading.Thread(target=chatter)
        talks.start()
        late = threading.Timer(10, over.set)  # what waits for ever is a failure, not a test that never ends
        late.start()
        with pytest.raises(MatineeError, match="stopped in the middle"):
            way.bring(f"127.0.0.1:{port}", b"slip", RealClock())
        over.set()
        late.cancel()
        talks.join()


def test_one_slip_that_can_not_be_made_does_not_stop_the_next(printing: Printing, port: int) -> None:
    def broken() -> bytes:
        raise ValueError

    with printer(port) as tray:
        printing.put(RECEIPTS, broken)
        printing.put(RECEIPTS, lambda: b"good")
        until(lambda: tray.jobs == [b"good"])
        until(lambda: printing.view()[0].failed == 1)
        printing.forget()
        assert printing.view()[0].failed == 0


def test_without_a_printer_and_with_too_much_for_it_there_is_a_sentence(clock: HeldClock) -> None:
    with pytest.raises(MatineeError, match="no such printer"):
        Printing(PrinterTable(), clock).put(RECEIPTS, lambda: b"")
    asleep = Printing(PrinterTable(receipts="printer.lan"), clock)  # its thread was not started
    for _ in range(MOST_JOBS):
        asleep.put(RECEIPTS, lambda: b"")
    with pytest.raises(MatineeError, match="slips wait"):
        asleep.put(RECEIPTS, lambda: b"")


def test_a_printer_on_a_cable_is_written_as_a_device(tmp_path: Path) -> None:
    device, got = tmp_path / "lp0", []
    os.mkfifo(device)
    reader = threading.Thread(target=lambda: got.append(device.read_bytes()))
    reader.start()
    content = bytes(range(256)) * 1000

    def brought() -> bool:
        try:
            way.bring(str(device), content, RealClock())
        except MatineeError:  # nobody has opened the other end yet
            return False
        return True

    until(brought)
    reader.join()
    assert got == [content]
    with pytest.raises(MatineeError, match="does not answer"):
        way.bring(str(tmp_path / "none"), b"x", RealClock())


def test_a_device_that_takes_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "WRITE_S", 0.3)
    device = tmp_path / "lp0"
    os.mkfifo(device)
    held = os.open(device, os.O_RDWR)  # open, and never read
    try:
        with pytest.raises(MatineeError, match="stopped in the middle"):
            way.bring(str(device), b"x" * 1_000_000, RealClock())
    finally:
        os.close(held)
