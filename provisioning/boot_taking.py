"""Takes in, once and before the services start, what card and stick ask; says what became of it.

Every step may be the last one before a power cut. All can be done again, until the file's own hash is kept:
from then on it is never taken in again, even if it can not be emptied.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from appliance.config import Config, load
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Paths
from appliance.requested import Requests, Wanted
from cache.durable import write_whole
from provisioning import boot_file, box_file, imager_settings
from provisioning.boot_file import Asked, WifiAsked

REPORT = "matinee-report.txt"
_NETWORKS = msgspec.json.Decoder(list[WifiAsked])
_SECRET = frozenset({"secret_key", "pairing_code"})
_STICK_MAY = frozenset({("network", "country")})
"""What a stick may set on a box that has its organiser: whoever is alone with the box can plug one in."""
_CARD = "card:"
"""Before the marks of what a card asked; a stick's have nothing before them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it."""

    lines: tuple[str, ...]
    """Empty: nothing was asked."""
    refused: bool = False


class Taking:
    """For one box, while none of its services runs."""

    def __init__(self, paths: Paths, *, has_organiser: bool) -> None:
        """``has_organiser``: then a stick may do little, and the box keeps its id."""
        self._paths = paths
        self._requests = Requests(paths.requests)
        self._has_organiser = has_organiser

    def card(self, boot: Path) -> Taken:
        """Take in what the partition mounted at ``boot`` asks. ``matinee.toml`` wins over Imager's files."""
        names = [*(n for n in imager_settings.FILES if (boot / n).is_file())]
        names += [boot_file.NAME] if (boot / boot_file.NAME).is_file() else []
        contents = {name: _content(boot / name) for name in names}
        if contents.get(boot_file.NAME, b"").strip(b"\0") == boot_file.TAKEN_IN:
            self._forget_cards()  # emptying it held: the same words again are a new request
        fresh = {name: content for name, content in contents.items() if not self._is_known(content, _CARD)}
        taken = self._take(fresh)
        if taken.lines:
            with suppress(OSError):  # a card that can not be written is no reason not to start
                write_whole(boot / REPORT, _report(taken))
        if not taken.refused:
            self._remember(fresh.values(), _CARD)
            for name, content in contents.items():
                _empty(boot / name, content)
        return taken

    def box_file(self, file: bytes, today: date | None) -> Taken:
        """Take in a ``box.matinee`` that somebody who owns the box brings, while it runs.

        It counts from the next start on. ``today``: None on a box without a clock.
        Raises ``content.not_signed``, ``keys.*``, ``boot.*``, ``core.bad_config``.
        """
        from provisioning.box_keys import BoxKeys  # noqa: PLC0415 what makes keys: once in a box's life

        config = load(self._paths)
        asked = box_file.read(file, config.content.keys)
        self._allow(asked)
        keys = BoxKeys(self._paths)
        if asked.certificates is not None:
            keys.check(asked.certificates, BoxId(config.box.id), today)
        self._settle(Asked(asked.settings, asked.wifi))
        if asked.certificates is not None:
            keys.take(asked.certificates)
        taken = Taken(tuple(_words(asked)))
        write_whole(self._requests.path(Wanted.REPORT), _report(taken))
        return taken

    def stick(self, content: bytes) -> Taken:
        """Take in the ``matinee.toml`` of a stick, which is only read."""
        if self._is_known(content):
            return Taken(())
        taken = self._take({boot_file.NAME: content}, only=_STICK_MAY if self._has_organiser else None)
        self._remember([content])  # also one that was refused: it is said once
        return taken

    def _take(self, contents: Mapping[str, bytes], only: frozenset[tuple[str, str]] | None = None) -> Taken:
        try:
            asked, said = _together(contents)
            if not asked:
                return Taken(())
            self._allow(asked, only)
            self._settle(asked)
        except MatineeError as fault:
            taken = Taken((f"Not taken in: {fault.sentence}",), refused=True)
        else:
            taken = Taken((*_words(asked), *said))
        write_whole(self._requests.path(Wanted.REPORT), _report(taken))
        return taken

    def _settle(self, asked: Asked) -> None:
        """Each of these may be done twice."""
        if asked.settings:
            merge(self._paths, asked.settings)
        if asked.wifi:
            write_whole(
                self._requests.path(Wanted.WIFI), msgspec.json.encode(self._with_waiting(asked.wifi)), 0o600
            )
        if asked.new_passphrase:
            write_whole(self._requests.path(Wanted.NEW_PASSPHRASE), b"", 0o600)

    def _with_waiting(self, wifi: tuple[WifiAsked, ...]) -> list[WifiAsked]:
        """Networks asked for earlier that nobody took up yet stay asked for."""
        waiting = self._requests.text(Wanted.WIFI)
        with suppress(msgspec.DecodeError):
            earlier = _NETWORKS.decode(waiting) if waiting else []
            names = {one.ssid for one in wifi}
            return [*(one for one in earlier if one.ssid not in names), *wifi]
        return list(wifi)

    def _allow(self, asked: Asked, only: frozenset[tuple[str, str]] | None = None) -> None:
        keys = {(table, key) for table, values in asked.settings.items() for key in values}
        if only is not None and (asked.new_passphrase or not keys <= only):
            raise MatineeError("boot.not_by_stick")
        wanted, own = asked.settings.get("box", {}).get("id"), load(self._paths).box.id
        if self._has_organiser and wanted not in (None, own):
            raise MatineeError("boot.keeps_id", id=own)

    def _is_known(self, content: bytes, where: str = "") -> bool:
        return where + _mark(content) in self._requests.text(Wanted.TAKEN).split()

    def _remember(self, contents: Iterable[bytes], where: str = "") -> None:
        fresh = [where + _mark(content) for content in contents]
        self._keep([*self._requests.text(Wanted.TAKEN).split(), *fresh][-32:])

    def _forget_cards(self) -> None:
        marks = self._requests.text(Wanted.TAKEN).split()
        kept = [mark for mark in marks if not mark.startswith(_CARD)]
        if kept != marks:
            self._keep(kept)

    def _keep(self, marks: list[str]) -> None:
        write_whole(self._requests.path(Wanted.TAKEN), "\n".join(marks).encode(), 0o600)


