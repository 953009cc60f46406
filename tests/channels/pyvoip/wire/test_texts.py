"""The SIP that pyVoIP does not write itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.pyvoip.wire.texts import (
    Login,
    _hash,
    authorization,
    options_answer,
    terminated,
    with_authorization,
)
from tests.fakes.sip_phone import parse

MUFASA = Login("Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
RFC_7616 = {
    "realm": "http-auth@example.org",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "qop": "auth, auth-int",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
}
OPTIONS = (
    "OPTIONS sip:7001@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1\r\n"
    "Via: SIP/2.0/UDP 192.0.2.8\r\nMax-Forwards: 70\r\nFrom: <sip:pbx@192.0.2.9>;tag=a\r\n"
    "To: <sip:7001@192.0.2.1>\r\nCall-ID: x\r\nCSeq: 5 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_a_proof_is_that_of_the_standard(algorithm: str, response: str) -> None:
    line = authorization(RFC_7616 | {"algorithm": algorithm}, MUFASA, "GET", "/dir/index.html")
    assert f'response="{response}"' in line
    assert f'opaque="{RFC_7616["opaque"]}"' in line
    assert line.endswith("\r\n")


def test_a_challenge_of_the_old_form_gets_a_proof_of_the_old_form() -> None:
    line = authorization({"realm": "pbx", "nonce": "n"}, MUFASA, "REGISTER", "sip:pbx")
    ours, what = _hash("MD5", "Mufasa:pbx:Circle of Life"), _hash("MD5", "REGISTER:sip:pbx")
    whole = _hash("MD5", f"{ours}:n:{what}")
    assert f'response="{whole}"' in line
    assert "qop" not in line


def test_an_unknown_way_of_hashing_is_no_way() -> None:
    with pytest.raises(ValueError, match="SHA-512"):
        authorization(RFC_7616 | {"algorithm": "SHA-512-256"}, MUFASA, "GET", "/")


def test_our_proof_takes_the_place_of_the_other() -> None:
    text = "REGISTER x\r\nExpires: 1\r\nAuthorization: Digest old\r\nContent-Length: 0\r\n\r\n"
    assert with_authorization(text, "Authorization: Digest a\\1b\r\n") == (
        "REGISTER x\r\nExpires: 1\r\nAuthorization: Digest a\\1b\r\nContent-Length: 0\r\n\r\n"
    )


def test_a_call_given_up_is_answered_with_487() -> None:
    assert terminated("SIP/2.0 486 Busy Here\r\nTo: x\r\n").startswith("SIP/2.0 487 Request Term")


def test_a_question_whether_we_live_is_answered() -> None:
    answer = options_answer(OPTIONS.encode(), "b")
    assert answer is not None
    message = parse(answer)
    assert (message.status, message.to_tag, message["cseq"]) == (200, "b", "5 OPTIONS")
    assert len(message.headers["via"]) == 2
    assert "max-forwards" not in message.headers


@given(st.binary(max_size=300))
def test_what_is_no_question_is_not_answered(data: bytes) -> None:
    assert options_answer(data, "b") is None


def test_inside_a_dialog_the_tag_of_the_question_stays() -> None:
    inside = OPTIONS.replace("@192.0.2.1>\r\nCall", "@192.0.2.1>;tag=old\r\nCall")
    answer = options_answer(inside.encode(), "b")
    assert answer is not None
    assert parse(answer).to_tag == "old"
