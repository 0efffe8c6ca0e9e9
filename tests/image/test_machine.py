"""The machine of `make image-test`: what it says answers what was asked, and nothing else."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from machine import last_answer


@pytest.mark.parametrize(
    "said",
    [
        b"mine\n",
        b"late\n=end-of-0a1b2c3d=0=\nmine\n",
        b"later\r\n=end-of-0a1b2c3d=1=\r\nlate\n=end-of-ffffffff=127=\nmine\n",
    ],
)
def test_an_answer_that_nobody_waited_for_is_not_taken_for_the_next_one(said: bytes) -> None:
    assert last_answer(said) == b"mine\n"


BEGUN = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from computer import Board
from machine import Machine, end_in_order
end_in_order()
with Machine(Path({card!r}), Board("amd64", 64, screen=False, processors=1)) as machine:
    machine.start()
    print(machine.process.pid, machine.folder, flush=True)
    machine.process.wait()
"""


@pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="needs QEMU (make image-test)")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_walk_that_is_ended_takes_its_computer_with_it(tmp_path: Path, how: signal.Signals) -> None:
    card = tmp_path / "card.img"
    card.write_bytes(bytes(1 << 20))
    words = [sys.executable, "-c", BEGUN.format(path=sys.path, card=str(card))]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as walk:
        assert walk.stdout is not None
        number, folder = walk.stdout.readline().split()
        walk.send_signal(how)
        walk.wait(30)
    ends = time.monotonic() + 30
    while is_running(int(number)) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not is_running(int(number))
    if how is signal.SIGTERM:
        assert not Path(folder).exists()
    shutil.rmtree(folder, ignore_errors=True)


def is_running(number: int) -> bool:
    """Whether that process is there, and no corpse."""
    try:
        return Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
