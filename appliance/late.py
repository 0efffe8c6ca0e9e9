"""A library that is brought in by its first use: what a service seldom needs costs it no memory before."""

from __future__ import annotations

from importlib import import_module


class Late:
    """Stands for the library ``name``; for a type checker the module says ``import`` beside it.

    From any thread: Python's own lock lets one of them bring it in. Raises what importing raises, then.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, what: str) -> object:
        """What the library has by that name."""
        return getattr(import_module(self._name), what)
