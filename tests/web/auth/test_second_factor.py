"""Codes of authenticator apps: the vectors of RFC 4226 and RFC 6238, one step of tolerance."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from ivr.domain.errors import ReplayError
from ivr.runtime.memory.clock import START
from ivr.runtime.sealing import MasterKeys
from ivr.web.auth.second_factor import (
    code_at,
    enrolment,
    is_secret,
    matching_step,
    needed,
    new_secret,
    sealed,
    step_of,
    unsealed,
)

RFC = base64.b32encode(b"12345678901234567890").decode()
HOTP = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]


@pytest.mark.parametrize(("count", "code"), list(enumerate(HOTP)))
def test_rfc_4226_appendix_d(count: int, code: str) -> None:
    assert code_at(RFC, count) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert code_at(RFC, step_of(at), digits=8) == code


@pytest.mark.parametrize(
    ("late", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_one_step_to_either_side(late: int, good: bool) -> None:
    code = code_at(RFC, step_of(START) + late)
    step = matching_step(RFC, code, START, 0)
    assert (step == step_of(START) + late) if good else step is None


def test_a_code_opens_once_and_none_before_it_opens_later() -> None:
    now = step_of(START)
    code = code_at(RFC, now)
    assert matching_step(RFC, code, START, now - 1) == now
    assert matching_step(RFC, code, START, now) is None
    assert matching_step(RFC, code_at(RFC, now - 1), START, now) is None
    assert matching_step(RFC, code_at(RFC, now + 1), START + timedelta(seconds=30), now) == now + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "ａｂｃ", "１２３４５６"])
def test_anything_else_is_no_code(code: str) -> None:
    assert matching_step(RFC, code, START, 0) is None


def test_spaces_do_not_matter() -> None:
    code = code_at(RFC, step_of(START))
    assert matching_step(RFC, f"{code[:3]} {code[3:]}", START, 0) is not None


def test_a_secret_is_160_bits_that_an_app_can_read() -> None:
    secret = new_secret()
    assert is_secret(secret)
    assert len(base64.b32decode(secret)) == 20
    assert new_secret() != secret
    uri = enrolment("ayşe", secret)
    assert uri.startswith("otpauth://totp/IVR%3Aay%C5%9Fe?secret=")
    assert uri.endswith("&issuer=IVR&digits=6&period=30")


@pytest.mark.parametrize("text", ["", "JBSWY3DP", "0" * 32, "a" * 32])
def test_other_texts_are_no_secrets(text: str) -> None:
    assert not is_secret(text)


def test_a_secret_is_kept_sealed() -> None:
    keys = MasterKeys(b"k" * 32)
    kept = sealed(keys, RFC)
    assert RFC not in kept
    assert unsealed(keys, kept) == RFC
    with pytest.raises(ReplayError):
        unsealed(MasterKeys(b"x" * 32), kept)
    with pytest.raises(ReplayError):
        unsealed(keys, "never sealed")


def test_roles_with_power_need_it() -> None:
    assert needed(("agent", "supervisor"))
    assert needed(("admin",))
    assert needed(("auditor",))
    assert not needed(("agent", "quality"))
