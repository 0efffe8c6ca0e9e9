"""The sample evening in one folder: its manifest and the films that it names."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appliance.dev.films_ffmpeg import CAMERA, PICTURE, SOUND, Report, make_film
from appliance.dev.films_footage import FILM_SHA256, fetch_trailer
from appliance.dev.films_kept import Film, ensure_films, fingerprint
from appliance.errors import MatineeError
from provisioning.sample import FOLDER

TRAILER = "big-buck-bunny-trailer.mp4"
SHORT = "tide.mp4"
ROOM = "room.mp4"


@dataclass(frozen=True, slots=True)
class SampleFilms:
    """Where the sample lies, ready to be loaded."""

    manifest: Path
    """A copy of ``event.toml`` beside its films, as loading wants it."""
    trailer: Path
    short: Path
    room: Path
    """The clip that stands for the camera, to be looped."""
    trailer_is_real: bool
    """False: the real one could not be fetched, and a generated stand-in has its name."""


def ensure_sample_films(directory: Path, report: Report) -> SampleFilms:
    """Bring what is missing into ``directory``: about a minute and 12 MB the first time.

    ``report`` takes a line of progress, from several threads, one at a time. Without internet the trailer is
    a generated stand-in, and ``report`` says so. ``dev.films_...`` if ffmpeg is missing or fails.
    """
    films = (
        Film(TRAILER, FILM_SHA256, bring_trailer),
        _generated(SHORT, "tide.txt", 40, (*PICTURE, *SOUND)),
        _generated(ROOM, "room.txt", 30, (*CAMERA, *SOUND)),
    )
    recipes = ensure_films(directory, films, report)
    manifest = directory / "event.toml"
    shutil.copyfile(FOLDER / "event.toml", manifest)
    return SampleFilms(
        manifest=manifest,
        trailer=directory / TRAILER,
        short=directory / SHORT,
        room=directory / ROOM,
        trailer_is_real=recipes[TRAILER] == FILM_SHA256,
    )


def bring_trailer(target: Path, report: Report) -> str:
    """Fetch the real trailer, else make the stand-in and say so; the next start then tries again."""
    try:
        fetch_trailer(target, report)
    except MatineeError as fault:
        if not fault.key.startswith("dev.footage_"):
            raise
        report(fault.sentence)
    else:
        return FILM_SHA256
    recipe = (FOLDER / "stand-in.txt").read_text("utf-8")
    if not target.exists():
        make_film(target, recipe, 20, (*PICTURE, *SOUND), report)
    return fingerprint(recipe)


def _generated(name: str, recipe_name: str, seconds: int, codecs: Sequence[str]) -> Film:
    recipe = (FOLDER / recipe_name).read_text("utf-8")
    return Film(name, fingerprint(recipe), partial(_generate, recipe, seconds, codecs))


def _generate(recipe: str, seconds: int, codecs: Sequence[str], target: Path, report: Report) -> str:
    make_film(target, recipe, seconds, codecs, report)
    return fingerprint(recipe)
