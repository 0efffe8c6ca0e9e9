"""Passes of one organiser's boxes: taken everywhere without a network, and nothing else is."""

from __future__ import annotations

import json
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.audience.certificate import certified, certify_pass_key
from appliance.audience.pass_key import ensure_pass_key
from appliance.audience.pass_reader import PassReader, pass_in
from appliance.audience.passes import Passes, PassKind, PassStatement
from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId, EventId
from appliance.model.revocations import Revocations
from appliance.paths import Paths
from lab.organiser_root import PassBox, pass_box

AT = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
WHO, EVENT = AttendeeId("01JDA7"), EventId("harbour-lights")


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> tuple[PassBox, PassBox, PassBox]:
    """Two boxes of one organiser that never met, and one of another."""
    folder = tmp_path_factory.mktemp("boxes")
    ours, theirs = folder / "organiser", folder / "someone-else"
    return pass_box(folder, ours, "a"), pass_box(folder, ours, "b"), pass_box(folder, theirs, "x")


def refusal(reader: PassReader, text: str) -> str:
    with pytest.raises(MatineeError) as refused:
        reader.read(text)
    return refused.value.key


def test_a_pass_made_at_box_a_is_taken_at_box_b_that_never_heard_of_it(
    boxes: tuple[PassBox, PassBox, PassBox],
) -> None:
    a, b, _ = boxes
    stated = b.reader().read(a.passes().issue(WHO, EVENT, AT))
    assert (stated.box, stated.attendee, stated.event, stated.at) == ("a", WHO, EVENT, AT)


def test_a_pass_of_another_organiser_is_called_foreign(boxes: tuple[PassBox, PassBox, PassBox]) -> None:
    a, b, x = boxes
    text = x.passes().issue(WHO, EVENT, AT)
    assert refusal(a.reader(), text) == "audience.foreign_pass"
    assert refusal(b.reader(), text) == "audience.foreign_pass"
    assert refusal(x.reader(), a.passes().issue(WHO, EVENT, AT)) == "audience.foreign_pass"


def test_a_stolen_certificate_does_not_make_a_pass(boxes: tuple[PassBox, PassBox, PassBox]) -> None:
    a, b, x = boxes
    certificate = a.passes().issue(WHO, EVENT, AT).partition("~")[2]
    forger = Passes(BoxId("a"), ensure_pass_key(x.paths), certificate)
    assert refusal(b.reader(), forger.issue(WHO, EVENT, AT)) == "audience.not_our_pass"


def test_a_box_can_not_speak_for_another_one(boxes: tuple[PassBox, PassBox, PassBox]) -> None:
    a, b, _ = boxes
    certificate = a.passes().issue(WHO, EVENT, AT).partition("~")[2]
    liar = Passes(BoxId("c"), ensure_pass_key(a.paths), certificate)
    assert refusal(b.reader(), liar.issue(WHO, EVENT, AT)) == "audience.not_our_pass"


def test_once_the_list_is_known_passes_of_a_withdrawn_key_are_refused(
    boxes: tuple[PassBox, PassBox, PassBox],
) -> None:
    a, b, _ = boxes
    text = a.passes().issue(WHO, EVENT, AT)
    knowing = PassBox(b.paths, b.box, revoked=Revocations(1, AT, frozenset({f"key:{a.key_id}"})))
    assert b.reader().read(text).attendee == WHO
    assert refusal(knowing.reader(), text) == "audience.pass_revoked"
    assert knowing.reader().read(b.passes().issue(WHO, EVENT, AT)).box == "b"


def test_once_the_list_is_known_one_withdrawn_pass_is_refused_and_its_neighbours_are_not(
    boxes: tuple[PassBox, PassBox, PassBox],
) -> None:
    a, b, _ = boxes
    knowing = PassBox(b.paths, b.box, revoked=Revocations(1, AT, frozenset({f"pass:{WHO}"})))
    assert refusal(knowing.reader(), a.passes().issue(WHO, EVENT, AT)) == "audience.pass_revoked"
    assert knowing.reader().read(a.passes().issue(AttendeeId("01JDA8"), EVENT, AT)).box == "a"


