"""Captions of clips: words that somebody had written elsewhere, beside each cut."""
