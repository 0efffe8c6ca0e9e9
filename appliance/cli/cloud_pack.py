"""`matinee cloud pack FOLDER`: a format of yours, signed, for other producers."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.paths import Paths
from cache.durable import write_whole
from provisioning import format_pack
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key


@click.command()
@click.argument("source", metavar="FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write. [the pack's name]")
@click.pass_obj
def pack(paths: Paths, source: Path, folder: Path | None, out: Path | None) -> None:
    """Sign what lies in FOLDER: pack.toml, format.toml and pictures."""
    signer = ensure_publish_key(OrganiserFolder.find(folder, paths).folder)
    files = {path.name: path.read_bytes() for path in sorted(source.iterdir()) if path.is_file()}
    made = format_pack.make(files, signer, signer.public_key)
    about = format_pack.read(made).about
    into = out or Path(f"{about.id}{format_pack.ENDS}")
    write_whole(into, made)
    click.echo(f"Written: {into}, {about.title}. Your key says: {format_pack.key_words(signer.public_key)}")
