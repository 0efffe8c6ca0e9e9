"""`matinee reset --yes`: forget everything, as a box fresh from its carton."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

import click

from appliance.errors import MatineeError
from appliance.paths import DATABASES, Paths, Service
from appliance.runtime.lock import only_instance

_BESIDE_A_DATABASE = ("", "-wal", "-shm")


@click.command()
@click.option("--yes", is_flag=True, help="Without it, nothing is deleted.")
@click.pass_obj
def reset(paths: Paths, *, yes: bool) -> None:
    """Forget everything: people, passes, events, films, clips, keys and settings.

    What has reached the organiser's bucket stays there.
    """
    if not yes:
        raise click.UsageError(f"Say --yes if everything under {paths.root} shall be forgotten.")  # noqa: TRY003
    forget(paths)
    click.echo(f"Forgotten: everything this box kept under {paths.root}.")


def forget(paths: Paths) -> None:
    """Delete what the box keeps and nothing else; ``core.second_instance`` while any of it runs."""
    if not paths.root.is_dir():
        return
    paths.ensure()
    try:
        with ExitStack() as held:
            for service in Service:
                held.enter_context(only_instance(paths, service))
            for kept in belongings(paths):
                _delete(kept)
        _delete(paths.run)
    except OSError as fault:
        raise MatineeError("core.root_unusable", path=paths.root, fault=fault.strerror or fault) from fault


def belongings(paths: Paths) -> list[Path]:
    """Everything of the box but its sockets and locks, keys first: what is left after a cut opens nothing."""
    databases = [paths.root / f"{name}{end}" for name in DATABASES.values() for end in _BESIDE_A_DATABASE]
    kept = [paths.drafts, paths.permits, paths.rehearsals]
    folders = [paths.clips, paths.segments, paths.events, *kept, paths.media, paths.derived]
    return [paths.keys, *databases, *folders, paths.config_file]


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
