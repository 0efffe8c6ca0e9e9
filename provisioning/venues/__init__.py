"""Profiles of venues: what such a room brings into an ``event.toml``."""
