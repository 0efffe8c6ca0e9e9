"""A published event comes to lie on the box once every film of it is whole: from bucket or stick."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.manifest.event_folder import laid_packing, lay_event, lay_picture, lay_subtitles
from appliance.manifest.published_index import PublishedEvent
from appliance.sync.published import Offer, Published
from cache.media_store import MediaStore

_log = logging.getLogger(__name__)


def is_here(events: Path, entry: PublishedEvent) -> bool:
    """Whether exactly this publication lies on the box, or one that was made later.

    Bucket and stick count their versions apart: between the two, the time of publishing tells.
    """
    laid = laid_packing(events, entry.id)
    if laid is None:
        return False
    if laid.made_at and entry.made_at:
        return (laid.made_at, laid.version) >= (entry.made_at, entry.version)
    return laid.version == entry.version


def lay(offer: Offer, published: Published, store: MediaStore, events: Path) -> None:
    """Pins, subtitles, pictures, then the folder: what lies there is never evicted, and wants nothing.

    Raises what the bucket raises, and ``content.*``; then nothing is laid.
    """
    for film in offer.packing.media:
        store.pin(film.sha256, offer.entry.id)
    for subtitles, text in published.subtitles(offer):
        lay_subtitles(events / offer.entry.id, subtitles, text)
    for picture, png in published.pictures(offer):
        lay_picture(events / offer.entry.id, picture, png)
    lay_event(events, offer.entry.id, offer.manifest, offer.packing)
    _log.info("event is here event=%s version=%s", offer.entry.id, offer.entry.version)
