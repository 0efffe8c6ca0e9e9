"""A button's presses, as the kernel writes them: here into a pipe with a name."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.capture import button
from appliance.capture.button import EV_KEY, EVENT, PRESSED, Button

LET_GO, REPEATS, EV_SYN, KEY_RECORD = 0, 2, 0x00, 167
WITHIN_S = 20


def event(kind: int, value: int) -> bytes:
    return EVENT.pack(1_700_000_000, 0, kind, KEY_RECORD, value)


PRESS = event(EV_KEY, PRESSED) + event(EV_SYN, 0)


class Pressed:
    """A pedal whose cable is ours, and what came of it."""

    def __init__(self, device: Path) -> None:
        self.device = device
        self.presses: queue.Queue[None] = queue.Queue()
        self.button = Button(device, lambda: self.presses.put(None))

    def plug(self) -> int:
        os.mkfifo(self.device)
        return os.open(self.device, os.O_RDWR)

    def counted(self) -> int:
        """Presses until one that this writes last."""
        self.presses.get(timeout=WITHIN_S)
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
