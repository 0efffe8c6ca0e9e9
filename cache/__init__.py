"""Bytes on the card: the media store, pins and derived things. Knows nothing of the box around it."""
