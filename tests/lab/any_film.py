"""A probe that takes any bytes for a film: for tests of what happens to the bytes."""

from __future__ import annotations

from pathlib import Path

from appliance.errors import MatineeError
from cache.probe import FilmFacts


class AnyFilm:
    """Refuses only what begins with ``no film``."""

    def film(self, path: Path, name: str) -> FilmFacts:
        with path.open("rb") as film:
            if film.read(7) == b"no film":
                raise MatineeError("media.not_a_film", name=name, reason="it says so itself")
        return FilmFacts(1000, "h264", 320, 180, 25.0)
