"""How many phones the radio takes, and what to say when it is nearly full."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from appliance.errors import sentences
from appliance.model.network_view import NetworkMode

_NEARLY = 0.8


class _Radio(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: str
    phones: int
    firmware: str = ""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    radio: tuple[_Radio, ...]


def ceiling(mode: NetworkMode, model: str, firmware: str, told: int = 0) -> int | None:
    """What the settings told, else what the table of boards says; None: not our radio, or not known."""
    if mode is not NetworkMode.HOTSPOT:
        return None
    if told:
        return told
    fits = (radio for radio in _table() if radio.model in model and radio.firmware in firmware)
    return next((radio.phones for radio in fits), None)


def crowded(clients: int, most: int | None) -> str:
    """A sentence for ``/remote``; empty while there is room."""
    if most is None or clients < _NEARLY * most:
        return ""
    key = "network.radio_full" if clients >= most else "network.radio_nearly_full"
    return sentences()[key].format(clients=clients, most=most)


def board(root: Path = Path("/")) -> tuple[str, str]:
    """Model and firmware of this board's radio; empty where it is none that we know of."""
    model = _text(root / "proc/device-tree/model")
    firmware = root / "lib/firmware/cypress/cyfmac43455-sdio.bin"
    return model, "minimal" if "minimal" in str(firmware.resolve()) else "standard"


@cache
def _table() -> tuple[_Radio, ...]:
    text = resources.files("appliance.network").joinpath("ceiling.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Table).radio


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").rstrip("\0\n")
    except OSError:
        return ""
