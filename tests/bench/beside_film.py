"""Whether a film loses pictures while clips are cut beside it, by libVLC's own count.

``python tests/bench/beside_film.py [--quick]``. The film plays on a virtual screen with the player's own
settings; the real capture makes portrait and square cuts of what was filmed before, as in an evening.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from highlights import make_house  # noqa: E402 the path is made above
from report import at_least, at_most, report  # noqa: E402 as above
from table import Cell  # noqa: E402 as above

from appliance.clock import RealClock  # noqa: E402 as above
from appliance.model.capture import Clip, ClipState  # noqa: E402 as above
from appliance.paths import Paths  # noqa: E402 as above
from appliance.player import virtual_screen  # noqa: E402 as above
from appliance.player.library_vlc import Library  # noqa: E402 as above
from lab.audience import SAMPLE, Evening  # noqa: E402 as above
from lab.capture_process import CaptureProcess, until  # noqa: E402 as above
from lab.simulated_lease import SimulatedLease  # noqa: E402 as above

_SECONDS, _RATE, _CLIPS = 20, 25, 6
NOTES = (
    "lost: pictures that libVLC threw away because they were late. First all alone, then all beside cuts.",
    "Cuts: what the capture and the ffmpeg below it used of the processor while the film ran, at nice 19.",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One showing of the film."""

    shown: int
    lost: int
    cuts_cpu_s: float = 0.0


def make_film(path: Path, seconds: int) -> Path:
    """720p25, 4 Mbit/s, as films of the house are."""
    seen = f"testsrc2=size=1280x720:rate={_RATE}:duration={seconds},noise=alls=6:allf=t"
    command = [
        *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", seen, "-c:v", "libx264", "-preset", "veryfast"),
        *("-b:v", "4M", "-pix_fmt", "yuv420p", str(path)),
    ]
    subprocess.run(command, check=True)
    return path


def show(library: Library, film: Path, capture: int = 0) -> Shown:
    """Play it to its end, and ask libVLC what became of its pictures."""
    player = library.instance.media_player_new()
    media = library.instance.media_new(str(film))
    for option in library.media_options:
        media.add_option(option)
    player.set_media(media)
    before = _used_s(capture)
    player.play()
    stats = library.vlc.MediaStats()
    while player.get_state() not in {library.vlc.State.Ended, library.vlc.State.Error}:
        time.sleep(0.2)
        media.get_stats(ctypes.byref(stats))
    used = _used_s(capture) - before
    player.release()
    media.release()
    return Shown(int(stats.displayed_pictures), int(stats.lost_pictures), used)


def _used_s(process: int) -> float:
    """CPU of ``process``, and of children that it has waited for; 0: of none."""
    if not process:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    live = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return live + sum(_used_s(child) for child in _children(process))


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for path in listed for child in path.read_text("ascii").split()]


def film_the_room(box: CaptureProcess, lease: SimulatedLease) -> None:
    """Moments of which many cuts are still to be made; then the room is not filmed any more."""
    lease.grant("questions")
    box.buffered(4)
    for _ in range(_CLIPS):
        box.mark()
        time.sleep(1)
    until(lambda: len(made(box)) >= _CLIPS, 240)
    lease.refuse(bell=True)
    until(lambda: not box.client.status().recording)


def made(box: CaptureProcess) -> list[Clip]:
    """Clips that are there."""
    return [clip for clip in box.client.clips() if clip.state is ClipState.MADE]


def main() -> None:
    """Measure and publish."""
    quick = "--quick" in sys.argv
    times, seconds = (1, 8) if quick else (3, _SECONDS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory(dir=Path.home()) as place:
        folder = Path(place)
        film, house = make_film(folder / "film.mp4", seconds), make_house(folder / "house.mp4")
        screen = virtual_screen.ensure_display()
        os.environ["DISPLAY"] = screen.name
        library = Library(virtual_screen=True, sound=False)
        paths = Paths(folder / "box").ensure()
        Evening(paths, RealClock(), SAMPLE.read_text("utf-8").replace("harbour-lights", "friday"))
        with SimulatedLease(paths) as lease, CaptureProcess(paths, house, post_roll_s=10) as box:
            alone = [show(library, film) for _ in range(times)]
            film_the_room(box, lease)
            beside = [show(library, film, box.process.pid) for _ in range(times)]
            left = sum(len({file.cut for file in clip.files}) for clip in made(box))
        screen.close()
    rows: list[dict[str, Cell]] = [
        {"film of": f"{seconds} s", "beside": name, "pictures": one.shown, "lost": one.lost,
         "cuts, CPU s": round(one.cuts_cpu_s, 1)}
        for name, every in (("nothing", alone), ("cuts", beside)) for one in every
    ]  # fmt: skip
    more = [float(one.lost - min(other.lost for other in alone)) for one in beside]
    goals = [
        at_most("pictures of a film lost to cuts", more, 0),
        at_least("cuts beside it, CPU s", [one.cuts_cpu_s for one in beside], seconds / 10),
    ]
    notes = (*NOTES, f"When the last film was over {left} of {3 * _CLIPS} cuts were made.")
    report("beside_film", "A film beside cuts", rows, goals, notes)


if __name__ == "__main__":
    main()
