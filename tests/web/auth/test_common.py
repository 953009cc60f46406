"""Which passwords guessers try early."""

from __future__ import annotations

import pytest

from ivr.web.auth.common import LEAST, common, folded, is_common


def test_the_list_is_long_and_holds_nothing_too_short_to_be_a_password() -> None:
    assert len(common()) > 10_000
    assert min(len(one) for one in common()) == LEAST
    assert all(one == folded(one) for one in common())


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "Galatasaray1905", "ŞİFRE12345678", "parola!2024parola!2024"),
        *("qwertyuiop12", "123456789012", "987654321098", "aaaaaaaaaaaa", "abcabcabcabc"),
        *("çağrımerkezi1", "abcdefghijkl", "mnbvcxzlkjhg", "1q2w3e4r5t6y", "qazwsxqazwsx12"),
    ],
)
def test_these_are_common(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    ["tarçın kokulu 7 vapur", "correct horse battery", "Kz8!mmp2Qx4r", "yağmurlu bir salı"],
)
def test_these_are_not(password: str) -> None:
    assert not is_common(password)
