"""Newer Matinees for a started box: what is good comes and counts, what is bad is refused or left again.

    tests/image/renew.py --arch amd64 [--image FILE] [--log FILE] [--record FOLDER] [--patient]

A new card of that image, which trusts the test's own key, has seven bad applications and a good one on its
boot partition, and in its computer a stick with seven bad systems and a good one. Then comes a stick with a
system whose kernel finds nothing to start; with ``--patient`` also one with a whole system without a show,
which the box leaves by itself after ten minutes. After each the box must be there again within two starts,
with picture and pages. ``--record``: keep the card as it was before, and each write until the good system
counts, in their order, for renew_cuts.py. Exit status 1 if one look found something wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import card as cards  # noqa: E402 the path is made above
import crash_log  # noqa: E402 the path is made above
import looks  # noqa: E402 the path is made above
import newer  # noqa: E402 the path is made above
from computer import Board  # noqa: E402 the path is made above
from machine import Machine, end_in_order, until  # noqa: E402 the path is made above
from walk import Log, keep_words  # noqa: E402 the path is made above

from appliance.errors import MatineeError  # noqa: E402 the path is made above

APPLICATION, SYSTEM, HEADLESS, LAME = "0.2.0", "0.3.0", "0.4.0", "0.5.0"
_PATIENCE_S = 2700.0
_TEN_MINUTES = 600.0
"""So long a box waits for a newer system to come up (came-up)."""


@dataclass(slots=True)
class Renewal:
    """A box, the one who makes newer Matinees for it, and the log."""

    machine: Machine
    maker: newer.Maker
    image: Path
    log: Log
    record: Path | None = None

    def first_start(self) -> None:
        """A new card with eight applications on its boot partition, and a stick with eight systems."""
        applications, systems = (self.maker.folder / name for name in ("applications", "systems"))
        self.maker.bad_applications(applications)
        self.maker.application(APPLICATION, applications)
        cards.lay(self.machine.card, sorted(applications.iterdir()))
        self.maker.bad_systems(systems)
        good = self.maker.system(self.image, SYSTEM, systems)
        self.machine.stick = cards.make_stick(systems, self.machine.folder / "newer.img", mib=1500)
        if self.record is not None:
            self.machine.writes = self.record / "writes.log"
            cards.copy(self.machine.card, self.record / "before.img")
            cards.copy(good.with_name(f"{good.name}.minisig"), self.record / "system.minisig")
        self.start("a new card")
        self.log.look("bad applications", lambda: self.refused("/data/application"))
        self.log.look("the newer one runs", lambda: self.runs(APPLICATION, "a"))
        self.log.look("and counts once it came up", lambda: self.counts("/data/application", APPLICATION))
        self.mark("application")
        self.log.look("the newer system is written", lambda: self.written(SYSTEM, "b"))
        self.mark("written")

    def second_start(self) -> None:
        """The newer system is tried; from then on it is the one that starts."""
        self.again("the newer system is tried")
        self.log.look("it runs, in the other slot", lambda: self.runs(SYSTEM, "b"))
        self.log.look("and counts once it came up", lambda: self.slot_counts("b"))
        self.mark("counts")
        self.log.look("bad systems", lambda: self.refused("/data/slots"))
        self.log.look("failed units", lambda: looks.no_failed_unit(self.machine))
        cards.switch_off(self.machine)
        if self.machine.writes is not None:
            crash_log.replay(self.machine.writes, self.machine.card, Random(1), keep=1.0)  # noqa: S311 not for secrets
            self.machine.writes = None

    def bad_system(self, version: str, before: str = "b", *, longest: float = _PATIENCE_S) -> None:
        """One that does not come up, on a stick: whenever it is tried, what ran ``before`` comes again."""
        out = self.maker.folder / version
        if version == LAME:
            self.maker.system(self.image, version, out, lame=True)
        else:
            self.maker.headless(self.image, version, out)
        self.machine.stick = cards.make_stick(out, self.machine.folder / "newer.img", mib=1500)
        cards.switch_off(self.machine)
        self.start(f"a stick with {version}")
        self.log.look("what counts runs", lambda: self.runs(SYSTEM, before))
        self.log.look(f"{version} is written", lambda: self.written(version, "ab"[before == "a"]))
        self.machine.stick = None
        self.again(f"{version} is tried")
        self.log.look("what ran before runs again", lambda: self.falls_back(before, longest))
        if version == HEADLESS:
            self.log.look("once more, for it may have been the plug", lambda: self.told("tried once more"))
            self.again(f"{version} is tried again")
            self.log.look("and again", lambda: self.falls_back(before, longest))
        self.log.look("it is given up", lambda: self.told(f"{version} was given up"))
        self.log.look("failed units", lambda: looks.no_failed_unit(self.machine))

    def start(self, name: str) -> None:
        """Switch it on, and see picture and pages come."""
        self.machine.start()
        self.come(name)

    def again(self, name: str) -> None:
        """Start it again, as who types `reboot`."""
        self.log.line("the box is started again")
        cards.restart(self.machine)
        self.come(name)

    def come(self, name: str) -> None:
        """Picture and staff's pages."""
        machine = self.machine
        picture = until("a picture", lambda: looks.is_players(machine), machine, _PATIENCE_S)
        pages = until(
            "pages", lambda: looks.status(machine.crew, "/healthz") == looks.OK, machine, _PATIENCE_S
        )
        self.log.line(f"{name}: picture and pages", f"after {picture:.0f} s and {pages:.0f} s")

    def refused(self, shelf: str) -> str:
        """Each bad one stands in the report with its own reason, and in no other way."""
        last = min(newer.FAULTS, key=lambda version: [*map(int, version.split("."))])
        self.wait_for("a look at the oldest", f"grep -q {last} {shelf}/report.txt")
        report = self.report(shelf)
        for version, fault in newer.FAULTS.items():
            lines = [line for line in report if f"matinee-{version}" in line]
            reasons = newer.REASONS[fault].split("|")
            assert len(lines) == 1, f"{fault}: {lines}"
            assert any(reason in lines[0] for reason in reasons), lines[0]
        return f"{len(newer.FAULTS)} refused, each with its own reason"

    def runs(self, version: str, slot: str) -> str:
        """That version, from that slot."""
        found = looks.said(self.machine, "matinee --version").split()[-1]
        assert (found, self.slot()) == (version, slot), f"{found} from slot {self.slot()}"
        return f"{found} from slot {slot}"

    def slot(self) -> str:
        """Which one runs, as the kernel was told."""
        return self.machine.run("sed -n 's/.*matinee.slot=//p' /proc/cmdline | cut -c1", timeout=30)[1]

    def counts(self, shelf: str, version: str) -> str:
        """It is ``current``, after every service was up for half a minute."""
        self.wait_for(f"{version} to count", f"grep -qx {version} {shelf}/current && ! [ -e {shelf}/trying ]")
        return f"after {self.machine.age():.0f} s"

    def slot_counts(self, slot: str) -> str:
        """GRUB will start it from now on."""
        self.wait_for(f"slot {slot} to count", f"grep -qx slot={slot} /boot/firmware/grub/grubenv")
        tried = looks.said(self.machine, "sed -n s/^try=//p /boot/firmware/grub/grubenv")
        assert not tried, tried
        return f"after {self.machine.age():.0f} s"

    def written(self, version: str, slot: str) -> str:
        """It lies in the other slot, GRUB knows, and nobody wrote into it by halves."""
        began = self.machine.age()
        line = f"{version} lies in slot {slot}"
        self.wait_for(
            line,
            f"grep -q '{line}' /data/slots/report.txt && grep -qx try={slot} /boot/firmware/grub/grubenv",
        )
        return f"after {self.machine.age() - began:.0f} s more"

    def falls_back(self, slot: str, longest: float) -> str:
        """It runs from ``slot``, nobody having touched it."""
        machine = self.machine
        until(f"slot {slot}", lambda: self.slot() == slot, machine, machine.age() + longest)
        pages = until(
            "pages",
            lambda: looks.status(machine.crew, "/healthz") == looks.OK,
            machine,
            machine.age() + longest,
        )
        return f"{self.runs(SYSTEM, slot)}, {pages:.0f} s after the start"

    def told(self, words: str) -> str:
        """The report of the slots says so."""
        self.wait_for(words, f"grep -q '{words}' /data/slots/report.txt")
        return self.report("/data/slots")[-1]

    def mark(self, name: str) -> None:
        """Note how far the log of writes has come."""
        if self.record is not None and self.machine.writes is not None:
            path = self.record / "marks.json"
            marks = json.loads(path.read_text("ascii")) if path.exists() else {}
            path.write_text(json.dumps({**marks, name: self.machine.writes.stat().st_size}), "ascii")

    def report(self, shelf: str) -> list[str]:
        """What became of what this box was given."""
        return looks.said(self.machine, f"cat {shelf}/report.txt").splitlines()

    def wait_for(self, what: str, line: str) -> None:
        """Until that shell line ends well."""
        machine = self.machine
        until(what, lambda: machine.run(line, timeout=60)[0] == 0, machine, machine.age() + _PATIENCE_S)


