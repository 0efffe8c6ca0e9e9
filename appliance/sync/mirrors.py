"""Films from any web server: a folder that was published, served by anybody, proven by its hashes."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.bucket.layout import content_key
from appliance.clock import Clock
from appliance.config import ContentTable
from appliance.errors import MatineeError
from appliance.ids import Sha256
from cache.reach import Reach
from cache.source import Source


class Mirrors:
    """The web servers that ``[content] mirrors`` names."""

    def __init__(self, settings: ContentTable, clock: Clock) -> None:
        """Nothing is asked yet; ``content.bad_mirror`` for what is no address or no network."""
        self._urls = settings.mirrors
        self._clock = clock
        try:
            self._reach = Reach.of(settings.in_venue, plain_http=bool(settings.in_venue))
        except ValueError as fault:
            raise MatineeError("content.bad_mirror", what=fault) from fault
        for url in self._urls:
            if not self._reach.allows_url(url):
                raise MatineeError("content.bad_mirror", what=url)

    def sources(self, sha256: Sha256, size_bytes: int) -> Sequence[Source]:
        """The film at each of them, as they are named."""
        from cache.source_https import HttpsSource  # noqa: PLC0415 requests: only where something is fetched

        return [
            HttpsSource(f"{url.rstrip('/')}/{content_key(sha256)}", size_bytes, self._clock, self._reach)
            for url in self._urls
        ]
