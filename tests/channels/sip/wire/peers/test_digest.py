"""The arithmetic of digests, with the examples of the RFCs."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.peers import digest
from ivr.channels.sip.wire.peers.digest import Proof

# RFC 7616 3.9.1
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
TOKENS = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, expected: str) -> None:
    secret = digest.ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life")
    proof = Proof(algorithm, NONCE, "GET", "/dir/index.html", "auth", "00000001", CNONCE)
    assert digest.response(secret, proof) == expected


def test_the_example_of_rfc_2617() -> None:
    secret = digest.ha1("MD5", "Mufasa", "testrealm@host.com", "Circle Of Life")
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    proof = Proof("MD5", nonce, "GET", "/dir/index.html", "auth", "00000001", "0a4f113b")
    assert digest.response(secret, proof) == "6629fae49393a05397450978507c4ef1"


def test_the_old_form_without_qop() -> None:
    secret = digest.ha1("MD5", "Mufasa", "testrealm@host.com", "Circle Of Life")
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    proof = Proof("MD5", nonce, "GET", "/dir/index.html")
    assert digest.response(secret, proof) == "670fd8c2df070c60b045671b8b24ff02"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('Digest realm="a", nonce=b', {"realm": "a", "nonce": "b"}),
        ('  digest  REALM = "a,b" ,nonce="x\\"y\\\\" , ', {"realm": "a,b", "nonce": 'x"y\\'}),
        ('Digest qop="auth,auth-int",stale=TRUE', {"qop": "auth,auth-int", "stale": "TRUE"}),
        ("Digest ,, a=b", {"a": "b"}),
        ("Digest a=", {"a": ""}),
        ("Basic abc=", None),
        ("Digest", None),
        ("", None),
        ("Digest a=b, a=c", None),
        ('Digest a="b', None),
        ('Digest a="b"c', None),
        ("Digest a", None),
        ("Digest a=b c=d", None),
        ("Digest a=b;c=d", {"a": "b;c=d"}),
    ],
)
def test_header_values_are_read(value: str, expected: dict[str, str] | None) -> None:
    assert digest.read(value) == expected


@pytest.mark.parametrize("piece", ['"', "\\", 'a="', ",", " ", 'a="b\\"', "=", "a=b,"])
def test_hostile_values_cost_linear_time(piece: str) -> None:
    """Ten times what a header may hold; at quadratic cost it would take minutes."""
    began_s = process_time()
    digest.read("Digest " + piece * (160_000 // len(piece)))
    assert process_time() - began_s < 1.0


@given(st.dictionaries(TOKENS, st.text("abc019/+=-_:.@", min_size=1, max_size=9), max_size=6))
def test_what_is_written_is_read_the_same(params: dict[str, str]) -> None:
    params = {name: value for name, value in params.items() if "," not in value}
    assert digest.read(digest.write(params) + " ") == params


def test_qop_is_quoted_in_a_challenge_and_never_in_an_answer() -> None:
    """RFC 7616 sections 3.3 and 3.4; linphone takes a challenge without the quotes for RFC 2069."""
    assert digest.write({"nonce": "n", "qop": "auth"}) == 'Digest nonce="n", qop="auth"'
    assert digest.write({"response": "r", "qop": "auth"}) == 'Digest response="r", qop=auth'


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_quoted_values_hold_any_text(text: str) -> None:
    assert digest.read(digest.write({"username": text, "nc": "1"})) == {"username": text, "nc": "1"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "MD5"),
        ({"algorithm": "md5"}, "MD5"),
        ({"algorithm": "sha-256"}, "SHA-256"),
        ({"algorithm": "MD5-sess"}, ""),
        ({"algorithm": "SHA-512-256"}, ""),
    ],
)
def test_the_algorithms_we_know(params: dict[str, str], expected: str) -> None:
    assert digest.algorithm_of(params) == expected
