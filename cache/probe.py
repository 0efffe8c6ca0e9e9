"""What a film is, before anybody relies on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Transfer(StrEnum):
    """How numbers in the file become light."""

    SDR = "sdr"
    PQ = "pq"
    """HDR10 and Dolby Vision (SMPTE ST 2084)."""
    HLG = "hlg"
    """Broadcast HDR (ARIB STD-B67)."""


class AudioRole(StrEnum):
    """What a sound track is for."""

    MAIN = "main"
    DESCRIPTION = "description"
    """Audio description: the picture told in words."""
    COMMENTARY = "commentary"


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """One sound track. ``language`` is as the file writes it (ISO 639), empty if it does not say."""

    codec: str
    channels: int
    language: str = ""
    role: AudioRole = AudioRole.MAIN
    title: str = ""


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    """One subtitle track inside the file."""

    codec: str
    language: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Loudness:
    """EBU R 128: loudness of the whole film in LUFS, highest true peak in dBTP."""

    integrated_lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What a probe found. What follows ``audio_codec`` is as precise as the probe that looked."""

    duration_ms: int
    video_codec: str
    width: int
    height: int
    fps: float
    audio_codec: str = ""
    """Empty: a silent film."""
    container: str = ""
    profile: str = ""
    pixel_format: str = ""
    bit_depth: int = 8
    transfer: Transfer = Transfer.SDR
    rotation_degrees: int = 0
    """Clockwise turn that the player has to make: 0, 90, 180, 270."""
    sample_aspect: float = 1.0
    """Width of one stored pixel over its height; 1 is square."""
    interlaced: bool = False
    variable_rate: bool = False
    keyframe_ms: int = 0
    """Longest way from one whole picture to the next; 0: not looked at."""
    bitrate_kbps: int = 0
    audio_tracks: tuple[AudioTrack, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    loudness: Loudness | None = None
    """None: silent, or not measured."""
    gain_db: float = 0.0
    """What brings the sound to the loudness that all films share (`cache.probe_loudness`)."""
    ends_at_ms: int | None = None
    """Where the file stops, if that is well before the length it claims."""
    damaged_ms: tuple[int, ...] = ()
    """Places at which pictures could not be decoded."""


class Probe(Protocol):
    """Looks into media files."""

    def film(self, path: Path, name: str) -> FilmFacts:
        """Return the facts, or raise ``media.not_a_film`` naming ``name`` and what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """A decode trial: the film's hardest part, decoded as fast as this machine can."""

    film_s: float
    """Seconds of film that were decoded."""
    took_s: float
    pictures: int

    @property
    def factor(self) -> float:
        """How many times faster than the film runs; below 1 it can not keep up."""
        return self.film_s / self.took_s if self.took_s > 0 else 0.0
