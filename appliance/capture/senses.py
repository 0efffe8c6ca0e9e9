"""The senses: packets in, moments out. Sound is heard, key frames are looked at, nothing of it is kept."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from appliance.capture.decoding_av import PacketDecoder
from appliance.capture.hearing import ENOUGH_S
from appliance.capture.listening.choice import open_detector
from appliance.capture.listening.hearing import Detector
from appliance.capture.listening.listener import Listener
from appliance.capture.listening.sounds import REACTIONS, Reaction
from appliance.capture.looking.faces import FaceFinder
from appliance.capture.looking.looker import Looker, open_faces
from appliance.capture.looking.sight import Sight
from appliance.capture.packet import Packet, Stream
from appliance.capture.scoring import APART_S, ScoredMoment, best_moments

_SIGHTS = 60


class Senses:
    """Ears and eyes of one camera. On one thread."""

    def __init__(self, detector: Detector, faces: FaceFinder) -> None:
        """See ``open_senses``."""
        self.detector = detector.name
        self._decoder = PacketDecoder()
        self._listener = Listener(detector)
        self._looker = Looker(faces)
        self._sights: deque[Sight] = deque(maxlen=_SIGHTS)
        self._ended: list[Reaction] = []
        self._told_to_s = -math.inf

    def take(self, packet: Packet) -> ScoredMoment | None:
        """Hear or see one packet; return the moment that is complete with it."""
        if packet.stream is Stream.VIDEO:
            picture = self._decoder.picture(packet)
            if picture is not None:
                self._sights.append(self._looker.see(picture, packet.pts_us / 1_000_000))
            return None
        for block in self._decoder.sound(packet):
            self._ended += _of_the_house(self._listener.hear(block.samples, block.from_s))
        return self._complete()

    def now(self) -> tuple[tuple[str, float], ...]:
        """How likely each sound was in the last second."""
        return tuple((sound.value, round(value, 2)) for sound, value in self._listener.now().items())

    def going_on(self) -> ScoredMoment | None:
        """What is not complete, as far as it has come."""
        return self._scored(self._fresh((*self._ended, *_of_the_house(self._listener.so_far))))

    def end(self) -> None:
        """Forget everything: what comes next is another stretch of filming."""
        self._listener.end()
        self._looker.end()
        self._sights.clear()
        self._ended.clear()
        self._told_to_s = -math.inf

    def _complete(self) -> ScoredMoment | None:
        goes_on = _of_the_house(self._listener.so_far)
        fresh = self._fresh((*self._ended, *goes_on))
        if not fresh:
            self._ended.clear()
            return None
        to_s = max(one.to_s for one in fresh)
        if any(one in fresh for one in goes_on) and to_s - min(one.from_s for one in fresh) < ENOUGH_S:
            return None
        self._ended.clear()
        self._told_to_s = to_s
        return self._scored(fresh)

    def _fresh(self, reactions: Sequence[Reaction]) -> list[Reaction]:
        """Those that do not belong to what was told of before."""
        fresh = []
        for one in sorted(reactions, key=lambda each: each.from_s):
            if one.from_s - self._told_to_s < APART_S:
                self._told_to_s = max(self._told_to_s, one.to_s)
            else:
                fresh.append(one)
        return fresh

    def _scored(self, reactions: Sequence[Reaction]) -> ScoredMoment | None:
        return next(iter(best_moments(reactions, tuple(self._sights))), None)


def open_senses() -> Senses:
    """Return the best ears and eyes that are installed here."""
    return Senses(open_detector(), open_faces())


def _of_the_house(reactions: Sequence[Reaction]) -> list[Reaction]:
    return [one for one in reactions if one.sound in REACTIONS]
