"""`matinee cloud box-file`: one signed file that makes a box this organiser's."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
import tomlkit

from appliance.paths import Paths
from cache.durable import write_whole
from provisioning import box_file
from provisioning.cloud.keys import read_recipients
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key


@click.command("box-file")
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option("--name", default="", help="What the box calls itself on the projector.")
@click.option("--country", default="", help="Where its radio stands: two capital letters.")
@click.option("--wifi", multiple=True, nargs=2, metavar="SSID PASSWORD", help="A network to join.")
@click.option("--out", type=click.Path(path_type=Path), default=box_file.NAME, show_default=True)
@click.pass_obj
def write_box_file(
    paths: Paths, folder: Path | None, name: str, country: str, wifi: tuple[tuple[str, str], ...], out: Path
) -> None:
    """Write what a box has to know of you: your public keys, your bucket, Wi-Fi.

    It holds the box's key to your bucket, if bucket.toml does: hand it to nobody else.
    """
    organiser = OrganiserFolder.find(folder, paths)
    signer = ensure_publish_key(organiser.folder)
    recipients = list(read_recipients(organiser.folder))
    tables = {
        "version": 1,
        "box": {"name": name} if name else {},
        "network": {"country": country} if country else {},
        "organiser": {"keys": [signer.public_key], "recipients": recipients},
        "bucket": {
            key: value for key, value in msgspec.structs.asdict(organiser.settings()).items() if value
        },
        "wifi": [{"ssid": ssid, "password": password} for ssid, password in wifi],
    }
    said = {key: value for key, value in tables.items() if value}
    write_whole(out, box_file.sign(tomlkit.dumps(said), signer), 0o600)
    click.echo(f"Written: {out}. The box believes it once you took it in on its Setup, This box.")
