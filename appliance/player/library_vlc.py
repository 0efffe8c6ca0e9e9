"""libVLC itself, opened once per process: the only importer of python-vlc."""

from __future__ import annotations

import os
from pathlib import Path

from appliance.errors import MatineeError
from appliance.player import graphics

PACKAGES = "libvlc5 vlc-plugin-base vlc-plugin-video-output"

_OPTIONS = (
    "--ignore-config",
    "--quiet",
    "--verbose=-1",  # else FFmpeg writes a line for each damaged block
    "--no-lua",
    "--no-osd",
    "--no-video-title-show",
    "--no-snapshot-preview",
    "--no-keyboard-events",
    "--no-mouse-events",
    "--no-metadata-network-access",
    "--no-auto-preparse",
    "--no-disable-screensaver",
    "--no-sub-autodetect-file",
    "--stats",
    "--file-caching=300",
)
_MEDIA_OPTIONS = (":image-duration=-1",)


class Library:
    """libVLC, once per process."""

    def __init__(
        self, *, virtual_screen: bool = False, sound: bool | None = None, options: tuple[str, ...] = ()
    ) -> None:
        """Load it; ``player.no_libvlc`` names the packages. ``sound`` None: if there is a sound card.

        On a virtual screen libVLC's OpenGL output skips pictures, and without graphics that draw it compiles
        shaders for the processor, for many seconds on a slow one: the plain X output is taken there.
        ``options`` are libVLC's own, for benches that listen.
        """
        try:
            import vlc  # noqa: PLC0415 importing it loads the shared library, which may be missing
        except (OSError, ImportError, NameError) as missing:
            raise MatineeError("player.no_libvlc", packages=PACKAGES) from missing
        all_options = [*_OPTIONS, *options]
        plain = virtual_screen or not graphics.draw_here()
        if plain:
            # set_xwindow() resets --vout and --avcodec-hw; without OpenGL only the plain X output is left.
            all_options += ["--gl=none", "--gles2=none"]
        self.sound = _sound_there() if sound is None else sound
        if not self.sound:
            all_options.append("--aout=dummy")
        self.media_options = (*_MEDIA_OPTIONS, *((":avcodec-hw=none",) if plain else ()))
        self.vlc = vlc
        self.instance = vlc.Instance(all_options)
        if self.instance is None:
            raise MatineeError("player.no_libvlc", packages=PACKAGES)


def _sound_there() -> bool:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    if os.environ.get("PULSE_SERVER") or (runtime / "pulse/native").exists():
        return True
    return any(Path("/dev/snd").glob("pcm*p"))
