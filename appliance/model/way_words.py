"""How far something is, in words: bytes, rate, time left. Pure."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000
_HOURS_COUNTED = 48


def size_words(size_bytes: float) -> str:
    """``3.9 GB``, ``12 MB``, ``800 B``."""
    unit = 0
    while size_bytes >= _STEP and unit < len(_UNITS) - 1:
        size_bytes, unit = size_bytes / _STEP, unit + 1
    exact = f"{size_bytes:.1f}" if size_bytes < 10 and unit else f"{size_bytes:.0f}"  # noqa: PLR2004 two digits
    return f"{exact} {_UNITS[unit]}"


def time_left(seconds: float) -> str:
    """``about 3 min``, ``about 2 h 10 min``, ``about 3 days``, ``less than a minute``."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    if hours >= _HOURS_COUNTED:
        return f"about {round(minutes / 60 / 24)} days"
    return " ".join(("about", *([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest else [])))


def way_words(done_bytes: int, size_bytes: int, rate_bytes_s: float, left_s: float | None) -> str:
    """``1.2 GB of 3.9 GB, 8.0 MB/s, about 6 min left``; what is not known yet is left out."""
    words = [f"{size_words(done_bytes)} of {size_words(size_bytes)}"]
    if rate_bytes_s > 0:
        words.append(f"{size_words(rate_bytes_s)}/s")
    if left_s is not None and done_bytes < size_bytes:
        words.append(f"{time_left(left_s)} left")
    return ", ".join(words)
