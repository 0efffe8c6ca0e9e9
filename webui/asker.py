"""Who asks: our peer, or whom nginx on this box saw."""

from __future__ import annotations

from ipaddress import ip_address

from flask import request


def asker() -> str | None:
    """The address that this request came from; None if it can not be told.

    X-Real-IP is believed from the box itself only: nginx sets it, whatever a phone wrote there.
    """
    peer, named = request.remote_addr or "", request.headers.get("X-Real-IP", "")
    try:
        return str(ip_address(named if named and ip_address(peer).is_loopback else peer))
    except ValueError:
        return None


def own_address() -> str | None:
    """The address of the box that was asked, as nginx saw it; None without nginx. Never a name."""
    try:
        if ip_address(request.remote_addr or "").is_loopback:
            return str(ip_address(request.headers.get("X-Own-Address", "")))
    except ValueError:
        pass
    return None
