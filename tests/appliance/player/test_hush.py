from __future__ import annotations

import subprocess
import sys

NOISY = """
import ctypes, logging, os, sys
from appliance import log
from appliance.player.hush import hush_native_libraries

log.configure()
hush_native_libraries()
os.write(2, b"[mpg123] damaged\\n")
logging.getLogger("player").warning("picture failed token=%s", "film")
print("plain", file=sys.stderr)
if sys.argv[1] == "dies":
    ctypes.string_at(0)
raise SystemExit("why it stopped")
"""


def said(how: str) -> tuple[int, str]:
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", NOISY, how], check=False, capture_output=True, text=True
    )
    return process.returncode, process.stderr


def test_only_pythons_own_words_reach_the_journal() -> None:
    status, words = said("stops")
    assert status == 1
    assert words == "WARNING player: picture failed token=film\nplain\nwhy it stopped\n"


def test_where_a_library_died_is_still_told() -> None:
    status, words = said("dies")
    assert status < 0
    assert "Segmentation fault" in words
    assert "mpg123" not in words
