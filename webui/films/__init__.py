"""Films from a browser, in pieces: the protocol, and the script that speaks it, for every app."""

from __future__ import annotations

from flask import Blueprint


def film_parts() -> Blueprint:
    """Serve the script, at ``film_parts.static``."""
    return Blueprint("film_parts", __name__, static_folder="static", static_url_path="/film-parts")
