from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.manifest.signing_minisign import MinisignSigner, MinisignVerifier, make_publish_key
from provisioning.cloud.publish_key import ensure_publish_key

SECRET, PUBLIC = make_publish_key()
SIGNER = MinisignSigner.parse(SECRET, "here")
CONTENT = b'{"a": "list"}'


def test_what_was_signed_is_known_by_its_key() -> None:
    signature = SIGNER.sign(CONTENT, "matinee index")
    other = make_publish_key()[1]
    assert MinisignVerifier([other, PUBLIC]).check(CONTENT, signature, "matinee index") == PUBLIC
    assert SIGNER.public_key == PUBLIC


@pytest.mark.parametrize(
    ("content", "keys", "purpose"),
    [
        (CONTENT + b" ", [PUBLIC], "matinee index"),
        (CONTENT, [make_publish_key()[1]], "matinee index"),
        (CONTENT, [], "matinee index"),
        (CONTENT, [PUBLIC], "matinee event.toml of small-evening"),
    ],
)
def test_other_words_other_keys_and_other_purposes_are_refused(
    content: bytes, keys: list[str], purpose: str
) -> None:
    signature = SIGNER.sign(CONTENT, "matinee index")
    with pytest.raises(MatineeError) as caught:
        MinisignVerifier(keys).check(content, signature, purpose)
    assert caught.value.key == "content.not_signed"


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
def test_a_signature_that_was_touched_is_none(at: int, junk: bytes) -> None:
    signature = SIGNER.sign(CONTENT, "matinee index")
    first_line = signature.index(b"\n")  # the untrusted comment: anyone may write there
    at = first_line + 1 + at % (len(signature) - first_line - 2)
    touched = signature[:at] + junk + signature[at + len(junk) :]
    if touched.split(b"\n")[1:] == signature.split(b"\n")[1:]:
        return
    with pytest.raises(MatineeError):
        MinisignVerifier([PUBLIC]).check(CONTENT, touched, "matinee index")


@given(st.binary(max_size=3000))
def test_nothing_else_is_a_signature(junk: bytes) -> None:
    with pytest.raises(MatineeError):
        MinisignVerifier([PUBLIC]).check(CONTENT, junk, "matinee index")


@pytest.mark.parametrize(
    "key",
    ["", "RW", "not a key", PUBLIC[:-4], "RWQ" + "A" * 53 + "é"],
    ids=["empty", "two letters", "words", "cut", "not ASCII"],
)
def test_what_is_no_key_is_said(key: str) -> None:
    with pytest.raises(MatineeError) as caught:
        MinisignVerifier([key])
    assert caught.value.key == "content.bad_key"


def test_debians_minisign_believes_what_we_sign(tmp_path: Path) -> None:
    signer = ensure_publish_key(tmp_path / "keys")
    (tmp_path / "index.json").write_bytes(CONTENT)
    (tmp_path / "index.json.minisig").write_bytes(signer.sign(CONTENT, "matinee index"))
    said = subprocess.run(
        ["minisign", "-V", "-p", tmp_path / "keys" / "publish.pub", "-m", tmp_path / "index.json"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "Trusted comment: matinee index" in said
    (tmp_path / "index.json").write_bytes(CONTENT + b" ")
    wrong = subprocess.run(
        ["minisign", "-V", "-P", signer.public_key, "-m", tmp_path / "index.json"],
        capture_output=True,
        check=False,
    )
    assert wrong.returncode != 0


def test_we_believe_what_debians_minisign_signs(tmp_path: Path) -> None:
    secret, public = tmp_path / "key", tmp_path / "key.pub"
    subprocess.run(["minisign", "-G", "-W", "-s", secret, "-p", public], check=True, capture_output=True)
    (tmp_path / "f").write_bytes(CONTENT)
    subprocess.run(
        ["minisign", "-S", "-W", "-s", secret, "-t", "matinee index", "-m", tmp_path / "f"],
        check=True, capture_output=True,
    )  # fmt: skip
    key = public.read_text("utf-8").splitlines()[1]
    signature = (tmp_path / "f.minisig").read_bytes()
    assert MinisignVerifier([key]).check(CONTENT, signature, "matinee index") == key
    assert MinisignSigner.parse(secret.read_bytes(), secret).public_key == key


def test_the_publish_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = ensure_publish_key(tmp_path / "keys")
    assert ensure_publish_key(tmp_path / "keys").public_key == first.public_key
    assert (tmp_path / "keys" / "publish.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "keys" / "publish.key").write_bytes(b"nothing")
    with pytest.raises(MatineeError) as caught:
        ensure_publish_key(tmp_path / "keys")
    assert caught.value.key == "content.bad_key"
