from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.audience import capability, signup
from appliance.audience.consent import Purpose, Wordings, purposes_from, sentences_of
from appliance.audience.four_words import FourWords
from appliance.audience.offers import ClaimResult, decide
from appliance.audience.pass_key import ensure_pass_key
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.paths import Paths


def test_unknown_consent_is_no() -> None:
    assert purposes_from({}) == set()
    assert purposes_from({"news": "on", "clips": "", "tracking": "yes"}) == set()
    assert purposes_from({"clips": "yes"}) == {Purpose.CLIPS}


@pytest.mark.parametrize("language", Wordings.shipped().languages)
def test_a_wording_is_archived_as_it_was_shown(language: str) -> None:
    wording = Wordings.shipped().newest(language, "Kino {x} & Söhne")
    assert wording.language == language
    assert sentences_of(wording.text) == wording.purposes
    assert "Kino {x} & Söhne" in wording.text
    assert wording.sha256 == Wordings.shipped().newest(language, "Kino {x} & Söhne").sha256
    assert wording.sha256 != Wordings.shipped().newest(language, "Someone else").sha256


def test_a_language_without_a_wording_is_asked_in_english() -> None:
    assert Wordings.shipped().newest("xx", "Club").language == "en"


@given(st.text(), st.text())
def test_a_form_is_parsed_or_refused_with_a_sentence_whatever_is_typed(name: str, email: str) -> None:
    fields = {"nonce": new_secret(), "name": name, "email": email}
    try:
        form = signup.parse(fields)
    except MatineeError as refused:
        assert refused.key in {"audience.name_too_long", "audience.bad_email"}
        return
    assert len(form.name) <= signup.LONGEST_NAME
    assert len(form.email) <= signup.LONGEST_EMAIL
    assert not set(form.name + form.email) & set("\r\n\0\u2028")
    assert form.name + form.email == "" or (form.name + form.email) not in repr(form) or len(form.name) < 30


@pytest.mark.parametrize(
    "email", ["a@b", "@example.org", "a b@example.org", "a@@example.org", "a@b..org", "x" * 260]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(MatineeError, match="e-mail"):
        signup.parse({"nonce": new_secret(), "email": email})


@pytest.mark.parametrize("email", ["", "a@example.org", "ünï@exämple.museum", "a+b@sub.example.co.uk"])
def test_what_may_be_an_address_is_taken(email: str) -> None:
    assert signup.parse({"nonce": new_secret(), "email": f"  {email} "}).email == email


def test_a_form_never_shows_what_was_typed() -> None:
    form = signup.parse({"nonce": new_secret(), "name": "Ada", "email": "ada@example.org"})
    assert "Ada" not in repr(form)
    assert "ada@" not in str(form)


def test_the_same_form_has_the_same_capability_and_no_other_has() -> None:
    nonces = [new_secret() for _ in range(100)]
    words = FourWords(b"k" * 32)
    of = {words.capability(capability.attendee_of(nonce)) for nonce in nonces}
    assert len(of) == 100
    assert words.capability(capability.attendee_of(nonces[0])) in of
    assert {len(name) for name in of} == {22}
    assert not of & {FourWords(b"K" * 32).capability(capability.attendee_of(nonce)) for nonce in nonces}


@given(st.booleans(), st.integers(1, 50), st.integers(0, 60), st.sampled_from([None, "a", "b"]))
def test_a_claim_is_never_given_beyond_the_stock_nor_taken_back(
    is_open: bool, stock: int, taken: int, held: str | None
) -> None:
    result = decide(is_open=is_open, stock=stock, taken=taken, held=held, nonce="a")
    if held is None and result is ClaimResult.CLAIMED:
        assert is_open
        assert taken < stock
    if held is not None:
        assert result is (ClaimResult.CLAIMED if held == "a" else ClaimResult.ALREADY)


def test_the_pass_key_is_made_once_and_private(paths: Paths) -> None:
    first = ensure_pass_key(paths)
    assert ensure_pass_key(paths).private_bytes_raw() == first.private_bytes_raw()
    (file,) = paths.keys.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_damaged_key_is_named_and_never_replaced(paths: Paths) -> None:
    (paths.keys / "passes.pem").write_bytes(b"torn")
    with pytest.raises(MatineeError, match=r"passes\.pem"):
        ensure_pass_key(paths)
    assert (paths.keys / "passes.pem").read_bytes() == b"torn"
