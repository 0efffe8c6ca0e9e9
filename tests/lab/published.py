"""An organiser who publishes a small evening of two real films into a bucket."""

from __future__ import annotations

from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.clock import Clock
from appliance.manifest.signing_minisign import MinisignSigner
from cache.probe_av import AvProbe
from lab.evening import MANIFEST
from lab.small_film import make_film
from provisioning.cloud.publish import Publication, Publisher
from provisioning.cloud.publish_key import ensure_publish_key


class Organiser:
    """Their computer: a folder with keys, a folder with the evening."""

    def __init__(
        self, folder: Path, bucket: Bucket, clock: Clock, signer: MinisignSigner | None = None
    ) -> None:
        self.evening = folder / "evening"
        self.evening.mkdir(parents=True)
        self.bucket = bucket
        self.signer = signer or ensure_publish_key(folder / "keys")
        self.key = self.signer.public_key
        self.manifest = self.evening / "event.toml"
        self.manifest.write_text(MANIFEST, "utf-8")
        make_film(self.evening / "trailer.mp4", 1)
        make_film(self.evening / "short.mp4", 3)
        self._publisher = Publisher(bucket, self.signer, AvProbe(), clock)

    def publish(self) -> Publication:
        return self._publisher.publish(self.manifest, lambda _: None)

    def revoke(self, *names: str) -> None:
        self._publisher.revoke(names)

    def film(self, name: str) -> bytes:
        return (self.evening / name).read_bytes()
