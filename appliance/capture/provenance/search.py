"""Pure: which registered cut a film was taken from, if from any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from appliance.capture.provenance.perceptual import bits_of, distances
from appliance.model.fingerprint import Fingerprint, Look, View

EACH_MS = 1000
"""A registered cut is looked at once a second."""
STEP_MS = 250
"""A film in question four times: somebody may have cut its beginning off."""
_ALIKE = 12
"""Of a dHash's 64 bits: 2 in 100 of what pictures that have nothing in common differ in less."""
_SAME = 70
"""Of a pHash's 256 bits; pictures that have nothing in common differ in about 128."""


@dataclass(frozen=True, slots=True)
class Match:
    """A registered cut that the film was taken from."""

    fingerprint: Fingerprint
    share: float
    """Of the seconds both have, how many look alike: 0.5 to 1."""
    bits: float
    """By how many of 256 bits those differ in the middle: the proof, 0 to 70."""
    from_ms: int
    """Where in the cut the film begins; negative if something was put before it."""


def find(film: Sequence[Look], registry: Iterable[Fingerprint]) -> list[Match]:
    """Return every cut that ``film`` (looked at each ``STEP_MS``) was taken from, the surest first."""
    matches = []
    for one in registry:
        views = [_compare(film, one, [look for look in one.looks if look.view is view]) for view in View]
        known = [match for match in views if match is not None]
        if known:
            matches.append(min(known, key=lambda match: match.bits))
    return sorted(matches, key=lambda match: (-match.share, match.bits))


def _compare(film: Sequence[Look], one: Fingerprint, looks: Sequence[Look]) -> Match | None:
    if not film or not looks:
        return None
    far = distances(bits_of([look.dhash for look in film]), bits_of([look.dhash for look in looks]))
    proof = distances(bits_of([look.phash for look in film]), bits_of([look.phash for look in looks]))
    begins = np.array([look.at_ms // STEP_MS for look in film])
    registered = np.array([look.at_ms // STEP_MS for look in looks])
    shifts = registered[None, :] - begins[:, None]
    least = min(len(looks), -(-len(film) * STEP_MS // EACH_MS)) / 2
    matches = []
    for shift in np.unique(shifts):
        both = shifts == shift
        alike = both & (far <= _ALIKE)
        count, seconds = int(alike.sum()), int(both.sum())
        if seconds >= least and count * 2 >= seconds and (bits := float(np.median(proof[alike]))) <= _SAME:
            matches.append(Match(one, count / seconds, bits, int(shift) * STEP_MS))
    return min(matches, key=lambda match: match.bits, default=None)