def merge(paths: Paths, settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Set ``settings`` in ``config.toml``, whose comments stay; ``core.bad_config`` if they can not be."""
    import tomlkit  # noqa: PLC0415 hardly a start brings settings

    try:
        text = paths.config_file.read_text("utf-8") if paths.config_file.exists() else ""
        document = tomlkit.parse(text)
        for table, values in settings.items():
            document.setdefault(table, tomlkit.table()).update(values)
        msgspec.convert(document.unwrap(), Config)
    except (OSError, tomlkit.exceptions.TOMLKitError, msgspec.ValidationError) as fault:
        raise MatineeError("core.bad_config", path=paths.config_file, fault=fault) from fault
    write_whole(paths.config_file, tomlkit.dumps(document).encode(), 0o600)


def _together(contents: Mapping[str, bytes]) -> tuple[Asked, list[str]]:
    """One wish out of several files; where two disagree the later one wins, and that is said."""
    settings: dict[str, dict[str, Any]] = {}
    wifi: dict[str, WifiAsked] = {}
    said: list[str] = []
    new_passphrase = False
    for name, content in contents.items():
        own = name == boot_file.NAME
        asked = boot_file.read(content) if own else imager_settings.read(name, content)
        for table, values in asked.settings.items():
            for key, value in values.items():
                before = settings.setdefault(table, {}).get(key, value)
                if before != value:
                    said.append(f"Two files disagree about {table}.{key}: took that of {name}.")
                settings[table][key] = value
        for one in asked.wifi:
            if wifi.get(one.ssid, one) != one:
                said.append(f"Two files disagree about the Wi-Fi {one.ssid}: took that of {name}.")
            wifi[one.ssid] = one
        new_passphrase |= asked.new_passphrase
    return Asked(settings, tuple(wifi.values()), new_passphrase), said


def _words(asked: Asked) -> Iterator[str]:
    names = [f"{table}.{key}" for table, values in asked.settings.items() for key in values]
    things = [*(f"the Wi-Fi {one.ssid}" for one in asked.wifi), *names]
    things += ["a new passphrase"] if asked.new_passphrase else []
    things += ["certificates for this box's own keys"] if asked.certificates else []
    yield f"Taken in from the card or stick: {', '.join(things)}."
    for table, values in asked.settings.items():
        for key, value in values.items():
            yield f"  {table}.{key} = {'(secret)' if key in _SECRET else value}"


def _report(taken: Taken) -> bytes:
    return ("\r\n".join(taken.lines) + "\r\n").encode()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(boot_file.LARGEST_BYTES + 1)


def _empty(path: Path, before: bytes) -> None:
    """Overwrite, so that no password is left on the card, then say what happened."""
    if before.strip(b"\0") == boot_file.TAKEN_IN:
        return
    rest = boot_file.TAKEN_IN if path.name == boot_file.NAME else b""
    with suppress(OSError), path.open("r+b") as file:
        file.write(bytes(len(before)))
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        file.write(rest)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _mark(content: bytes) -> str:
    return sha256(content).hexdigest()
