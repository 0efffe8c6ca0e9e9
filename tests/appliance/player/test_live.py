from __future__ import annotations

import io

from PIL import Image

from appliance.clock import HeldClock
from appliance.player.display_simulated import DisplaySimulated
from appliance.player.live import LivePicture


def test_many_viewers_share_four_pictures_a_second() -> None:
    clock = HeldClock()
    live = LivePicture(DisplaySimulated((1920, 1080)), clock)
    for _ in range(200):
        live.jpeg()
        clock.advance(0.01)
    assert live.encoded <= 8 + 1
    assert Image.open(io.BytesIO(live.jpeg())).size == (640, 360)


def test_nobody_looks_nothing_is_encoded() -> None:
    assert LivePicture(DisplaySimulated(), HeldClock()).encoded == 0


def test_a_small_picture_is_not_blown_up() -> None:
    picture = Image.open(io.BytesIO(LivePicture(DisplaySimulated((320, 180)), HeldClock()).jpeg()))
    assert picture.size == (320, 180)
