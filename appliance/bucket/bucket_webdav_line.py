"""The line to a WebDAV server, under urllib3."""

from __future__ import annotations

from collections.abc import Mapping

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from appliance.bucket.bucket import Traffic
from appliance.bucket.patient_line import CONNECT_TIMEOUT_S, SOCKET_OPTIONS, STALL_S, patient_pool


def webdav_pool(heads: Mapping[str, str], traffic: Traffic) -> urllib3.PoolManager:
    """A pool that never tries again by itself, whose answers have an end, and that adds to ``traffic``."""
    pool = urllib3.PoolManager(
        headers=heads,
        retries=False,
        timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=STALL_S),
        socket_options=list(SOCKET_OPTIONS),
    )
    pool.pool_classes_by_scheme = {
        "http": patient_pool(HTTPConnectionPool, HTTPConnection, traffic),
        "https": patient_pool(HTTPSConnectionPool, HTTPSConnection, traffic),
    }
    return pool
