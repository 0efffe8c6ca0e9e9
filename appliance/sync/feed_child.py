"""Becomes ffmpeg, once its address was looked at: with the network, and with none of the box's files.

Run as ``python -m appliance.sync.feed_child URL near|far PROGRAM ARGUMENTS``.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import sys
from pathlib import Path

from appliance.model.stream_source import parse
from cache.confinement import die_with_parent
from cache.confinement_landlock import allow_only

_PR_SET_NO_NEW_PRIVS = 38
_LIMITS = {
    resource.RLIMIT_AS: 2 << 30,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 128,
    resource.RLIMIT_CORE: 0,
}
_SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/ssl", "/dev/null", "/dev/urandom")
_NAMES = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/ssl",
)
_NICE = 5


def main(url: str, near: str, program: list[str]) -> None:
    """Look where ``url`` leads; give up what is not needed; become ``program``."""
    die_with_parent()
    source = parse(url, in_venue=near == "near")
    try:
        found = socket.getaddrinfo(source.host, source.port, type=socket.SOCK_STREAM)
    except OSError as fault:
        sys.exit(f"the name {source.host} is not known, {fault.strerror}")
    if source.refuses([str(entry[4][0]).partition("%")[0] for entry in found]):
        sys.exit(f"{source.host} lies in the venue's network, and in_venue = true is not written")
    os.nice(_NICE)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for what, most in _LIMITS.items():
        resource.setrlimit(what, (most, most))
    allow_only([Path(path) for path in (*_SYSTEM, *_NAMES)], (), ports=source.tcp_ports)
    os.execv(program[0], program)  # noqa: S606 no shell on purpose


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
