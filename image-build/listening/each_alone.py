"""What each recording of a reaction is to the head that never heard it: which label or head is wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from features import Array
from material import RATE_HZ, Source
from scenes import lasting, noise

from appliance.capture.listening.head import Head
from appliance.capture.listening.listener import Patches
from appliance.capture.listening.log_mel import Mel
from appliance.capture.listening.reacting import Reacting
from appliance.capture.listening.sounds import Sound

_SECONDS, _FROM_S, _LASTS_S = 9.0, 2.5, 4.0
_LOUDER = 10 ** (10 / 20)
_SEED = 3


def said_of(one: Source, describe: Callable[[Mel], Array], head: Head, place: slice) -> str:
    """Return what is heard of four seconds of ``one``, 10 dB over a room: "laughter 0.93", or "nothing".

    ``place``: which numbers of a patch the head reads.
    """
    sound = noise(np.random.default_rng(_SEED), round(_SECONDS * RATE_HZ), 1.2)
    begin, count = round(_FROM_S * RATE_HZ), round(_LASTS_S * RATE_HZ)
    part = lasting(one.samples, count)
    sound[begin : begin + count] += part * np.float32(_LOUDER * 0.1 / (np.sqrt(np.mean(part**2)) + 1e-9))
    _, patches = Patches().take(sound * np.float32(0.3), 0.0)
    reacting = Reacting(head.thresholds[0])
    every = [
        reacting.take(
            at_s, np.zeros(len(Sound), np.float32) if patch is None else head.judge(describe(patch)[place])
        )
        for at_s, patch in patches
    ]
    told = [found for found in (*every, reacting.end()) if found is not None]
    best = max(told, key=lambda found: found.seconds, default=None)
    return f"{best.sound.value} {best.probability:.2f}" if best else "nothing"
