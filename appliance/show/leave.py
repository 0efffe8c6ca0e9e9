"""Whether the house may be filmed, or only heard: the interlock's word, never for more than a second."""

from __future__ import annotations

from appliance.model.show_view import Lease
from appliance.show.place import Place
from appliance.show.player_news import PlayerNews
from appliance.show.standing import Standing

_LEASE_S = 1.0
_REFUSED = Lease(granted=False)


def granted(place: Place, stands: Standing, player: PlayerNews, wanted: str) -> Lease:
    """Grant the house to the cameras for a second from when the screen was last seen to say so.

    During a film that allows it, to the microphone alone, once the notice of it has stood on the screen.
    ``wanted``: the token of what shall stand there now; nothing is granted while something else does.
    """
    item, shown, left_s = place.item, player.fresh, _LEASE_S - player.age_s
    listens = stands.listen and not stands.listen_notice
    if item is None or not (stands.capture or listens):
        return _REFUSED
    if shown is None or shown.token != wanted or left_s <= 0:
        return _REFUSED
    return Lease(
        granted=stands.capture,
        listens=listens,
        item=item.id,
        event=place.event.event.id,
        show=place.event.show,
        visit=place.state.visit,
        position_ms=place.state.position_ms,
        seconds=left_s,
        leave=place.leave,
    )