def test_a_pass_that_ran_out_is_refused_only_by_a_time_that_is_sure(
    boxes: tuple[PassBox, PassBox, PassBox],
) -> None:
    a, b, _ = boxes
    member = PassStatement(a.box, EVENT, WHO, AT, PassKind.TIER, tier="Friend", expires=AT)
    text = a.passes().sign(member)
    later, epoch = AT + timedelta(days=1), datetime(1970, 1, 1, tzinfo=UTC)
    for now, trust, list_of, refused in (
        (later, ClockTrust.PROVEN, epoch, True),
        (later, ClockTrust.TOLD, epoch, True),
        (AT, ClockTrust.PROVEN, epoch, False),
        (later, ClockTrust.NONE, epoch, False),
        (epoch, ClockTrust.NONE, later, True),
        (epoch, ClockTrust.NONE, AT, False),
    ):
        reader = PassBox(b.paths, b.box, HeldClock(now, trust), Revocations(1, list_of)).reader()
        if refused:
            assert refusal(reader, text) == "audience.pass_expired"
            with pytest.raises(MatineeError, match=f"{AT:%Y-%m-%d}"):  # read alike in every language
                reader.read(text)
        else:
            assert reader.read(text).tier == "Friend"


def test_a_box_at_1970_takes_every_pass_that_is_real(boxes: tuple[PassBox, PassBox, PassBox]) -> None:
    a, b, _ = boxes
    reader = PassBox(b.paths, b.box, HeldClock(datetime(1970, 1, 1, tzinfo=UTC), ClockTrust.NONE)).reader()
    for at in (datetime(1970, 1, 1, tzinfo=UTC), AT, datetime(2099, 1, 1, tzinfo=UTC)):
        assert reader.read(a.passes().issue(WHO, EVENT, at)).at == at


def test_a_box_that_was_not_paired_knows_its_own_passes_and_no_others(
    boxes: tuple[PassBox, PassBox, PassBox], paths: Paths
) -> None:
    alone = PassBox(paths, BoxId("alone"))
    text = alone.passes().issue(WHO, EVENT, AT)
    assert "~" not in text
    assert alone.reader().read(text).attendee == WHO
    assert refusal(boxes[0].reader(), text) == "audience.not_our_pass"
    assert refusal(alone.reader(), boxes[0].passes().issue(WHO, EVENT, AT)) == "audience.foreign_pass"


def test_a_pass_from_before_the_pairing_stays_good_at_its_own_box(paths: Paths, tmp_path: Path) -> None:
    before = PassBox(paths, BoxId("box")).passes().issue(WHO, EVENT, AT)
    paired = pass_box(tmp_path, tmp_path / "organiser", "box")
    assert paired.paths == paths
    assert "~" in paired.passes().issue(WHO, EVENT, AT)
    assert paired.reader().read(before).attendee == WHO


