"""`matinee clip verify`: which box made a film, whether it is as it was, and which clip it was taken from."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from appliance import config
from appliance.audience.certificate import ROOT_FILE
from appliance.capture.provenance.credentials import Credentials, Verdict, judged
from appliance.capture.provenance.search import Match
from appliance.cli.document import as_json, print_json
from appliance.clock import RealClock
from appliance.ids import BoxId
from appliance.model.fingerprint import Fingerprint
from appliance.model.revocations import clips_withdrawn
from appliance.paths import Paths, Service
from appliance.store.fingerprint_rows import FingerprintReader
from appliance.sync.quarter import known_revocations
from cache.probe_sandbox import SandboxedProbe
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.registry import registry_in

_UNSURE = {
    "none": " The box's clock was not set: do not rely on that time.",
    "told": " That time was told to the box by a person or a phone.",
}


class _Reuse(msgspec.Struct, frozen=True):
    """A registered cut that the film was taken from."""

    box: str
    event: str
    clip: str
    cut: str
    share: float
    bits: float
    from_ms: int


class _Verified(msgspec.Struct, frozen=True):
    credentials: Credentials
    found: tuple[_Reuse, ...]


@click.command()
@as_json
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's: every box is looked at.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def verify(paths: Paths, file: Path, folder: Path | None, *, as_json: bool) -> None:
    """Say who signed a film and whether it was altered, and which clip it was taken from.

    Exit status 0: a clip of this organiser, as it was signed. 1: anything else.
    """
    from appliance.capture.provenance.provenance_c2pa import credentials_of  # noqa: PLC0415 takes a while to load

    credentials = credentials_of(file, _root(paths, folder))
    credentials = judged(credentials, clips_withdrawn(_revoked(paths, folder), credentials.signer))
    found = tuple(map(_reuse, _look_up(paths, file, folder)))
    if as_json:
        print_json(_Verified(credentials, found))
    else:
        for sentence in (*_sentences(credentials), *map(_taken_from, found)):
            click.echo(sentence)
        if not found:
            click.echo("No registered clip looks like it.")
    if credentials.verdict is not Verdict.TRUSTED:
        raise SystemExit(1)


def _sentences(credentials: Credentials) -> list[str]:
    by = f"{credentials.signer or 'somebody without a name'}, certified by {credentials.issuer or 'nobody'}"
    match credentials.verdict:
        case Verdict.TRUSTED:
            first = f"Trusted: signed by box {credentials.signer}, and unaltered since."
        case Verdict.STRANGER:
            first = f"Not trusted: signed by a stranger ({by}). What it says of itself is theirs to say."
        case Verdict.EXPIRED:
            first = f"Not trusted: the certificate has run out, or is not valid yet ({by})."
        case Verdict.WITHDRAWN:
            first = (
                f"Not trusted: unaltered since box {credentials.signer} signed it, but its key was withdrawn"
                f" on {credentials.why}, and this was not surely signed before."
            )
        case Verdict.ALTERED:
            first = f"Altered: this is not the film that was signed ({credentials.why})."
        case Verdict.NONE:
            first = "It carries no credentials: never signed, or somebody took them off."
    evening = credentials.evening
    if evening is None:
        return [first]
    told = f"Clip {evening.clip} ({evening.cut}) of {evening.title or evening.event}"
    where = f", {evening.venue}" if evening.venue else ""
    unsure = _UNSURE.get(evening.clock, "")
    return [first, f"{told}{where}, {evening.at}.{unsure}"]


def _taken_from(one: _Reuse) -> str:
    return (
        f"It looks like clip {one.clip} ({one.cut}) of {one.event}, box {one.box}:"
        f" {one.share:.0%} of the seconds, {one.bits:.0f} of 256 bits apart."
    )


def _reuse(match: Match) -> _Reuse:
    one = match.fingerprint
    return _Reuse(one.box, one.event, one.clip, one.cut, match.share, match.bits, match.from_ms)


def _look_up(paths: Paths, file: Path, folder: Path | None) -> list[Match]:
    from appliance.capture.provenance.looks_av import looks_of  # noqa: PLC0415 takes a while to load
    from appliance.capture.provenance.search import STEP_MS, find  # noqa: PLC0415 as above

    registry: list[Fingerprint] = []
    if paths.database(Service.CAPTURE).exists():
        registry += FingerprintReader.reader(paths).all(BoxId(config.load(paths).box.id))
    if folder is not None:
        organiser = OrganiserFolder.find(folder, paths)
        known = {(one.box, one.clip, one.cut) for one in registry}
        others = registry_in(organiser.bucket(), organiser.cache)
        registry += [one for one in others if (one.box, one.clip, one.cut) not in known]
    return find(looks_of(file, STEP_MS), registry)


def _revoked(paths: Paths, folder: Path | None) -> frozenset[str]:
    """What the organiser withdrew: as the bucket has it, or as this box believed it last."""
    if folder is None:
        return known_revocations(paths, config.load(paths))().revoked
    organiser = OrganiserFolder.find(folder, paths)
    publisher = Publisher(
        organiser.bucket(), ensure_publish_key(organiser.folder), SandboxedProbe(), RealClock()
    )
    return frozenset(publisher.revoked())


def _root(paths: Paths, folder: Path | None) -> bytes | None:
    path = (paths.keys if folder is None else folder) / ROOT_FILE
    return path.read_bytes() if path.exists() else None
