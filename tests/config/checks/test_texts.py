"""Trunks that only text are asked for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.config.load import load_config
from ivr.config.world import to_world

if TYPE_CHECKING:
    from tests.config.conftest import Problems

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
GATEWAY = """\
zone: Europe/Istanbul
trunks:
  gsm:
    provider: kannel
    sendsms: http://127.0.0.1:13013/cgi-bin/sendsms
    username: ivr
    password: "${env:P}"
    secret: "${env:P}"
    texts: {sender: "3434"%s}
%s"""


@pytest.mark.parametrize(
    ("alphabet", "more", "told"),
    [
        ("", 'numbers: {"+908502220000": {flow: f, trunks: [gsm]}}\n', "takes no calls"),
        ("", "dial: {trunk: gsm}\n", "takes no calls"),
        (", alphabet: turkish", "", "does not send the Turkish shift table"),
    ],
)
def test_a_gateway_is_no_telephone(problems: Problems, alphabet: str, more: str, told: str) -> None:
    found = problems(GATEWAY % (alphabet, more), {"P": "x"})
    assert [line for line in found if "C133 error" in line and told in line]


def test_a_gateway_that_only_texts_is_right() -> None:
    written = GATEWAY % ("", 'numbers: {"+908502220000": {flow: f}}\n')
    config = load_config({"config.yaml": written.encode()}, {"P": "x"}, now=NOW)
    assert to_world(config, NOW).trunks == {}
