"""`matinee reset --yes`: forget everything, as a box fresh from its carton."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import click

from appliance.errors import MatineeError
from appliance.paths import DATABASES, Paths, Service
from appliance.runtime.lock import only_instance
from cache.erase import erase, erase_free_space, room_to_erase

_BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal")
_CUT_OFF = re.compile(r"\.(fuse_hidden.*|(.+\.)?[0-9a-f]{16})")
"""What ``write_whole`` and ``erase_free_space`` leave when the power goes: never somebody's ``.git``."""


@click.command()
@click.option("--yes", is_flag=True, help="Without it, nothing is deleted.")
@click.option("--whole-card", is_flag=True, help="Also overwrite all free space: for who gives the box away.")
@click.pass_obj
def reset(paths: Paths, *, yes: bool, whole_card: bool) -> None:
    """Forget everything: people, passes, events, films, clips, keys and settings. All of it is overwritten.

    What has reached the organiser's bucket stays there.
    """
    if not yes:
        raise click.UsageError(f"Say --yes if everything under {paths.root} shall be forgotten.")  # noqa: TRY003
    forget(paths)
    if whole_card and paths.root.is_dir():
        click.echo(f"Overwriting {room_to_erase(paths.root) / 1e9:.1f} GB of free space; this takes a while.")
        erase_free_space(paths.root)
    click.echo(f"Forgotten: everything this box kept under {paths.root}.")


def forget(paths: Paths) -> None:
    """Erase what the box keeps and nothing else; ``core.second_instance`` while any of it runs."""
    if not paths.root.is_dir():
        return
    paths.ensure()
    try:
        with ExitStack() as held:
            for service in Service:
                held.enter_context(only_instance(paths, service))
            for kept in belongings(paths):
                erase(kept)
        erase(paths.run)
        for held_open in _leftovers(paths.root):  # what an open lock left behind, if anything
            erase(held_open)
    except OSError as fault:
        raise MatineeError("core.root_unusable", path=paths.root, fault=fault.strerror or fault) from fault


def belongings(paths: Paths) -> list[Path]:
    """Everything of the box but its sockets and locks, keys first: what is left after a cut opens nothing.

    The request for it goes last: a reset that was cut off goes on at the next start.
    """
    databases = [paths.root / f"{name}{end}" for name in DATABASES.values() for end in _BESIDE_A_DATABASE]
    people = [paths.permits, paths.clips, paths.segments, paths.uploads, paths.drafts, paths.packs]
    notes = [paths.root / name for name in ("copy", "hooks", "till.json", "restoring")]
    rest = [paths.rehearsals, paths.events, paths.derived, paths.media, paths.config_file, paths.requests]
    return [paths.keys, *databases, *_leftovers(paths.root), *people, *notes, *rest]


def _leftovers(root: Path) -> list[Path]:
    """What was set aside or cut off beside our files.

    ``audience.db.damaged-...`` (salvage), ``.config.toml.<hex>`` (a write that a power cut ended), and
    ``.fuse_hidden...``: a deleted file that a file system in user space keeps until it is closed.
    """
    set_aside = tuple(f"{dot}{name}." for name in DATABASES.values() for dot in ("", "."))
    return sorted(
        path for path in root.iterdir() if path.name.startswith(set_aside) or _CUT_OFF.fullmatch(path.name)
    )
