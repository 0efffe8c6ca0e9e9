"""The sample evening, "Harbour Lights": its manifest, and recipes of films that ffmpeg makes."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where ``event.toml`` and the recipes lie; the films are no part of it (see CREDITS.md)."""
