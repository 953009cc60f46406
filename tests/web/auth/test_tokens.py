"""What is kept instead of a token."""

from __future__ import annotations

from ivr.web.auth.tokens import digest


def test_a_digest_is_sha_256_in_hex() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_any_text_has_one() -> None:
    assert len(digest("\ud800")) == 64
