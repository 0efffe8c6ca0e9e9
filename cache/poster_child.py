"""The poster's child: decodes one film behind the walls of the probe, and says the JPEG.

Run as ``python -m cache.poster_child`` with the film as standard input; the picture comes on standard output,
nothing if there is none. Everything is imported before the walls go up; behind them nothing can be opened.
"""

from __future__ import annotations

import os

import av.logging
import av.subtitles.codeccontext
import av.subtitles.stream
import av.subtitles.subtitle
import av.video.reformatter
from PIL import Image

from cache.confinement import Limits, die_with_parent, read_only_what_is_open
from cache.poster_av import telling_picture
from cache.probe_wire import NO_WALLS

_MEMORY_BYTES = 1 << 30
_CPU_S = 60


def main() -> None:
    """Answer and end."""
    av.logging.set_level(None)
    Image.preinit()  # the writers of pictures, too, are modules
    die_with_parent()
    os.nice(10)
    with open(0, "rb", closefd=False) as film:
        try:
            read_only_what_is_open(Limits(_MEMORY_BYTES, _CPU_S))
        except OSError:
            os._exit(NO_WALLS)
        picture = telling_picture(film)
    with open(1, "wb", closefd=False) as answer:
        answer.write(picture)


if __name__ == "__main__":
    main()
