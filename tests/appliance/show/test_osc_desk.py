"""What OSC asks of others than the show: that this moment is kept."""

from __future__ import annotations

import json

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.model.show_view import Phase, ShowView
from appliance.show.osc_desk import OscDesk
from appliance.show.osc_pythonosc import messages_of, packet_of


class Tablet:
    """Somebody at the other end, who keeps what is answered."""

    name = "tablet"
    forgotten_after_s = 60.0

    def __init__(self) -> None:
        self.answers: list[dict[str, object]] = []

    def send(self, packet: bytes) -> None:
        self.answers += [json.loads(str(values[0])) for _, values in messages_of(packet)]


class Keeper:
    """The capture, as far as the desk asks it."""

    def __init__(self) -> None:
        self.kept = 0
        self.refusal: MatineeError | None = None

    def mark(self) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.kept += 1


@pytest.mark.parametrize("address", ["/mark", "/workspace/SHOW/mark"])
def test_a_mark_is_kept_once_or_the_reason_is_told(clock: HeldClock, address: str) -> None:
    keeper, tablet = Keeper(), Tablet()
    desk = OscDesk(lambda _act: ShowView(Phase.RUNNING, show="SHOW"), clock, keeper.mark)
    desk.hear(tablet, packet_of((address, ())))
    assert keeper.kept == 1
    assert tablet.answers[0]["status"] == "ok"
    keeper.refusal = MatineeError("capture.not_allowed")
    desk.hear(tablet, packet_of((address, ())))
    assert keeper.kept == 1
    assert tablet.answers[1] == tablet.answers[1] | {"status": "error", "data": keeper.refusal.sentence}
