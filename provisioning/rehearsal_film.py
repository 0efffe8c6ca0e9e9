"""The test film: geometry and colours, left, right, how loud, flash and beep. Made once, by ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.errors import MatineeError

if TYPE_CHECKING:
    from PIL import Image

FILM, CARD = "matinee-test.mp4", "matinee-test.png"
EVENT = "rehearsal"
_WIDE, _HIGH = 1280, 720
_SECONDS = 20
_BARS = ("#ffffff", "#ffd400", "#0072ce", "#009a44", "#d0021b")
_LEFT = "between(t,2,4)*0.2*sin(2*PI*440*t)"
_RIGHT = "between(t,5,7)*0.2*sin(2*PI*440*t)"
_LEVEL = "between(t,8,12)*0.1*(2*random(0)-1)"
_BEEP = "gte(t,13)*lt(mod(t,1),0.08)*0.3*sin(2*PI*1000*t)"
_PATIENCE_S = 180

MANIFEST = f"""\
matinee = 1

[event]
id = "{EVENT}"
title = "Rehearsal"
starts = 2026-01-01T20:00:00+00:00

[venue]
name = "This room"

[organiser]
name = "The box itself"

[[item]]
id = "film"
kind = "trailer"
title = "Test film"
film = "{FILM}"
lights = "down"

[[item]]
id = "card"
kind = "card"
title = "Answer on your phone"
picture = "{CARD}"
lights = "up"
"""


def make(folder: Path) -> Path:
    """Lay the rehearsal's event into ``folder``, film and all; what is there already is kept.

    Returns its manifest; raises ``rehearsal.film_not_made``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "event.toml").write_text(MANIFEST, "utf-8")
    card = folder / CARD
    draw_card().save(card)  # each time: ffmpeg would loop for ever over one that a power cut left torn
    if not (folder / FILM).is_file():
        _film(card, folder / FILM)
    return folder / "event.toml"


def draw_card() -> Image.Image:
    """A frame at the very edge, a circle that must be round, bars, grey steps."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 for one picture an evening

    image = Image.new("RGB", (_WIDE, _HIGH), "#202020")
    pen = ImageDraw.Draw(image)
    for x in range(0, _WIDE, 80):
        pen.line((x, 0, x, _HIGH), "#404040")
    for y in range(0, _HIGH, 80):
        pen.line((0, y, _WIDE, y), "#404040")
    pen.rectangle((0, 0, _WIDE - 1, _HIGH - 1), outline="#ffffff", width=4)
    wide = _WIDE // (len(_BARS) + 3)
    for at, colour in enumerate(_BARS):
        left = (_WIDE - wide * len(_BARS)) // 2 + at * wide
        pen.rectangle((left, 240, left + wide, 400), colour)
    for at in range(11):
        grey = at * 255 // 10
        left = (_WIDE - wide * len(_BARS)) // 2 + at * wide * len(_BARS) // 11
        pen.rectangle((left, 400, left + wide * len(_BARS) // 11, 460), (grey, grey, grey))
    pen.ellipse((_WIDE // 2 - 340, 20, _WIDE // 2 + 340, 700), outline="#ffffff", width=4)
    pen.text(
        (_WIDE // 2, 540),
        "1 left   2 right   3 how loud   4 flash and beep",
        "#ffffff",
        anchor="mm",
        font_size=28,
    )
    return image


def _film(card: Path, film: Path) -> None:
    sound = f"aevalsrc=exprs='{_LEFT}+{_LEVEL}+{_BEEP}|{_RIGHT}+{_LEVEL}+{_BEEP}':s=48000:d={_SECONDS}"
    flash = "drawbox=x=540:y=120:w=200:h=80:color=white:t=fill:enable='gte(t,13)*lt(mod(t,1),0.08)'"
    coming = film.with_suffix(".coming.mp4")
    command = [
        *(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-loop",
            "1",
            "-framerate",
            "25",
            "-t",
            str(_SECONDS),
            "-i",
            str(card),
        ),
        *(
            "-f",
            "lavfi",
            "-i",
            sound,
            "-vf",
            f"{flash},format=yuv420p",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ),
        *("-c:a", "aac", "-shortest", "-movflags", "+faststart", str(coming)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE_S)
        coming.replace(film)
    except (OSError, subprocess.SubprocessError) as fault:
        coming.unlink(missing_ok=True)
        said = getattr(fault, "stderr", None) or str(fault).encode()
        words = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise MatineeError("rehearsal.film_not_made", fault=words) from fault
