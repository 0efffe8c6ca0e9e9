"""A small format pack, as its maker's folder holds it."""

from __future__ import annotations

import io

from PIL import Image

ABOUT = """\
version = 1
id = "gaslight-hour"
title = "The Gaslight Hour"
text = "One film by gaslight, one zine."
size = "45-90 minutes, 10-40 people, usually in a bar"
maker = "Harbour Film Club"
licensed_to = "Kino Gaslight"
"""
FORMAT = """\
[[item]]
id = "welcome"
kind = "card"
title = "‹title›"
picture = "gaslight-hour-mark.png"

[[item]]
id = "film"
kind = "short"
title = "‹film: the film›"
film = "film.mp4"

[[drop]]
id = "zine"
title = "The Gaslight zine"
stock = 40
price = "9.00"
"""


def mark() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (160, 90), "#336699").save(into, "PNG")
    return into.getvalue()


def files(**changed: str | bytes) -> dict[str, bytes]:
    made: dict[str, str | bytes] = {
        "pack.toml": ABOUT, "format.toml": FORMAT, "gaslight-hour-mark.png": mark(), **changed,
    }  # fmt: skip
    return {name: text.encode() if isinstance(text, str) else text for name, text in made.items()}
