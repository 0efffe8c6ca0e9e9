"""Which files remain, by Landlock (Linux 5.13 and later; landlock(7)): the only caller of it."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""The same numbers on every processor."""
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE, _READ, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_FILE = 1 << 5, 1 << 8
_ALL_OF_FIRST = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_SINCE = ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEVICE))
_FOR_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL_DEVICE
_TCP_SINCE, _TCP, _CONNECT, _NET_PORT = 4, 0b11, 1 << 1, 2


class _Ruleset(ctypes.Structure):
    """``struct landlock_ruleset_attr``."""

    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    """``struct landlock_path_beneath_attr``."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


class _NetPort(ctypes.Structure):
    """``struct landlock_net_port_attr``."""

    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def allow_only(readable: Sequence[Path], writable: Sequence[Path], *, ports: Sequence[int] = ()) -> bool:
    """Leave this process, for good, only what lies below these paths, and TCP only to these ``ports``.

    What is open stays open. False, and nothing done, on a kernel without Landlock; needs no_new_privs.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return False
    handled = _ALL_OF_FIRST
    for since, right in _SINCE:
        handled |= right if version >= since else 0
    asked = _Ruleset(handled, _TCP if version >= _TCP_SINCE else 0)
    size = ctypes.sizeof(asked) if version >= _TCP_SINCE else ctypes.sizeof(ctypes.c_uint64)
    ruleset = _done(libc.syscall(_CREATE_RULESET, ctypes.byref(asked), size, 0), "landlock_create_ruleset")
    try:
        for path in readable:
            _beneath(libc, ruleset, path, handled & (_READ | _READ_FOLDER | _EXECUTE))
        for path in writable:
            making = _READ | _READ_FOLDER | _WRITE | _TRUNCATE | _MAKE_FILE | _REMOVE_FILE
            _beneath(libc, ruleset, path, handled & making)
        for port in ports if version >= _TCP_SINCE else ():
            to = _NetPort(_CONNECT, port)
            added = libc.syscall(_ADD_RULE, ruleset, _NET_PORT, ctypes.byref(to), 0)
            _done(added, "landlock_add_rule")
        _done(libc.syscall(_RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    finally:
        os.close(ruleset)
    return True


def _beneath(libc: ctypes.CDLL, ruleset: int, path: Path, allowed: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rights = allowed if path.is_dir() else allowed & _FOR_FILES
        rule = _Beneath(rights, folder)
        _done(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0), "landlock_add_rule")
    finally:
        os.close(folder)


def _done(result: int, what: str) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), what)
    return result
