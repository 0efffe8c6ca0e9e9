"""Cut at any moment on either side, box, line or server: nothing is missing, and nothing double."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from appliance.dev.object_store import ObjectStore
from appliance.paths import Paths
from lab.fault_proxy import FaultProxy
from lab.push_rounds import BOX, LINE, SERVER, Rounds


def played(rounds: Rounds, many: int, tmp_path: Path) -> None:
    rounds.play(many)
    rounds.end()
    found = rounds.found(tmp_path / "read")
    assert set(found.rows) == rounds.owners.written
    assert not found.double
    assert rounds.clips_as_they_were(tmp_path / "clips")
    rounds.owners.close()


def port(store: ObjectStore) -> int:
    return int(store.endpoint.rpartition(":")[2])


def test_a_few_rounds(paths: Paths, tmp_path: Path, object_store: ObjectStore) -> None:
    with FaultProxy(port(object_store)) as line:
        rounds = Rounds(paths, object_store, line, clip_each=4, server_each=1000)
        played(rounds, 8, tmp_path)
    assert rounds.cuts.total() >= 4, "the lever must really cut"
    assert rounds.clips


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_five_hundred_rounds(paths: Paths, tmp_path: Path) -> None:
    with ObjectStore(tmp_path / "store") as store, FaultProxy(port(store)) as line:
        rounds = Rounds(paths, store, line)
        played(rounds, 500, tmp_path)
    assert rounds.cuts[BOX] >= 100
    assert rounds.cuts[LINE] >= 50
    assert rounds.cuts[SERVER] >= 5


def test_without_an_idempotency_id_it_is_caught(
    paths: Paths, tmp_path: Path, object_store: ObjectStore
) -> None:
    """The mutant: each attempt has a name of its own, so what was put and not noted is there twice."""
    with FaultProxy(port(object_store)) as line:
        rounds = Rounds(paths, object_store, line, forgetful=True)
        row = rounds.owners.fact()
        assert rounds.push("after") == -signal.SIGKILL
        rounds.end()
        assert rounds.found(tmp_path / "read").double == {row}
    rounds.owners.close()
