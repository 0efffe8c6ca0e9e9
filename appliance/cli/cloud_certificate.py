"""`matinee cloud certificate BOX`: attendees' pages of a box at the organiser's own name, with a lock."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.clock import RealClock
from appliance.ids import BoxId
from appliance.paths import Paths
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.own_name import publish_certificate, remembered_recipient
from provisioning.cloud.publish_key import ensure_publish_key

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("box")
@click.option("--chain", type=_FILE, required=True, help="The certificate and those above (fullchain.pem).")
@click.option("--key", type=_FILE, required=True, help="Its private key (privkey.pem).")
@click.option("--for", "told", default="", help="What `matinee front --key` prints on the box; once.")
@click.option("--roots", type=_FILE, help="Whom phones trust, PEM (default: this system's).")
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.pass_obj
def certificate(
    paths: Paths, box: str, chain: Path, key: Path, told: str, roots: Path | None, folder: Path | None
) -> None:
    """Send BOX the certificate of your own name. Made to be what certbot runs after each renewal."""
    organiser = OrganiserFolder.find(folder, paths)
    recipient = remembered_recipient(organiser.folder, BoxId(box), told)
    bucket = organiser.bucket()
    signer = ensure_publish_key(organiser.folder)
    found = publish_certificate(
        bucket, signer, BoxId(box), recipient, RealClock(), chain=chain, key=key, roots=roots
    )
    click.echo(f"{found.name}, good until {found.ends:%d %B %Y}. Box {box} takes it up when it next looks.")
