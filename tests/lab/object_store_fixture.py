"""One real S3 server for all tests of a run, however many import ``object_store``."""

from __future__ import annotations

import msgspec
import pytest

from appliance.bucket.bucket import Bucket
from appliance.bucket.opening import open_bucket
from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore

_SHARED = pytest.StashKey[ObjectStore]()


@pytest.fixture(scope="session")
def object_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ObjectStore:
    """A server that runs; whoever wants to stop it makes one of their own."""
    stash = request.config.stash
    if _SHARED not in stash:
        store = ObjectStore(tmp_path_factory.mktemp("object-store"))
        store.start()
        request.config.add_cleanup(store.stop)
        stash[_SHARED] = store
    return stash[_SHARED]


def organiser_settings(store: ObjectStore, prefix: str = "") -> BucketTable:
    """``[bucket]`` with the organiser's keys, who may do all."""
    return _settings(store, store.organiser.access_key, store.organiser.secret_key, prefix)


def box_settings(store: ObjectStore, endpoint: str = "") -> BucketTable:
    """``[bucket]`` with the keys a box has; ``endpoint``: by another way than directly."""
    own = _settings(store, store.box.access_key, store.box.secret_key, "")
    return msgspec.structs.replace(own, endpoint=endpoint or store.endpoint)


def _settings(store: ObjectStore, access_key: str, secret_key: str, prefix: str) -> BucketTable:
    return BucketTable(
        endpoint=store.endpoint,
        name=store.bucket,
        prefix=prefix,
        access_key=access_key,
        secret_key=secret_key,
    )


def opened(settings: BucketTable) -> Bucket:
    """The bucket of ``settings``."""
    bucket = open_bucket(settings)
    assert bucket is not None
    return bucket
