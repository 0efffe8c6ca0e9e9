"""The address of a pass opens it, so it lies nowhere on the card: only its hash does."""

from __future__ import annotations

from appliance.audience.capability import stored
from appliance.paths import Paths
from lab.audience import Phone
from lab.canaries import files_under


def test_no_address_of_a_pass_lies_on_the_card(phone: Phone, paths: Paths) -> None:
    capability = phone.capability(name="Ada")
    content = b"".join(data for _, data in files_under(paths.root))
    assert stored(capability).encode() in content or bytes.fromhex(stored(capability)) in content
    assert capability.encode() not in content
