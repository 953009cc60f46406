"""Error codes are a promise to scripts: kebab-case, one per error, never shared."""

from __future__ import annotations

import re
from collections import Counter

from ivr.domain import errors

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def every_error() -> list[type[errors.IvrError]]:
    """All errors that the domain names, the root first."""
    found = [value for value in vars(errors).values() if isinstance(value, type)]
    return [each for each in found if issubclass(each, errors.IvrError)]


def test_codes_are_kebab_case() -> None:
    assert [each.code for each in every_error() if not KEBAB.fullmatch(each.code)] == []


def test_no_two_errors_share_a_code() -> None:
    codes = Counter(each.code for each in every_error())
    assert [code for code, times in codes.items() if times > 1] == []


def test_every_error_writes_its_own_code_and_sentence() -> None:
    silent = [
        each.__name__ for each in every_error() if "code" not in vars(each) or not each.__doc__
    ]
    assert silent == []


def test_request_errors_carry_a_client_status() -> None:
    wrong = [
        each
        for each in every_error()
        if issubclass(each, errors.RequestError) and not 400 <= each.status < 500
    ]
    assert wrong == []
