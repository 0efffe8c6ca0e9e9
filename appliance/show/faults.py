"""What the operator should know now; each is logged when it begins and when it ends."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from appliance.errors import MatineeError
from appliance.model.programme import Item

_log = logging.getLogger(__name__)


def not_shown(item: Item, reason: str) -> MatineeError:
    """A film that fails is skipped; the item of a backdrop that fails goes on."""
    if item.is_film:
        return MatineeError("show.film_failed", title=item.title, reason=reason)
    return MatineeError("show.backdrop_failed", title=item.title, reason=reason)


class Faults:
    """Sentences by what they are about, in the order they began."""

    def __init__(self) -> None:
        """Nothing is wrong."""
        self._standing: dict[str, MatineeError] = {}

    def begin(self, about: str, fault: MatineeError) -> None:
        """``fault`` stands until it is ended."""
        if about not in self._standing:
            _log.warning("fault began about=%s key=%s", about, fault.key)
        self._standing[about] = fault

    def end(self, about: str) -> None:
        """It is well again."""
        if self._standing.pop(about, None) is not None:
            _log.info("fault ended about=%s", about)

    def stands(self, about: str, fault: MatineeError | None) -> None:
        """``fault`` stands, or, None, all is well with it."""
        if fault is None:
            self.end(about)
        else:
            self.begin(about, fault)

    def only(self, kind: str, faults: Mapping[str, MatineeError]) -> None:
        """Of all about ``kind:...`` just these stand."""
        for about in [about for about in self._standing if about.startswith(f"{kind}:")]:
            if about not in faults:
                self.end(about)
        for about, fault in faults.items():
            self.begin(about, fault)

    def clear(self) -> None:
        """Another evening."""
        self._standing.clear()

    def sentences(self) -> tuple[str, ...]:
        """What remotes show."""
        return tuple(fault.sentence for fault in self._standing.values())
