"""A button's presses, as the kernel writes them: here into a pipe with a name."""

from __future__ import annotations

import fcntl
import os
import queue
import termios
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.capture import button
from appliance.capture.button import EV_KEY, EVENT, MOST, PRESSED, WITHIN_S, Button
from appliance.clock import HeldClock
from lab.projector import eventually

LET_GO, REPEATS, EV_SYN, KEY_RECORD = 0, 2, 0x00, 167
PATIENCE_S = 20


def event(kind: int, value: int) -> bytes:
    return EVENT.pack(1_700_000_000, 0, kind, KEY_RECORD, value)


PRESS = event(EV_KEY, PRESSED) + event(EV_SYN, 0)


class Pressed:
    """A pedal whose cable is ours, and what came of it."""

    def __init__(self, device: Path) -> None:
        self.device = device
        self.presses: queue.Queue[None] = queue.Queue()
        self.clock = HeldClock()
        self.button = Button(device, lambda: self.presses.put(None), self.clock)

    def plug(self) -> int:
        os.mkfifo(self.device)
        return os.open(self.device, os.O_RDWR)

    def counted(self) -> int:
        """Presses until one that this writes last."""
        self.presses.get(timeout=PATIENCE_S)
        return 1 + self.presses.qsize()


@pytest.fixture
def pedal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pressed]:
    monkeypatch.setattr(button, "_AGAIN_S", 0.05)
    pedal = Pressed(tmp_path / "event0")
    try:
        yield pedal
    finally:
        pedal.button.stop()


def test_one_press_is_one_however_long_it_is_held(pedal: Pressed) -> None:
    cable = pedal.plug()
    pedal.button.start()
    os.write(cable, event(EV_KEY, REPEATS) * 3 + event(EV_KEY, LET_GO) + PRESS)
    assert pedal.counted() == 1
    os.write(cable, PRESS[:7])
    os.write(cable, PRESS[7:])
    assert pedal.counted() == 1
    os.close(cable)


def test_a_pedal_that_is_pulled_out_is_found_again(pedal: Pressed) -> None:
    pedal.button.start()
    cable = pedal.plug()
    os.write(cable, PRESS)
    assert pedal.counted() == 1
    pedal.device.unlink()
    os.close(cable)
    cable = pedal.plug()
    os.write(cable, PRESS)
    assert pedal.counted() == 1
    os.close(cable)


def all_read(cable: int) -> bool:
    """Whether the button took all that was written."""
    waiting = array("i", [0])
    fcntl.ioctl(cable, termios.FIONREAD, waiting)
    return waiting[0] == 0


def test_a_storm_of_presses_is_a_few_marks_and_later_presses_count_again(pedal: Pressed) -> None:
    cable = pedal.plug()
    pedal.button.start()
    for brought in (PRESS * 40, event(EV_SYN, 0)):  # once the second is read, all of the first was counted
        os.write(cable, brought)
        eventually(lambda: all_read(cable), PATIENCE_S)
    assert pedal.counted() == MOST
    pedal.clock.advance(WITHIN_S)
    while not pedal.presses.empty():
        pedal.presses.get()
    os.write(cable, PRESS)
    assert pedal.counted() == 1
    os.close(cable)
