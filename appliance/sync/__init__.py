"""The uplink: what goes up to the organiser, what comes down, and the media index."""
