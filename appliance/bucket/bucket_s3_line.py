"""The line to an S3 server, under botocore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.httpsession import URLLib3Session

from appliance.bucket.bucket import Traffic
from appliance.bucket.patient_line import (
    CONNECT_TIMEOUT_S,
    PIECE_BYTES,
    SOCKET_OPTIONS,
    STALL_S,
    patient_pool,
)


class Line:
    """What carries requests to one server."""

    def __init__(self, believed: str, proxies: Mapping[str, str]) -> None:
        """``believed``: a file of certificates instead of the usual ones; empty: those."""
        self.traffic = Traffic()
        session: Any = URLLib3Session  # its types are not true
        self._session = session(
            verify=believed or True,
            proxies=proxies,
            timeout=(CONNECT_TIMEOUT_S, STALL_S),
            socket_options=list(SOCKET_OPTIONS),
        )
        self._session._manager.connection_pool_kw["blocksize"] = PIECE_BYTES  # noqa: SLF001 no other way in
        self._session._pool_classes_by_scheme.update(  # noqa: SLF001 as above
            http=patient_pool(AWSHTTPConnectionPool, AWSHTTPConnection, self.traffic),
            https=patient_pool(AWSHTTPSConnectionPool, AWSHTTPSConnection, self.traffic),
        )

    def carry(self, events: Any) -> None:  # noqa: ANN401 a client's events
        """Let a client of botocore send over this line and no other."""
        events.register("before-send.s3", lambda request, **_: self._session.send(request))