def renew(renewal: Renewal, *, patient: bool) -> None:
    """All of it; what keeps it from going on ends it, and stands in the log."""
    try:
        renewal.first_start()
        renewal.second_start()
        renewal.bad_system(HEADLESS)
        if patient:
            renewal.bad_system(LAME, longest=_PATIENCE_S + _TEN_MINUTES)
    except (AssertionError, OSError, MatineeError) as fault:
        renewal.log.line("the renewal", str(fault)[-2000:], well=False)
    finally:
        keep_words(renewal.machine, renewal.log)


def main() -> int:
    """Start what the command line names."""
    end_in_order()
    said = argparse.ArgumentParser(description="Give newer Matinees to a started box.")
    said.add_argument("--arch", choices=["amd64"], default="amd64", help="a Pi has no slots yet")
    said.add_argument("--image", type=Path)
    said.add_argument("--log", type=Path)
    said.add_argument("--record", type=Path, help="keep card and writes here, for renew_cuts.py")
    said.add_argument("--patient", action="store_true", help="also one that comes up but for its show")
    order = said.parse_args()
    image = cards.built(order.arch, order.image)
    log = Log((order.log or image.with_suffix(".renew.log")).absolute())
    log.path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="matinee-renew-") as name:
        folder = Path(name)
        maker = newer.Maker(folder, order.arch)
        trusting = folder / "trusting.img"
        cards.copy(image, trusting)
        maker.trust(trusting)
        card = cards.make_card(trusting, folder / "card.img")
        with Machine(card, Board(order.arch)) as machine:
            renew(Renewal(machine, maker, trusting, log, order.record), patient=order.patient)
    log.line("all looks", f"{log.wrong} wrong", well=not log.wrong)
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
