"""Boxes that one organiser certified, and what each of them needs to give out and to take passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from appliance.audience.certificate import certified
from appliance.audience.pass_key import ensure_pass_key, key_id
from appliance.audience.pass_reader import PassReader
from appliance.audience.passes import Passes
from appliance.clock import Clock, HeldClock
from appliance.ids import BoxId
from appliance.model.revocations import Revocations
from appliance.paths import Paths
from provisioning.cloud.box_certificates import certify_passes


@dataclass
class PassBox:
    """One box as far as passes go. Nothing connects it to the others but its organiser."""

    paths: Paths
    box: BoxId
    clock: Clock = field(default_factory=HeldClock)
    revoked: Revocations = field(default_factory=Revocations)

    @property
    def key_id(self) -> str:
        return key_id(ensure_pass_key(self.paths).public_key())

    def passes(self) -> Passes:
        key = ensure_pass_key(self.paths)
        return Passes(self.box, key, certified(self.paths, self.box, key.public_key())[1])

    def reader(self) -> PassReader:
        key = ensure_pass_key(self.paths).public_key()
        root, _ = certified(self.paths, self.box, key)
        return PassReader(self.box, key, root, lambda: self.revoked, self.clock)


def pass_box(folder: Path, organiser: Path, name: str) -> PassBox:
    """A box called ``name``, certified by the organiser whose folder that is."""
    box = PassBox(Paths(folder / name).ensure(), BoxId(name))
    certify_passes(organiser, box.box, box.paths.keys)
    return box