@given(
    kind=st.sampled_from(PassKind),
    stamps=st.integers(0, 10_000),
    tier=st.text(st.characters(categories=["L", "N", "Zs"]), max_size=40),
    by=st.none() | st.just(AttendeeId("01JDZZ")),
    seconds=st.integers(0, 4_000_000_000),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_box_states_the_other_reads_the_same(
    boxes: tuple[PassBox, PassBox, PassBox],
    kind: PassKind, stamps: int, tier: str, by: AttendeeId | None, seconds: int,
) -> None:  # fmt: skip
    a, b, _ = boxes
    at = datetime.fromtimestamp(seconds, UTC)
    statement = PassStatement(a.box, EVENT, WHO, at, kind, stamps, tier, by)
    assert b.reader().read(a.passes().sign(statement)) == statement


@given(place=st.integers(0, 10_000), put=st.sampled_from("AZaz09-_.~%="))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_letter_of_a_pass_can_be_changed(
    boxes: tuple[PassBox, PassBox, PassBox], place: int, put: str
) -> None:
    """But for the spare bits of base64's last letters, which state nothing."""
    a, b, _ = boxes
    text = a.passes().issue(WHO, EVENT, AT)
    place %= len(text)
    changed = text[:place] + put + text[place + 1 :]
    try:
        stated = b.reader().read(changed)
    except MatineeError as refused:
        assert refused.key in {"audience.not_our_pass", "audience.foreign_pass"}
        return
    assert _bytes(changed) == _bytes(text)
    assert stated == a.reader().read(text)


@given(st.text(max_size=300) | st.from_regex(r"[\w-]{0,80}\.[\w-]{0,80}\.[\w-]{0,80}(~[\w.-]{0,200})?"))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_scanned_is_refused_with_a_sentence(
    boxes: tuple[PassBox, PassBox, PassBox], text: str
) -> None:
    assert refusal(boxes[1].reader(), pass_in(text)) in {"audience.not_our_pass", "audience.foreign_pass"}


def test_every_other_way_to_sign_is_refused(boxes: tuple[PassBox, PassBox, PassBox]) -> None:
    a, b, _ = boxes
    certificate = a.passes().issue(WHO, EVENT, AT).partition("~")[2]
    claims = {"iss": "a", "evt": EVENT, "sub": WHO, "iat": 1, "kind": "signed_up"}
    key, other = ensure_pass_key(a.paths), ec.generate_private_key(ec.SECP256R1())
    for text in (
        jwt.encode(claims, "", "none"),
        jwt.encode(claims, "k" * 32, "HS256"),
        jwt.encode(claims, other, "ES256"),
        jwt.encode({**claims, "kind": "steward"}, key, "EdDSA"),
        jwt.encode({**claims, "stamps": -1}, key, "EdDSA"),
        jwt.encode({**claims, "stamps": True}, key, "EdDSA"),
        jwt.encode({**claims, "sub": ""}, key, "EdDSA"),
        jwt.encode({**claims, "sub": 7}, key, "EdDSA"),
        jwt.encode({**claims, "tier": ["x"]}, key, "EdDSA"),
        jwt.encode({**claims, "iat": 1e300}, key, "EdDSA"),
        jwt.encode({"iss": "a"}, key, "EdDSA"),
    ):
        assert refusal(b.reader(), f"{text}~{certificate}") == "audience.not_our_pass"
    own = certify_pass_key(a.box, key.public_key(), other)
    good = a.passes().issue(WHO, EVENT, AT).partition("~")[0]
    assert refusal(b.reader(), f"{good}~{own}") == "audience.foreign_pass"
    assert refusal(b.reader(), "x" * 3000) == "audience.not_our_pass"


def test_an_address_is_as_good_as_the_bare_pass(boxes: tuple[PassBox, PassBox, PassBox]) -> None:
    text = boxes[0].passes().issue(WHO, EVENT, AT)
    for scanned in (text, f" {text}\r\n", f"http://box.test/p/{text}", f"https://x/p/{text}?lang=ar#top"):
        assert pass_in(scanned) == text


def test_a_pass_fits_a_code_that_phones_read_from_a_screen(boxes: tuple[PassBox, PassBox, PassBox]) -> None:
    from webui.look.qr import qr  # noqa: PLC0415 only here

    box = Passes(BoxId("harbour-01"), ensure_pass_key(boxes[0].paths), boxes[0].passes().sign(
        PassStatement(boxes[0].box, EVENT, WHO, AT)).partition("~")[2])  # fmt: skip
    text = box.issue(AttendeeId("01JDA7QK3Z8Y5W2V1T0S9R8Q7P"), EventId("harbour-lights-2026"), AT)
    modules = int(str(qr(f"http://matinee.internal/p/{text}")).split()[3])
    assert modules <= 85 + 8  # version 17 and its quiet zone


def test_a_certificate_of_another_key_or_a_damaged_one_stops_the_box_with_the_file_named(
    boxes: tuple[PassBox, PassBox, PassBox], paths: Paths, tmp_path: Path
) -> None:
    box = pass_box(paths.root.parent, tmp_path / "organiser", "box")
    file = paths.keys / "passes.jwt"
    good = file.read_text()
    for wrong in ("torn", good[:-9], boxes[0].paths.keys.joinpath("passes.jwt").read_text()):
        file.write_text(wrong)
        with pytest.raises(MatineeError, match=r"passes\.jwt"):
            box.passes()
    file.write_text(good)
    with pytest.raises(MatineeError, match=r"passes\.jwt"):
        certified(paths, BoxId("another"), ensure_pass_key(paths).public_key())
    assert stat.S_IMODE((paths.keys / "passes.pem").stat().st_mode) == 0o600


def _bytes(text: str) -> list[object]:
    """What the parts of a pass say, whatever their spelling."""
    parts = [part for whole in text.split("~") for part in whole.split(".")]
    plain = [urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
    return [json.loads(part) if part.startswith(b"{") else urlsafe_b64encode(part) for part in plain]
