from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockTrust, HeldClock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.front.address import OwnAddress
from appliance.front.certificate import folder, judged, standing
from appliance.paths import Paths
from lab.authority import Authority

NAME = "cinema.example.org"


@pytest.fixture
def authority(clock: HeldClock) -> Authority:
    return Authority(clock.now())


@pytest.fixture
def roots(authority: Authority, tmp_path: Path) -> Path:
    return authority.roots(tmp_path / "roots.pem")


@pytest.fixture
def installed(authority: Authority, paths: Paths) -> Paths:
    key = authority.new_key()
    authority.install(folder(paths), authority.leaf(key, [NAME]), key)
    return paths


def refused(paths: Paths, clock: HeldClock, roots: Path | None) -> str:
    with pytest.raises(MatineeError) as fault:
        judged(folder(paths), clock.now(), clock.trust, roots)
    assert standing(paths, clock.now(), clock.trust, roots) is None
    return fault.value.key


def test_a_good_one_gives_the_pages_its_name(installed: Paths, clock: HeldClock, roots: Path) -> None:
    found = standing(installed, clock.now(), clock.trust, roots)
    assert found is not None
    assert found.name == NAME
    own = OwnAddress(installed, Config(), clock, roots)
    assert (own.portal(), own.staff(), own.trusted()) == (f"https://{NAME}", f"https://{NAME}:8443", True)
    assert NAME in own.names()


def test_without_one_pages_stay_at_plain_http(paths: Paths, clock: HeldClock) -> None:
    assert judged(folder(paths), clock.now(), clock.trust) is None
    own = OwnAddress(paths, Config(), clock)
    assert own.portal() == "http://127.0.0.1:8000"
    assert own.staff() == "https://matinee.internal:8443"
    assert not own.trusted()


def test_it_is_put_away_before_it_ends_and_when_the_clock_is_nobodys(
    installed: Paths, clock: HeldClock, roots: Path
) -> None:
    own = OwnAddress(installed, Config(), clock, roots)
    assert own.trusted()
    clock.trust = ClockTrust.NONE
    assert refused(installed, clock, roots) == "front.certificate_clock"
    clock.advance(31)
    assert not own.trusted()
    clock.trust = ClockTrust.TOLD
    clock.advance(timedelta(days=58, hours=1).total_seconds())
    assert refused(installed, clock, roots) == "front.certificate"
    clock.trust = ClockTrust.PROVEN
    assert own.trusted()
    clock.advance(timedelta(days=1).total_seconds())
    assert refused(installed, clock, roots) == "front.certificate"
    assert not own.trusted()


def test_nobody_trusts_an_authority_of_our_own(installed: Paths, clock: HeldClock) -> None:
    assert refused(installed, clock, None) == "front.certificate"


@pytest.mark.parametrize("fault", ["not yet", "over", "no between", "other key", "wildcard", "torn", "empty"])
def test_what_a_phone_would_warn_of_is_not_used(
    authority: Authority, paths: Paths, clock: HeldClock, roots: Path, fault: str
) -> None:
    key = authority.new_key()
    names = ["*.example.org"] if fault == "wildcard" else [NAME]
    begins = {"not yet": 1, "over": -70}.get(fault, -1)
    leaf = authority.leaf(key, names, begins_in=begins)
    stranger = authority.new_key() if fault == "other key" else key
    authority.install(folder(paths), leaf, stranger, whole=fault != "no between")
    chain = folder(paths) / "chain.pem"
    if fault == "torn":
        chain.write_bytes(chain.read_bytes()[:200])
    if fault == "empty":
        chain.write_bytes(b"")
    assert refused(paths, clock, roots) == "front.certificate"
