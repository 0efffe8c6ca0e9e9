"""A lost box's clips: trusted if they were surely signed before its key was withdrawn, else not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from appliance.audience.revocation import checked_names
from appliance.bucket.bucket_folder import FolderBucket
from appliance.capture.provenance.clip_key import clip_key_in
from appliance.capture.provenance.credentials import Credentials, Evening, Verdict, judged
from appliance.capture.provenance.provenance_c2pa import C2paSeal
from appliance.cli.root import matinee
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.revocations import clips_name, clips_withdrawn
from appliance.paths import Paths
from appliance.store.outbox import rfc3339
from cache.probe_av import AvProbe
from lab.house import make_house
from provisioning.cloud.box_certificates import certify_clips
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key

BOX = BoxId("lost")
EVENING = Evening("lost", "friday", "01CLIP", "landscape", "2026-11-20T21:00:00.000Z", "proven")
LATER = datetime(2026, 11, 22, 9, tzinfo=UTC)


def verified(paths: Paths, film: Path) -> tuple[int, str]:
    outcome = CliRunner().invoke(
        matinee, ["clip", "verify", "--json", str(film)], env={"MATINEE_ROOT": str(paths.root)}
    )
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome.exit_code, json.loads(outcome.output)["credentials"]["verdict"]


def test_what_a_lost_box_signs_after_it_was_withdrawn_is_not_trusted(
    paths: Paths, clock: HeldClock, tmp_path: Path
) -> None:
    organiser = tmp_path / "organiser"
    certify_clips(organiser, BOX, paths.ensure().keys)
    key = clip_key_in(paths.keys)
    assert key is not None
    film, films = make_house(tmp_path / "film.mp4", 1), {}
    for name, hours, trust in (("before", -1, "proven"), ("after", 1, "proven"), ("unsure", -1, "told")):
        films[name] = tmp_path / f"{name}.mp4"
        films[name].write_bytes(film.read_bytes())
        at = rfc3339(clock.now() + timedelta(hours=hours))
        evening = msgspec.structs.replace(EVENING, at=at, clock=trust)
        C2paSeal(key).sign(films[name], evening, None)
    signer = ensure_publish_key(organiser)
    paths.config_file.write_text(f'[content]\nkeys = ["{signer.public_key}"]\n')
    assert {name: verified(paths, path) for name, path in films.items()} == dict.fromkeys(
        films, (0, "trusted")
    )
    publisher = Publisher(FolderBucket(paths.root, "copy"), signer, AvProbe(), clock)
    (name,) = publisher.revoke(["clips:lost"])
    clock.advance(100)
    assert publisher.revoke(["clips:lost"]) == (name,), "said again, it holds since the first time"
    assert {name: verified(paths, path) for name, path in films.items()} == {
        "before": (0, "trusted"), "after": (1, "withdrawn"), "unsure": (1, "withdrawn"),
    }  # fmt: skip


def test_only_the_box_that_is_named_is_withdrawn_and_from_the_earliest_time() -> None:
    listed = (
        "key:abc",
        clips_name("lost", LATER),
        clips_name("lost", LATER - timedelta(days=1)),
        "clips:x@9",
    )
    assert clips_withdrawn(listed, "lost") == LATER - timedelta(days=1)
    assert clips_withdrawn(listed, "los") is None
    assert clips_withdrawn(listed, "x") is None


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-20", "2026-11-20T21:00:00"])
def test_a_time_that_is_none_or_has_no_zone_is_never_taken_for_later_than_it_is(at: str) -> None:
    said = Credentials(Verdict.TRUSTED, "lost", "org", msgspec.structs.replace(EVENING, at=at))
    expected = Verdict.TRUSTED if at.startswith("2026") else Verdict.WITHDRAWN
    assert judged(said, LATER).verdict is expected
    assert judged(replace(said, evening=None), LATER).verdict is Verdict.WITHDRAWN
    assert judged(said, None) is said


@pytest.mark.parametrize(
    "name", ["clips:", "clips:Lost@20261122T090000Z", "clips:lost@yesterday", "clips:lost@20261399T000000Z"]
)
def test_what_names_no_box_and_time_can_not_stand_in_the_list(name: str) -> None:
    with pytest.raises(MatineeError, match="can not be withdrawn"):
        checked_names([name])
