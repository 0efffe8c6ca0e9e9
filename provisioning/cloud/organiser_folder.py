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
from cache.boards import Board
from cache.durable import write_whole
from provisioning.cloud.toml_text import toml_text


class _BucketFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``bucket.toml``: the table of the same name, with the organiser's keys."""

    bucket: BucketTable


class Identity(msgspec.Struct, frozen=True):
    """``organiser.toml``: who this is, and what their boxes are."""

    name: str = ""
    contact: str = ""
    """An address that guests may write to."""
    board: Board = Board.PI_4
    """Films are made to play there."""
    sheet_kept: bool = False
    """They said that the recovery sheet is printed and put away."""


@dataclass(frozen=True, slots=True)
class OrganiserFolder:
    """Where `matinee cloud ...` and the organiser's window look."""

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
        found = open_bucket(self.settings())
        if found is None:
            raise MatineeError("cloud.no_bucket", path=self.folder / "bucket.toml")
        return found

    @property
    def films(self) -> Path:
        """Films, by the names that manifests give them."""
        return self.folder / "films"

    @property
    def events(self) -> Path:
        """A folder for each event, with its ``event.toml``."""
        return self.folder / "events"

    def identity(self) -> Identity:
        """Who this is; empty before anybody said so. ``core.bad_config``."""
        path = self.folder / "organiser.toml"
        try:
            return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Identity, strict=False)
        except FileNotFoundError:
            return Identity()
        except (OSError, ValueError) as fault:
            raise MatineeError("core.bad_config", path=path, fault=fault) from fault

    def write_identity(self, identity: Identity) -> None:
        """Remember who this is; ``cloud.keys_not_written``."""
        self._write("organiser.toml", toml_text(msgspec.to_builtins(identity)))

    def write_bucket(self, settings: BucketTable) -> None:
        """Remember the way into the bucket, readable by this user only; ``cloud.keys_not_written``."""
        told = {name: value for name, value in msgspec.to_builtins(settings).items() if value}
        self._write("bucket.toml", f"[bucket]\n{toml_text(told)}")

    def _write(self, name: str, text: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self.folder / name, text.encode(), 0o600)
        except OSError as fault:
            raise MatineeError(
                "cloud.keys_not_written", path=self.folder, fault=fault.strerror or fault
            ) from fault

    def settings(self) -> BucketTable:
        """``bucket.toml``, else the box's own settings; ``core.bad_config``."""
        path = self.folder / "bucket.toml"
        try:
            return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _BucketFile).bucket
        except FileNotFoundError:
            return config.load(self.paths).bucket
        except (OSError, ValueError) as fault:
            raise MatineeError("core.bad_config", path=path, fault=fault) from fault
