"""The real app over a real folder as the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.paths import Paths
from lab.object_store_fixture import object_store
from provisioning.cloud.keys import make_keys
from provisioning.cloud.organiser_folder import Identity, OrganiserFolder
from webui.organiser.door import Door, new_address, write_note
from webui.organiser.service import open_window
from webui.serving import ON_STOP

__all__ = ["object_store"]

ADDRESS = "http://127.0.0.1:8124"


@pytest.fixture
def folder(tmp_path: Path) -> OrganiserFolder:
    folder = OrganiserFolder(tmp_path / "organiser", Paths(tmp_path / "no-box"))
    make_keys(folder.folder, RealClock())
    folder.write_identity(Identity("Harbour Film Club", sheet_kept=True))
    (tmp_path / "bucket").mkdir()
    folder.write_bucket(BucketTable(folder=str(tmp_path / "bucket")))
    return folder


@pytest.fixture
def bucket(tmp_path: Path, folder: OrganiserFolder) -> FolderBucket:
    del folder
    return FolderBucket(tmp_path / "bucket")


@pytest.fixture
def app(folder: OrganiserFolder) -> Iterator[Flask]:
    note = write_note(folder.folder, ADDRESS)
    app = open_window(folder, ADDRESS, Door(note.secret), RealClock())
    app.config["SERVER_NAME"] = "127.0.0.1:8124"
    app.extensions["address"] = new_address(note).removeprefix(ADDRESS)
    yield app
    app.extensions[ON_STOP]()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.get(app.extensions["address"]).status_code == 303
    return client
