"""Is a clip known again after what people do to it, and is another one ever taken for it? On photographs.

``python tests/bench/fingerprints.py [--quick]``. Each film pans over a photograph of its own, out of Debian's
package ``scratch`` (fetched as the sounds are, image-build/listening/material.py); nothing was tuned on them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [
    str(HERE.parents[1]),
    str(HERE.parent),
    str(HERE.parents[1] / "image-build/listening"),
    str(HERE),
]

from material import unpacked  # noqa: E402 the path is made above
from report import Goal, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from appliance.capture.provenance.looks_av import looks_of  # noqa: E402 the path is made above
from appliance.capture.provenance.search import EACH_MS, STEP_MS, find  # noqa: E402 the path is made above
from appliance.ids import BoxId, ClipId, EventId  # noqa: E402 the path is made above
from appliance.model.fingerprint import Fingerprint, View  # noqa: E402 the path is made above
from lab.scenes import ALTERED, altered  # noqa: E402 the path is made above

_FILMS, _QUICK = 20, 4
_SECONDS, _RATE = 3, 8
_ALL = "all of these"
_PLACES = ("Indoors", "Nature", "Outdoors")
NOTES = (
    "Registered once a second, looked for four times a second, as the box does. A pair: two different films,",
    "asked for each other in every alteration; one found where it is not counts as false.",
    "The last row is more than is asked: one copy with all five alterations at once.",
)


def photographs(many: int) -> list[Path]:
    """Return so many of the package's photographs, whichever their names' hashes say."""
    folder = unpacked("scratch") / "scratch/Media/Backgrounds"
    found = [path for place in _PLACES for path in (folder / place).glob("*.jpg")]
    return sorted(found, key=lambda path: sha256(path.name.encode()).digest())[:many]


def film(photograph: Path, path: Path) -> Path:
    """A camera that moves in on ``photograph`` and to the right."""
    frames = _SECONDS * _RATE
    moves = f"zoompan=z='1.05+0.25*on/{frames}':x='(iw-iw/zoom)*on/{frames}':y='(ih-ih/zoom)/2':d={frames}"
    seen = f"scale=960:720:force_original_aspect_ratio=increase,crop=960:720,{moves}:s=480x360:fps={_RATE}"
    encoded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", photograph, "-vf", seen, "-t", str(_SECONDS), *encoded, path],
        check=True,
    )
    return path


def alterations() -> dict[str, Sequence[str]]:
    """What is done to a copy; the last one everything."""
    filters = [how[1] for how in ALTERED.values() if how[0] == "-vf"]
    return {**ALTERED, _ALL: ("-vf", ",".join(filters), "-crf", "35")}


def main() -> int:
    """Measure and publish."""
    chosen = photographs(_QUICK if "--quick" in sys.argv else _FILMS)
    found: dict[str, list[tuple[bool, int]]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        films = {path.stem: film(path, folder / f"{path.stem}.mp4") for path in chosen}
        registry = [
            Fingerprint(
                BoxId("box"),
                EventId("bench"),
                ClipId(name),
                "landscape",
                looks_of(path, EACH_MS, tuple(View)),
            )
            for name, path in films.items()
        ]
        for how, arguments in alterations().items():
            for name, path in films.items():
                copy = altered(path, arguments, folder / "copy.mp4")
                names = [match.fingerprint.clip for match in find(looks_of(copy, STEP_MS), registry)]
                found.setdefault(how, []).append((name in names, sum(one != name for one in names)))
    pairs = len(films) * (len(films) - 1) // 2
    rows: list[dict[str, Cell]] = [
        {
            "copy with": how,
            "films": len(each),
            "found": sum(hit for hit, _ in each),
            "recall": round(sum(hit for hit, _ in each) / len(each), 3),
            "false": sum(false for _, false in each),
        }
        for how, each in found.items()
    ]
    asked = [each for how, each in found.items() if how != _ALL]
    recall = min(sum(hit for hit, _ in each) / len(each) for each in asked)
    false = sum(false for each in asked for _, false in each)
    goals = [
        Goal("pairs of different clips", ">= 100", str(pairs), pairs >= 100),
        Goal("recall under each alteration", ">= 0.98", f"{recall:.3f}", recall >= 0.98),
        Goal("false pairs", "0", str(false), false == 0),
    ]
    report("fingerprints", "Clips known again, over photographs", rows, goals, NOTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
