"""The newest list is believed from the moment it is read, whatever the card says."""

from __future__ import annotations

from pathlib import Path

from appliance.audience.revocation import KnownRevocations
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import INDEX_KEY, signature_key
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.model.revocations import Revocations
from lab.published import Organiser


class FullCard:
    """A shelf that refuses the first writes."""

    def __init__(self, refuses: int) -> None:
        self.refuses = refuses
        self.last = Revocations()

    def kept(self) -> Revocations:
        return self.last

    def keep(self, revocations: Revocations) -> None:
        if self.refuses:
            self.refuses -= 1
            raise MatineeError("store.not_saved", fault="full")
        self.last = revocations


def test_a_list_that_can_not_be_kept_is_believed_and_kept_at_a_later_call(
    tmp_path: Path, clock: HeldClock
) -> None:
    (tmp_path / "bucket").mkdir()
    bucket = FolderBucket(tmp_path / "bucket")
    organiser = Organiser(tmp_path / "organiser", bucket, clock)
    organiser.revoke("pass:01JDA7")
    copy = bucket.get(INDEX_KEY), bucket.get(signature_key(INDEX_KEY))
    card = FullCard(refuses=2)
    known = KnownRevocations(card, lambda: copy, MinisignVerifier((organiser.key,)))
    for kept in (False, False, True):
        assert "pass:01JDA7" in known().revoked
        assert ("pass:01JDA7" in card.last.revoked) is kept
