"""The picture that is seen, as one small JPEG shared by all who look on."""

from __future__ import annotations

import io

from PIL import Image

from appliance.clock import Clock
from appliance.player.display import Display

WIDTH = 640
_EACH_S = 0.25
_QUALITY = 80


class LivePicture:
    """Encodes only when somebody asks, at most four times a second."""

    def __init__(self, display: Display, clock: Clock) -> None:
        """Nothing is encoded before the first question."""
        self._display = display
        self._clock = clock
        self._jpeg = b""
        self._made_at = 0.0
        self.encoded = 0

    def jpeg(self) -> bytes:
        """Return the picture now, or of a quarter of a second ago; `WIDTH` pixels wide at most."""
        now = self._clock.monotonic()
        if not self._jpeg or now - self._made_at >= _EACH_S:
            self._jpeg, self._made_at = _encode(self._display.grab()), now
            self.encoded += 1
        return self._jpeg


def _encode(picture: Image.Image) -> bytes:
    if picture.width > WIDTH:
        size = (WIDTH, round(picture.height * WIDTH / picture.width))
        picture = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.0)
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=_QUALITY)
    return encoded.getvalue()
