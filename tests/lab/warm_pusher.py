"""For a forkserver to preload: a pusher that has read the model of S3, so that a round is the push alone."""

from __future__ import annotations

from appliance.bucket.opening import open_bucket
from appliance.bucket.parts import InParts
from appliance.config import BucketTable
from lab import push_until_cut

__all__ = ["push_until_cut"]

_warm = open_bucket(BucketTable(endpoint="http://127.0.0.1:1", access_key="a", secret_key="b"))
assert isinstance(_warm, InParts)
assert _warm.parts  # makes its client; nothing is contacted
