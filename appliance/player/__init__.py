"""The player: the only process that draws. It owns display, sound and libVLC, and keeps nothing."""
