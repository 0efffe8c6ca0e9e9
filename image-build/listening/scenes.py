"""Scenes of a hall: labelled sounds over dialogue, music or a room. Same seed, same scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from material import RATE_HZ, Samples, Source

REACTIONS = ("laughter", "applause", "cheer")
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Event:
    """One reaction in a scene."""

    kind: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Sound, and what is true of it."""

    samples: Samples
    events: tuple[Event, ...]
    background: str
    under: Samples
    """The background alone, as loud as it is in ``samples``."""


def scene(
    material: Sequence[Source],
    rng: Rng,
    seconds: float,
    background: str,
    level_db: float | None,
    *,
    disturbed_each_s: float = 0.0,
    voices: int = 5,
) -> Scene:
    """Return a scene; ``level_db``: how much louder reactions are than the rest; None: no reactions.

    ``disturbed_each_s``: doors, dogs, telephones, coughs about so often, up to 15 dB above the rest; 0: none.
    ``voices``: the most that laugh at once.
    """
    under = _background(material, rng, round(seconds * RATE_HZ), background)
    if disturbed_each_s:
        _disturb(under, material, rng, disturbed_each_s)
    mixed = under.copy()
    events = []
    at_s = rng.uniform(2.0, 5.0)
    while level_db is not None and at_s < seconds - 9.0:
        kind = str(rng.choice(REACTIONS))
        sound = reaction(material, rng, kind, rng.uniform(2.0, 6.0), voices)
        start = round(at_s * RATE_HZ)
        beside = under[start : start + len(sound)]
        loud = np.sqrt(np.mean(np.square(beside)) + 1e-9)
        mixed[start : start + len(sound)] += sound * (loud * 10 ** (level_db / 20) / _rms(sound))
        events.append(Event(kind, at_s, at_s + len(sound) / RATE_HZ))
        at_s = events[-1].to_s + rng.uniform(3.0, 9.0)
    share = np.float32(min(1.0, 0.98 / max(1e-9, float(np.abs(mixed).max()))))
    return Scene(mixed * share, tuple(events), background, under * share)


def reaction(material: Sequence[Source], rng: Rng, kind: str, seconds: float, most: int = 5) -> Samples:
    """Return ``seconds`` of ``kind``: a recording, repeated if too short, or several laughs at once."""
    choices = [one for one in material if one.kind == kind]
    voices = int(rng.integers(1, most + 1)) if kind == "laughter" else 1
    wanted = round(seconds * RATE_HZ)
    total = np.zeros(wanted, np.float32)
    one = choices[int(rng.integers(len(choices)))]
    for voice in range(voices):
        if voice:
            one = choices[int(rng.integers(len(choices)))]
        begin = round(rng.uniform(0, 0.3) * RATE_HZ) if voice else 0
        total[begin:] += lasting(pitched(one.samples, rng.uniform(0.92, 1.08)), wanted - begin) * rng.uniform(
            0.5, 1.0
        )
    fade = round(0.05 * RATE_HZ)
    total[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    total[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return total


def pitched(samples: Samples, factor: float) -> Samples:
    """Faster and higher, or slower and lower."""
    places = np.arange(0, len(samples) - 1, factor)
    return np.interp(places, np.arange(len(samples)), samples).astype(np.float32)


def coloured(samples: Samples, rng: Rng) -> Samples:
    """A gentle random curve over the bands, and now and then nothing above some frequency."""
    size = 1 << (len(samples) - 1).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    knots = np.log2([60, 125, 250, 500, 1000, 2000, 4000, 8000])
    gain_db = np.interp(np.log2(np.maximum(hertz, 60)), knots, rng.normal(0, 3.5, len(knots)))
    if rng.random() < 0.35:
        gain_db -= 24 * np.maximum(0, np.log2(np.maximum(hertz, 1) / rng.uniform(2500, 7000)))
    heard = np.fft.irfft(np.fft.rfft(samples, size) * 10 ** (gain_db / 20), size)[: len(samples)]
    return np.asarray(heard, np.float32)


def noise(rng: Rng, length: int, slope: float = 1.0) -> Samples:
    """Noise whose power falls by ``slope`` with frequency: 0 white, 1 pink, 2 brown; RMS 0.1."""
    spectrum = rng.standard_normal(length // 2 + 1) + 1j * rng.standard_normal(length // 2 + 1)
    spectrum /= np.maximum(1.0, np.arange(length // 2 + 1)) ** (slope / 2)
    spectrum[: max(1, round(20 * length / RATE_HZ))] = 0
    samples = np.fft.irfft(spectrum, length)
    return (samples / (_rms(samples) + 1e-12) * 0.1).astype(np.float32)


def _background(material: Sequence[Source], rng: Rng, length: int, kind: str) -> Samples:
    room = noise(rng, length, rng.uniform(0.8, 2.0))
    if kind == "room":
        return room * np.float32(10 ** (rng.uniform(-30, -10) / 20))
    sounds = {"dialogue": "speech", "music": "music", "other": "other"}[kind]
    choices = [one for one in material if one.kind == sounds]
    total = room * np.float32(10 ** (rng.uniform(-45, -30) / 20))
    at = 0
    while at < length:
        one = choices[int(rng.integers(len(choices)))].samples
        if kind == "music":
            begin = int(rng.integers(max(1, len(one) - 20 * RATE_HZ)))
            one = one[begin : begin + 20 * RATE_HZ]
        part = one[: length - at]
        total[at : at + len(part)] += part * np.float32(10 ** (rng.uniform(-6, 0) / 20))
        pause_s = 0.0 if kind == "music" else rng.uniform(0.1, 0.9)
        at += len(part) + round(pause_s * RATE_HZ)
    return total


def _disturb(under: Samples, material: Sequence[Source], rng: Rng, each_s: float) -> None:
    choices = [one.samples for one in material if one.kind == "other"]
    at = round(rng.uniform(0.5, 2.0) * each_s * RATE_HZ)
    while at < len(under):
        sound = pitched(choices[int(rng.integers(len(choices)))], rng.uniform(0.8, 1.25))[: 3 * RATE_HZ]
        part = sound[: len(under) - at]
        loud = _rms(under[at : at + len(part)])
        under[at : at + len(part)] += part * np.float32(loud * 10 ** (rng.uniform(-5, 15) / 20) / _rms(part))
        at += len(part) + round(rng.uniform(0.5, 1.5) * each_s * RATE_HZ)


def lasting(samples: Samples, wanted: int) -> Samples:
    """Repeat with overlaps of 50 ms, never from exactly the same place."""
    fade = round(0.05 * RATE_HZ)
    out = np.zeros(wanted, np.float32)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    at = 0
    while at < wanted:
        part = samples[: wanted - at].copy()
        if at and len(part) > 2 * fade:
            part[:fade] *= ramp
        if len(part) > 2 * fade:
            part[-fade:] *= ramp[::-1]
        out[at : at + len(part)] += part
        at += max(fade, len(part) - fade)
    return out


def _rms(samples: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(samples)) + 1e-12))
