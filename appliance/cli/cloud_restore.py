"""`matinee cloud restore BOX`: the same box on a new card."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.clock import RealClock
from appliance.ids import BoxId
from appliance.paths import Paths
from cache.probe_sandbox import SandboxedProbe
from provisioning.cloud.keys import read_recipients
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.restore import Organiser, Restored, Restorer, Wish

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("box")
@click.option("--card", type=_PATH, help="Where the old card's data is mounted, or a copy of it.")
@click.option("--onto", type=_PATH, help="The new card's folder (default: this machine's own, MATINEE_ROOT).")
@click.option("--settings", type=_PATH, help="A config.toml for it (default: the old card's).")
@click.option("--folder", type=_PATH, help="The organiser's folder, as for the others.")
@click.pass_obj
def restore(
    paths: Paths, box: str, card: Path | None, onto: Path | None, settings: Path | None, folder: Path | None
) -> None:
    """Make BOX anew out of the bucket and, if there is one, its old card.

    From then on the old card puts nothing into the bucket any more, should it come back to life.
    """
    found = OrganiserFolder.find(folder, paths)
    signer, clock = ensure_publish_key(found.folder), RealClock()
    organiser = Organiser(found.folder, found.bucket(), signer, read_recipients(found.folder))
    publisher = Publisher(organiser.bucket, signer, SandboxedProbe(), clock)

    def say(words: str) -> None:
        click.echo(f"… {words}", err=True)

    onto_paths = paths if onto is None else Paths(onto.absolute())
    wish = Wish(BoxId(box), onto_paths, card, settings)
    for line in _told(Restorer(organiser, publisher, clock, say).restore(wish), onto_paths):
        click.echo(line)


def _told(done: Restored, onto: Paths) -> list[str]:
    lines = [f"Box {done.box} is in {onto.root}: {len(done.events)} events, {done.films} films."]
    carried = done.carried
    if carried is None:
        lines += [
            "Sign-ups and sales until now are in the bucket, not on this card. Pages that people have open",
            "know them no more; passes count if the box was certified before (`matinee cloud certify`).",
            "Stewards sign in anew; Wi-Fi, lights and camera are set up anew.",
        ]
        if done.piles:
            lines.append(f"{done.piles} drops begin with what was left of them.")
    else:
        lines += [f"{name} was damaged: what could be read of it came over." for name in carried.mended]
        lines += [f"Not readable on the old card: {name}." for name in carried.lost]
    return [*lines, *done.faults]
