"""What a phone is told that looks whether there is internet: a pure function of question and standing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from importlib import resources
from types import MappingProxyType

import msgspec

_ANY = "*"
NO_STORE = "no-store"


class Standing(StrEnum):
    """How far a device has come."""

    NEW = "new"
    """It has not made its last tap: neither signed up nor said "no thanks"."""
    OFFLINE = "signed up offline"
    """It has; there is no internet for it."""
    ONLINE = "signed up with uplink"
    """It has, and the internet is open to it: what still asks here has an old address in its memory."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a system asks, and what it takes for a yes."""

    hosts: tuple[str, ...]
    """``*``: whatever host."""
    paths: tuple[str, ...]
    status: int
    type: str = ""
    body: str = ""
    headers: Mapping[str, str] = {}


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Systems that ask alike."""

    name: str
    devices: str
    """As people call them."""
    source: tuple[str, ...]
    """Where it is written that they ask so."""
    question: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: tuple[Family, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The questions by host and path."""

    exactly: Mapping[tuple[str, str], Question]
    anywhere: Mapping[str, Question] = field(default_factory=dict)

    def find(self, host: str, path: str) -> Question | None:
        return self.exactly.get((host, path)) or self.anywhere.get(path)


def _read() -> tuple[Family, ...]:
    text = resources.files("appliance.front").joinpath("captive.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Table).family


def _indexed(families: tuple[Family, ...]) -> _Known:
    asked = [
        (host, path, question)
        for family in families
        for question in family.question
        for host in question.hosts
        for path in question.paths
    ]
    return _Known(
        MappingProxyType({(host, path): question for host, path, question in asked if host != _ANY}),
        MappingProxyType({path: question for host, path, question in asked if host == _ANY}),
    )


FAMILIES = _read()
_KNOWN = _indexed(FAMILIES)


def answer(host: str, path: str, standing: Standing, portal: str) -> Answer | None:
    """Answer a request for somebody else's ``host`` (as ``names.plain`` gives it) and ``path``.

    ``portal`` is the one address that every redirect leads to, whatever was asked: 302 and not to be stored,
    so that no phone remembers it (RFC 9110, 15.4.3). Only after the last tap a system hears its yes. None:
    the internet is open to it and only its memory of names leads here, for a minute at most (browsers keep
    them so long): it shall try again, and not be led in a circle.
    """
    question = _KNOWN.find(host, path)
    if question is None and standing is Standing.ONLINE:
        return None
    if question is None or standing is Standing.NEW:
        return Answer(HTTPStatus.FOUND, {"Location": f"{portal}/", "Cache-Control": NO_STORE})
    kind = {"Content-Type": question.type} if question.type else {}
    return Answer(
        question.status, {**kind, **question.headers, "Cache-Control": NO_STORE}, question.body.encode()
    )
