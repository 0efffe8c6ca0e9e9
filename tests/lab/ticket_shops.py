"""Ticket shops: a real pretix in an environment of its own, and one that is played, with levers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from appliance.audience.tickets import Ticket
from appliance.config_house import TicketsTable
from appliance.errors import MatineeError
from appliance.model.door import Redemption, TicketAnswer
from lab.free_port import free_port
from lab.staff_room import until

PRETIX = "pretix==2026.8.0"
ENVIRONMENT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matinee-tests" / "pretix"
SEED = Path(__file__).with_name("pretix_seed.py")
SETTINGS = """
[pretix]
instance_name=lab
url=http://127.0.0.1:{port}
datadir={folder}
[database]
backend=sqlite3
[mail]
from=lab@example.org
"""


def secret(number: int) -> str:
    """What the code of ticket ``number`` says: of those 0 to 4 are paid, 5 is not, 6 is cancelled."""
    return f"s{number}Ab3dEf6hIj9kLmNo"


@dataclass
class PlayedShop:
    """Behaves as pretix does; the levers are ``away``, and who else redeems."""

    away: bool = False
    redeemed: dict[str, str] = field(default_factory=dict)
    """Position to the nonce that it is in by."""
    states: tuple[str, ...] = ("",) * 5 + ("not paid", "cancelled")
    gone: set[int] = field(default_factory=set)
    """Tickets whose position was cancelled, alone, in an order that stands: no list names them any more."""

    def cancel(self, number: int) -> None:
        self.gone.add(number)

    def tickets(self) -> Iterator[Ticket]:
        self._there()
        for number, state in enumerate(self.states):
            if number in self.gone:
                continue
            yield Ticket(f"Guest {number}", secret=secret(number), remote=str(number + 1), refusal=state)

    def redeem(self, redemption: Redemption) -> TicketAnswer:
        self._there()
        if redemption.annuls:
            known = self.redeemed.get(redemption.remote) == redemption.annuls
            if known:
                del self.redeemed[redemption.remote]
            reason = "" if known else "could not be taken back in the shop"
            return TicketAnswer(redemption.act, known, reason)
        if not redemption.remote.isdecimal() or int(redemption.remote) > len(self.states):
            return TicketAnswer(redemption.act, accepted=False, reason="unknown ticket")
        if not redemption.entered:
            self.redeemed.pop(redemption.remote, None)
            return TicketAnswer(redemption.act, accepted=True)
        state = self.states[int(redemption.remote) - 1]
        if state:
            return TicketAnswer(redemption.act, accepted=False, reason=state)
        nonce = self.redeemed.setdefault(redemption.remote, redemption.act)
        if nonce == redemption.act:
            return TicketAnswer(redemption.act, accepted=True)
        return TicketAnswer(redemption.act, accepted=False, reason="already redeemed")

    def _there(self) -> None:
        if self.away:
            raise MatineeError("tickets.away", fault="unplugged")


@dataclass(frozen=True)
class RealShop:
    """A pretix that runs."""

    settings: TicketsTable
    other_list: int
    """Of the same event: what config.toml may name by tomorrow."""
    folder: Path
    environment: dict[str, str]

    def cancel(self, number: int) -> None:
        """Cancel one position, as its organiser does in an order that stands."""
        words = f"OrderPosition.objects.filter(secret={secret(number)!r}).update(canceled=True)"
        program = (
            "from pretix.base.models import OrderPosition\nfrom django_scopes import scopes_disabled\n"
            f"with scopes_disabled():\n    {words}"
        )
        run = [_installed(), "-m", "pretix", "shell", "-c", program]
        subprocess.run(run, env=self.environment, cwd=self.folder, check=True, capture_output=True)


@contextmanager
def real_pretix(folder: Path) -> Iterator[RealShop]:
    """pretix itself, migrated and seeded, in ``folder``. Installed at the first use, which takes minutes."""
    python = _installed()
    port = free_port()
    settings = folder / "pretix.cfg"
    settings.write_text(SETTINGS.format(port=port, folder=folder))
    environment = {**os.environ, "PRETIX_CONFIG_FILE": str(settings)}
    run = [python, "-m", "pretix"]
    subprocess.run([*run, "migrate"], env=environment, cwd=folder, check=True, capture_output=True)
    seeding = [*run, "shell", "-c", f"exec(open({str(SEED)!r}).read())"]
    said = subprocess.run(seeding, env=environment, cwd=folder, check=True, capture_output=True, text=True)
    found = re.search(r"SEEDED (.+)", said.stdout)
    assert found, said.stdout
    seeded = json.loads(found[1])
    serving = [*run, "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"]
    url = f"http://127.0.0.1:{port}"
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(serving, env=environment, cwd=folder, stdout=log, stderr=log) as server,
    ):
        try:
            until(lambda: _answers(url), 300)
            table = TicketsTable("pretix", url, "harbour", "lights", seeded["list"], seeded["token"])
            yield RealShop(table, seeded["other_list"], folder, environment)
        finally:
            server.terminate()


def _installed() -> Path:
    python = ENVIRONMENT / "bin" / "python"
    done = ENVIRONMENT / PRETIX
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PRETIX], check=True)
        done.touch()
    return python


def _answers(url: str) -> bool:
    """Whether it serves at all: what it says of its own health is not ours to judge."""
    try:
        requests.get(f"{url}/api/v1/", timeout=5)
    except requests.RequestException:
        return False
    return True
