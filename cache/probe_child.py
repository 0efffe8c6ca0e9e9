"""The probe's child: reads one file that a stranger made, behind walls, and says what it is.

Run as ``python -m cache.probe_child ASK`` with the file as standard input; answers by lines on standard
output. Everything is imported and opened before the walls go up; behind them nothing can be opened any more.
PyAV imports its subtitles only when it meets some: too late here, so they stand below.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

import av.logging
import av.subtitles.codeccontext
import av.subtitles.stream
import av.subtitles.subtitle
import msgspec

from appliance.errors import MatineeError, sentences
from cache.confinement import Limits, die_with_parent, read_only_what_is_open
from cache.probe_av import look
from cache.probe_trial_av import decode_trial
from cache.probe_wire import NO_WALLS, Answer, Ask, Found, Refused, Share, Tried


def main(asked: str) -> None:
    """Answer ``asked`` and end."""
    ask = msgspec.json.decode(asked, type=Ask)
    sentences()
    av.logging.set_level(None)
    die_with_parent()
    os.nice(10 if ask.what == "whole" else 0)
    with open(0, "rb", closefd=False) as source:
        try:
            read_only_what_is_open(Limits(ask.memory_bytes, ask.cpu_s))
        except OSError:
            os._exit(NO_WALLS)
        _say(_answer(ask, source))


def _answer(ask: Ask, source: BinaryIO) -> Answer:
    try:
        if ask.what == "trial":
            return Tried(decode_trial(source, ask.name, ask.trial_s))
        whole = ask.what == "whole"
        return Found(look(source, ask.name, whole=whole, progress=lambda done: _say(Share(done))))
    except MatineeError as refused:
        return Refused(str(refused.facts.get("reason", "")))


def _say(answer: Answer) -> None:
    os.write(1, msgspec.json.encode(answer) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
