"""A program of the organiser's hears of each fact, once by its id, signed, fresh, and never of a name."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance import config
from appliance.clock import ClockTrust, HeldClock
from appliance.config import Config, HookTable
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.sync.hook_standard import signature
from appliance.sync.hooks import make_hooks
from lab.hook_receiver import Inbox, hook_receiver
from lab.outbox_owners import Owners

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@pytest.fixture
def owners(paths: Paths, clock: HeldClock) -> Iterator[Owners]:
    made = Owners(paths, clock=clock)
    yield made
    made.close()


@pytest.fixture
def inbox(clock: HeldClock) -> Inbox:
    return Inbox(KEY, clock.now().timestamp())


def hook(paths: Paths, clock: HeldClock, url: str, *facts: str) -> Callable[[], None]:
    """As after a start of the service: tell until there is nothing left. Raises what telling does."""
    (thread,) = make_hooks(paths, Config(hooks=(HookTable("crm", url, SECRET, facts),)), clock)

    def tell() -> None:
        while thread._step():  # noqa: SLF001 what its thread repeats
            pass

    return tell


def test_the_signature_is_that_of_the_specifications_own_library() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("seed", [1, 2])
def test_bad_days_and_restarts_on_both_sides_leave_each_fact_told_once(
    owners: Owners, inbox: Inbox, paths: Paths, clock: HeldClock, seed: int
) -> None:
    luck = random.Random(seed)  # noqa: S311 no secret
    inbox.moods = [luck.choice(["forgetful", "broken", "moved", ""]) for _ in range(15)] + ["forgetful"]
    written = []
    with hook_receiver(inbox) as url:
        hook(paths, clock, url)()
        for _ in range(60):
            whose = luck.choices([Service.PORTAL, Service.SHOW], k=luck.randint(0, 2))
            written += [owners.fact(owner=owner) for owner in whose]
            clock.advance(400)  # back-off; what was signed before is old by now
            inbox.now = clock.now().timestamp()
            with suppress(MatineeError):
                hook(paths, clock, url)()
        hook(paths, clock, url)()
    assert written
    assert set(inbox.taken) == set(written)
    assert inbox.refused == 0
    assert inbox.doubles > 0


def test_whoever_sends_again_what_they_overheard_is_not_believed_for_long(
    owners: Owners, inbox: Inbox, paths: Paths, clock: HeldClock
) -> None:
    with hook_receiver(inbox) as url:
        tell = hook(paths, clock, url)
        fact = owners.fact("drop_claimed", drop="poster")
        tell()
    ((heads, body),) = inbox.heard
    assert inbox.take(heads, body) == 204  # at once: the same id, so it changes nothing
    assert inbox.take(heads | {"webhook-id": "another"}, body) == 401
    assert inbox.take(heads, body.replace(b"poster", b"shirts")) == 401
    inbox.now += 301
    assert inbox.take(heads, body) == 401
    told = inbox.taken[fact]
    assert (told["type"], told["data"]["drop"], told["data"]["id"]) == ("drop_claimed", "poster", fact)
    assert list(inbox.taken) == [fact]


def test_it_hears_of_what_was_asked_for_from_then_on_and_of_no_person(
    owners: Owners, inbox: Inbox, paths: Paths, clock: HeldClock
) -> None:
    owners.fact("drop_claimed")  # long before
    with hook_receiver(inbox) as url:
        tell = hook(paths, clock, url, "drop_*", "signed_up")
        mine = {owners.fact("drop_released"), owners.fact("signed_up", Service.PORTAL)}
        owners.person("a sealed name")
        owners.fact("item_entered")
        tell()
        tell()
    assert set(inbox.taken) == mine
    assert inbox.posts == 2
    assert "sealed name" not in json.dumps(inbox.taken)


def test_without_the_time_nothing_leaves_and_everything_does_later(
    owners: Owners, inbox: Inbox, paths: Paths, clock: HeldClock
) -> None:
    with hook_receiver(inbox) as url:
        tell = hook(paths, clock, url)
        fact = owners.fact()
        clock.trust = ClockTrust.NONE
        with pytest.raises(MatineeError, match="until this box knows the time"):
            tell()
        assert inbox.posts == 0
        clock.trust = ClockTrust.PROVEN
        tell()
    assert list(inbox.taken) == [fact]


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://crm.example.org/x", SECRET, "in the clear"),
        ("ftp://crm.example.org/x", SECRET, "in the clear"),
        ("https://crm.example.org/x", "whsec_c2hvcnQ=", "openssl rand"),
        ("https://crm.example.org/x", "not base64!", "openssl rand"),
    ],
)
def test_settings_that_can_not_be_meant_are_said(
    paths: Paths, clock: HeldClock, url: str, secret: str, words: str
) -> None:
    with pytest.raises(MatineeError, match=words):
        make_hooks(paths, Config(hooks=(HookTable("crm", url, secret),)), clock)


def test_config_toml_has_them_as_a_list_and_no_two_of_one_name(paths: Paths, clock: HeldClock) -> None:
    text = "\n".join(f'[[hooks]]\nname = "crm"\nurl = "https://a.example"\nsecret = "{SECRET}"' for _ in "ab")
    Path(paths.config_file).write_text(text, "utf-8")
    with pytest.raises(MatineeError, match=r"Two .* called crm"):
        make_hooks(paths, config.load(paths), clock)
