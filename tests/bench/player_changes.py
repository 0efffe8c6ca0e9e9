"""From item to item on a real X display: our two players, our reels, and mpv, in turn, again and again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, report  # noqa: E402 the path is made above
from table import Cell, percentile  # noqa: E402 as above

from appliance.model.picture import Card, Film, Picture, Screen  # noqa: E402 as above
from appliance.model.programme import CardLayout  # noqa: E402 as above
from appliance.paths import Paths  # noqa: E402 as above
from appliance.player import virtual_screen  # noqa: E402 as above
from cache.reel_av import AvJoiner  # noqa: E402 as above
from lab.films import make_counter_film  # noqa: E402 as above
from lab.hall import Hall, Silence  # noqa: E402 as above
from lab.player_process import Player  # noqa: E402 as above
from lab.projector import eventually  # noqa: E402 as above
from lab.watch import Sight, Watch  # noqa: E402 as above

H264, MPEG4 = ("libx264", "-preset", "ultrafast"), ("mpeg4", "-q:v", "3")
FILMS = {
    1: ("1.mp4", 25, (1280, 720), H264),
    2: ("2.mkv", 24, (640, 360), H264),
    3: ("3.mp4", 25, (960, 540), MPEG4),
    4: ("4.mkv", 30, (1280, 720), H264),
    5: ("5.mkv", 25, (1280, 720), ("libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M")),
    6: ("6.mp4", 25, (1280, 720), H264),
    7: ("7.mp4", 25, (1280, 720), H264),
}
MIXED = (1, 2, 3, 4, 5, 6, 3, 1, 5)
ALIKE = (1, 6, 7, 1, 6, 7, 1, 6, 7)
SECONDS = 2.4
HALF_LOOK_MS = 2.0
"""A gap is measured to about this, as often as X answers."""
CHANGES = 50
_HEARD_S = 0.2
"""So much earlier or later than a card the hall may fall silent."""
SEEN = HERE / "seen"
"""Pictures of what was black or foreign while we played, for eyes."""
NOTES = (
    "gap: from the moment the last picture of a film is first seen to the first picture of the next;",
    "gap / picture: in periods of the film that ends; 1.0 is as if there were no change, and what is below",
    "took a picture away. off its time: how much earlier or later the first picture that was seen came than",
    "it would have in one film without a seam, reckoned from the last one that was seen.",
    "black, foreign: spells of anything but the films and our cards, sampled from X pixels;",
    "blurred: a film's own picture whose number can not be read (caught half drawn, or decoded in a hurry).",
    "given up: films not ready within the 1.8 s that the player allows (a calm card stands instead);",
    "silence: what a null sink's monitor hears, the longest of as many silences as changes",
    "from film to film; the one that a card stands in is no gap.",
)
_MPV = (
    *(
        "mpv",
        "--no-config",
        "--no-terminal",
        "--vo=x11",
        "--ao=pulse",
        "--no-border",
        "--geometry=1280x720+0+0",
    ),
    *(
        "--prefetch-playlist=yes",
        "--gapless-audio=yes",
        "--osc=no",
        "--osd-level=0",
        "--no-input-default-bindings",
    ),
)


@dataclass(slots=True)
class Tally:
    """What was seen and heard of one contender."""

    gaps_ms: list[float] = field(default_factory=list)
    periods: list[float] = field(default_factory=list)
    off_ms: list[float] = field(default_factory=list)
    silences_ms: list[float] = field(default_factory=list)
    samples: int = 0
    black: int = 0
    foreign: int = 0
    blurred: int = 0
    lost: int = 0
    given_up: int = 0

    def row(self, name: str) -> dict[str, Cell]:
        return {
            "who": name,
            "changes": len(self.gaps_ms),
            "gap median ms": percentile(self.gaps_ms, 50),
            "p95": percentile(self.gaps_ms, 95),
            "max": max(self.gaps_ms, default=0.0),
            "gap / picture": percentile(self.periods, 50),
            "off its time, median ms": percentile(self.off_ms, 50),
            "black": self.black,
            "foreign": self.foreign,
            "blurred": self.blurred,
            "last or first lost": self.lost,
            "silence median ms": percentile(self.silences_ms, 50),
            "silence max": max(self.silences_ms, default=0.0),
            "given up": self.given_up,
            "samples": self.samples,
        }

    def take(
        self, sights: Sequence[Sight], silences: Sequence[Silence], changes: int, cards: int = 0
    ) -> None:
        """Count between the first and the last picture of a film; before and after, nobody plays.

        ``cards`` is how many stood among the films, as asked: each is one silence that is no gap.
        """
        films = [place for place, sight in enumerate(sights) if sight.kind == "film"]
        inside = sights[films[0] : films[-1] + 1]
        self.black += sum(sight.kind == "black" for sight in inside)
        self.foreign += sum(sight.kind == "foreign" for sight in inside)
        self.blurred += sum(sight.kind == "blurred" for sight in inside)
        pictures = [sight for sight in inside if sight.strip]
        for before, after in pairwise(inside):
            if before.strip and after.strip and before.strip[0] != after.strip[0]:
                self._change(before, after)
        for before, after in pairwise(pictures):
            if before.strip and after.strip and before.strip[0] != after.strip[0]:
                self.lost += before.strip[1] != _pictures(before.strip[0]) - 1
                self.lost += after.strip[1] != 0
        longest = sorted((silence.ms for silence in _between_films(silences, inside, cards)), reverse=True)
        self.silences_ms += (longest + [0.0] * changes)[:changes]

    def _change(self, before: Sight, after: Sight) -> None:
        gap_ms = (after.at - before.at) * 1000
        self.gaps_ms.append(gap_ms)
        if before.strip and after.strip:
            (film, last), (following, first) = before.strip, after.strip
            self.periods.append(gap_ms * FILMS[film][1] / 1000)
            ideal_ms = (_pictures(film) - last) * 1000 / FILMS[film][1] + first * 1000 / FILMS[following][1]
            self.off_ms.append(abs(gap_ms - ideal_ms))


def _between_films(silences: Sequence[Silence], sights: Sequence[Sight], cards: int) -> list[Silence]:
    """Without the longest ``cards`` of those in which a card came up."""
    came_up = [sight.at for sight in sights if sight.kind == "card"]
    beside = [
        silence
        for silence in silences
        if any(silence.at - _HEARD_S <= at <= silence.at + silence.ms / 1000 for at in came_up)
    ]
    expected = sorted(beside, key=lambda silence: silence.ms, reverse=True)[:cards]
    return [silence for silence in silences if silence not in expected]


def _pictures(film_id: int) -> int:
    return round(SECONDS * FILMS[film_id][1])


def _film(folder: Path, film_id: int, token: str) -> Film:
    return Film(token, token, str(folder / FILMS[film_id][0]))


def play_pair(player: Player, folder: Path, token: str) -> int:
    """Nine films of six makes, and a card after the fifth, as the show would ask for them."""
    items: list[Picture] = [_film(folder, film_id, f"{token}-{n}") for n, film_id in enumerate(MIXED)]
    items.insert(5, Card(f"{token}-card", CardLayout.TITLE, "A card", ("between two films",)))
    return _run(player, items)


def play_reel(player: Player, folder: Path, token: str) -> int:
    """Nine films of one make in one file."""
    reel = folder / "reel.mkv"
    films = [folder / FILMS[film_id][0] for film_id in ALIKE]
    parts = AvJoiner().join(films, reel) or ()
    return _run(
        player,
        [
            Film(f"{token}-{n}", "part", str(reel), begin_ms=part.begin_ms, end_ms=part.end_ms)
            for n, part in enumerate(parts)
        ],
    )


def _run(player: Player, items: Sequence[Picture]) -> int:
    """Ask for ``items`` one by one as the show does; how many films the player gave up."""
    failed: set[str] = set()
    for item, following in pairwise([*items, None]):
        if item is None:
            break
        after = following.token if following is not None else item.token

        def over(token: str = item.token, after: str = after) -> bool:
            status = player.client.status()
            failed.update(failure.token for failure in status.failed)
            return token in failed or (status.ended if after == token else status.token == after)

        player.client.show(Screen(item, following))
        if isinstance(item, Card):
            _after_a_moment(player)
        else:
            eventually(over, 60)
    return len(failed)


def _after_a_moment(player: Player) -> None:
    eventually(lambda: player.client.status().position_ms > 1000)


def ours(
    screen: str, hall: Hall, folder: Path, tally: Tally, play: Callable[[Player, Path, str], int], cards: int
) -> None:
    with tempfile.TemporaryDirectory() as root:
        player = Player(Paths(Path(root)).ensure(), screen)
        try:
            recording, watch = hall.listen(), Watch(screen, SEEN)
            tally.given_up += play(player, folder, "show")
            tally.take(watch.stop(), recording.stop_and_time(), len(MIXED) - 1 - cards, cards)
            tally.samples += watch.samples
        finally:
            player.close()


def mpv(screen: str, hall: Hall, folder: Path, tally: Tally, order: Sequence[int]) -> None:
    recording, watch = hall.listen(), Watch(screen)
    files = [str(folder / FILMS[film_id][0]) for film_id in order]
    subprocess.run([*_MPV, *files], env={**os.environ, "DISPLAY": screen}, check=True, timeout=90)
    tally.take(watch.stop(), recording.stop_and_time(), len(order) - 1)
    tally.samples += watch.samples


def goals(tallies: Mapping[str, Tally]) -> list[Goal]:
    """What the projector promises, and mpv's own figure of this run."""
    mixed, reel = tallies["ours, mixed"], tallies["ours, reel"]
    found = []
    for name, tally, peer, most in (
        ("mixed", mixed, "mpv, mixed", 60.0),
        ("reel", reel, "mpv, alike", 40.0 + HALF_LOOK_MS),
    ):
        gap, theirs = percentile(tally.gaps_ms, 50), percentile(tallies[peer].gaps_ms, 50)
        off, their_off = percentile(tally.off_ms, 50), percentile(tallies[peer].off_ms, 50)
        picture = 1000 / FILMS[ALIKE[0]][1]
        wrong = tally.black + tally.foreign
        found += [
            Goal(f"{name}: black or foreign spells", "0", str(wrong), wrong == 0),
            Goal(f"{name}: median gap, ms", f"<= {most:g}", f"{gap:.1f}", gap <= most),
            Goal(f"{name}: median gap beside mpv's, ms", f"<= {theirs:.1f}", f"{gap:.1f}", gap <= theirs),
            Goal(
                f"{name}: the same, mpv's gap taken for a picture at least, ms",
                f"<= {max(theirs, picture):.1f}",
                f"{gap:.1f}",
                gap <= max(theirs, picture),
            ),
            Goal(
                f"{name}: off its time, beside mpv, ms", f"<= {their_off:.1f}", f"{off:.1f}", off <= their_off
            ),
        ]
    changes = len(mixed.gaps_ms)
    return [Goal("mixed: changes seen", ">= 50", str(changes), changes >= CHANGES), *found]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was measured until then is published
    rounds = 1 if "--quick" in sys.argv else 8
    tallies = {name: Tally() for name in ("ours, mixed", "mpv, mixed", "ours, reel", "mpv, alike")}
    hall, screen = Hall(), virtual_screen.start((1280, 720))
    os.environ["PULSE_SERVER"] = hall.server
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for film_id, (file, fps, size, video) in FILMS.items():
                make_counter_film(folder / file, film_id, SECONDS, fps, size, video)
            for _ in range(rounds):
                ours(screen.name, hall, folder, tallies["ours, mixed"], play_pair, cards=1)
                mpv(screen.name, hall, folder, tallies["mpv, mixed"], MIXED)
                ours(screen.name, hall, folder, tallies["ours, reel"], play_reel, cards=0)
                mpv(screen.name, hall, folder, tallies["mpv, alike"], ALIKE)
    finally:  # also what was measured before somebody stopped it
        screen.close()
        hall.close()
        rows = [tally.row(who) for who, tally in tallies.items()]
        report("player_changes", "From item to item, beside mpv", rows, goals(tallies), NOTES)


if __name__ == "__main__":
    main()
