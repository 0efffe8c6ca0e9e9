"""The organiser's own folder: their keys and the way into their bucket. Never a part of the box."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance import config
from appliance.bucket.bucket import Bucket
from appliance.bucket.opening import open_bucket
from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.paths import Paths


class _BucketFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``bucket.toml``: the table of the same name, with the organiser's keys."""

    bucket: BucketTable


@dataclass(frozen=True, slots=True)
class OrganiserFolder:
    """Where `matinee cloud ...` looks."""

    folder: Path
    paths: Paths

    @classmethod
    def find(cls, chosen: Path | None, paths: Paths) -> OrganiserFolder:
        """``chosen``, else what `matinee dev` made, else a folder among this person's settings."""
        made_by_dev = paths.root / "dev" / "organiser"
        own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "matinee" / "organiser"
        return cls(chosen or (made_by_dev if made_by_dev.is_dir() else own), paths)

    @property
    def cache(self) -> Path:
        """What was fetched from the bucket; objects never change."""
        return self.folder / "fetched"

    def bucket(self) -> Bucket:
        """The bucket that ``bucket.toml`` names, else the box's own; ``cloud.no_bucket`` if none does."""
        found = open_bucket(self._settings())
        if found is None:
            raise MatineeError("cloud.no_bucket", path=self.folder / "bucket.toml")
        return found

    def _settings(self) -> BucketTable:
        path = self.folder / "bucket.toml"
        try:
            return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _BucketFile).bucket
        except FileNotFoundError:
            return config.load(self.paths).bucket
        except (OSError, ValueError) as fault:
            raise MatineeError("core.bad_config", path=path, fault=fault) from fault
