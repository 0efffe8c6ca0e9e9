"""`matinee media probe` and `matinee media convert`: will it play here, and making it so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from appliance.cli.bar import Bar
from appliance.cli.document import as_json, minutes, print_json
from appliance.errors import MatineeError
from appliance.model.way_words import time_left
from cache.boards import TABLE, Board, named, this_board
from cache.convert import default_name, plan
from cache.convert_ffmpeg import Done
from cache.convert_ffmpeg import convert as make_fit
from cache.probe import FilmFacts, Trial
from cache.probe_sandbox import SandboxedProbe
from cache.probe_verdict import Level, Verdict, judge
from cache.subtitles_beside import find, read

_CHANNELS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
_ANSWERS = {Level.PLAYS: "plays", Level.CARE: "plays with care", Level.WILL_NOT: "will not play"}


@dataclass(frozen=True, slots=True)
class Probed:
    """What `matinee media probe --json` prints."""

    name: str
    facts: FilmFacts
    verdict: Verdict
    line: str | None
    """The ffmpeg line that makes the film fit; None if it plays as it is."""
    trial: Trial | None = None


_on_board = click.option(
    "--board", "board_name", default=None, metavar="BOARD", help=f"Ask for another board: {', '.join(Board)}."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_on_board
@click.option("--trial", "trying", is_flag=True, help="Decode some seconds here, as fast as possible.")
@as_json
def probe(file: Path, board_name: str | None, *, trying: bool, as_json: bool) -> None:
    """Look into a film and say whether it will play here; if not, with the ffmpeg line that makes it fit."""
    board = named(board_name) if board_name else this_board()
    if trying and board is not this_board():
        raise MatineeError("media.trial_elsewhere", board=TABLE[board].words)
    bar = Bar()
    looker = SandboxedProbe()
    facts = looker.film(file, file.name, bar.share)
    bar.end()
    trial = looker.trial(file, file.name) if trying else None
    verdict = judge(facts, board, trial)
    line = None
    if verdict.level is not Level.PLAYS:
        line = plan(facts, board).line(str(file), default_name(file.name, board))
    if as_json:
        print_json(Probed(file.name, facts, verdict, line, trial))
        return
    for words in [*_picture_lines(facts), *_sound_lines(facts), *_verdict_lines(verdict, trial)]:
        click.echo(words)
    for beside in find(file):
        click.echo(_subtitle_line(beside, file))
    if line is not None:
        click.echo(f"To make it fit: {line}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_on_board
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="Where to write it.")
def convert(file: Path, board_name: str | None, output: Path | None) -> None:
    """Make a copy of a film that plays easily on this board, or on another one."""
    board = named(board_name) if board_name else this_board()
    facts = SandboxedProbe().glance(file, file.name)
    target = output or file.with_name(default_name(file.name, board))
    bar = Bar()

    def show(done: Done) -> None:
        bar.share(done.share, "" if done.left_s is None else f"{time_left(done.left_s)} left")

    made = make_fit(file, target, facts, plan(facts, board), show)
    bar.end()
    verdict = judge(made, board)
    click.echo(f"{target}: {_ANSWERS[verdict.level]} on {TABLE[board].words}")


def _picture_lines(facts: FilmFacts) -> Iterator[str]:
    depth = f" {facts.bit_depth} bit" if facts.bit_depth > 8 else ""  # noqa: PLR2004  # what goes without saying
    pace = "uneven pictures" if facts.variable_rate else f"{facts.fps:.5g} pictures a second"
    more = [
        facts.transfer.upper() if facts.transfer != "sdr" else "",
        "interlaced" if facts.interlaced else "",
        f"turned by {facts.rotation_degrees} degrees" if facts.rotation_degrees else "",
        f"{facts.bitrate_kbps / 1000:.1f} Mbit/s" if facts.bitrate_kbps else "",
    ]
    words = [f"{facts.video_codec}{depth} {facts.width}x{facts.height}", pace, *filter(None, more)]
    yield f"{minutes(facts.duration_ms)}  {', '.join(words)}"


def _sound_lines(facts: FilmFacts) -> Iterator[str]:
    for track in facts.audio_tracks:
        role = "" if track.role == "main" else f", {track.role}"
        width = _CHANNELS.get(track.channels, f"{track.channels} channels")
        yield f"sound: {track.codec}, {width}{_in(track.language)}{role}"
    if not facts.audio_tracks:
        yield "no sound"
    if facts.loudness is not None:
        loud = facts.loudness
        yield (
            f"loudness: {loud.integrated_lufs:.1f} LUFS, peak {loud.true_peak_dbtp:.1f} dBTP;"
            f" played at {facts.gain_db:+.1f} dB"
        )
    for subtitles in facts.subtitle_tracks:
        yield f"subtitles inside: {subtitles.codec}{_in(subtitles.language)}"


def _in(language: str) -> str:
    return f", {language}" if language else ""


def _verdict_lines(verdict: Verdict, trial: Trial | None) -> Iterator[str]:
    if trial is not None:
        took = f"{trial.film_s:.1f} s of film decoded in {trial.took_s:.2f} s"
        yield f"tried: {took}, {trial.factor:.1f} times as fast as it runs"
    board = TABLE[verdict.board].words
    yield f"{_ANSWERS[verdict.level].capitalize()} on {board}."
    for reason in verdict.reasons:
        yield f"  - {reason.words}"


def _subtitle_line(beside: Path, film: Path) -> str:
    try:
        found = read(beside, film)
    except MatineeError as fault:
        return fault.sentence
    faults = f"; left out: {'; '.join(map(str, found.text.faults))}" if found.text.faults else ""
    about = f"{found.text.cues} cues, {found.encoding}{faults}"
    return f"subtitles beside: {beside.name}{_in(found.language)}, {about}"
