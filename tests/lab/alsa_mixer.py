"""A mixer of many channels for ALSA: its file plug-in plays a tone on each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

RATE_HZ = 48_000
NAME = "mixer"


def tone_hz(channel: int) -> int:
    """What is heard on ``channel``, counted from 1."""
    return 300 + 150 * channel


def make_mixer(folder: Path, channels: int, silent: int = 0, seconds: int = 20) -> Path:
    """Return the configuration for ``ALSA_CONFIG_PATH`` that knows a capture device ``NAME``.

    ``silent``: a channel with nothing plugged in; 0: there is none.
    """
    at = np.arange(RATE_HZ) / RATE_HZ
    second = np.stack([np.sin(2 * np.pi * tone_hz(one) * at) / 4 for one in range(1, channels + 1)], 1)
    if silent:
        second[:, silent - 1] = 0
    played = folder / "played.raw"
    played.write_bytes(np.round(second * 32767).astype("<i2").tobytes() * seconds)
    told = folder / "asound.conf"
    told.write_text(
        "</usr/share/alsa/alsa.conf>\n"
        f"pcm.{NAME} {{ type file slave.pcm {{ type null }} file /dev/null infile {played} format raw }}\n"
    )
    return told


def tones(samples: np.ndarray) -> list[int]:
    """Which channels are heard in a second of ``samples``."""
    loud = np.abs(np.fft.rfft(samples[:RATE_HZ] * np.hanning(RATE_HZ)))
    return [one for one in range(1, 33) if loud[tone_hz(one) - 3 : tone_hz(one) + 4].max() > 0.1 * loud.max()]
