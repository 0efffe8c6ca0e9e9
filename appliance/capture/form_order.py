"""Which way of asking for a camera or microphone is tried first: pure."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.capture.camera_inputs import Form

_FORGIVEN_S = 300.0
"""So long after it failed a better one is tried again: its cable may be back."""


class FormOrder:
    """The best first; what works is kept, what failed comes last for five minutes."""

    def __init__(self, forms: Sequence[Form]) -> None:
        """``forms``: the best first."""
        self._forms = tuple(forms)
        self._failed_s: dict[Form, float] = {}
        self._works: Form | None = None

    def in_turn(self, now_s: float) -> tuple[Form, ...]:
        """All of them, as they are to be tried at ``now_s`` of a clock that never goes back."""
        better = [form for form in self._forms if form not in self._failed_s]
        worse = sorted(self._failed_s, key=self._failed_s.__getitem__)
        if worse and now_s - self._failed_s[worse[-1]] >= _FORGIVEN_S:
            self._failed_s.clear()
            return self._forms
        if self._works in better:
            better.remove(self._works)
            better.insert(0, self._works)
        return (*better, *worse)

    def works(self, form: Form) -> None:
        """It gives what it is asked for."""
        self._works = form
        self._failed_s.pop(form, None)

    def failed(self, form: Form, now_s: float) -> None:
        """It gave nothing, or gives nothing any more."""
        self._failed_s[form] = now_s
        if self._works is form:
            self._works = None
