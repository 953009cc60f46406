"""Senders, prices and alphabets as they may be written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def texts(written: str) -> Any:  # noqa: ANN401 - TextOptions
    source = f"zone: Europe/Istanbul\ntrunks:\n  a: {{provider: simulator, texts: {written}}}\n"
    trunk = load_config({"config.yaml": source.encode()}, {}, now=NOW).trunks["a"]
    return trunk.texts  # type: ignore[union-attr]


@pytest.mark.parametrize("sender", ["+905321112233", "3434", "BANKA", "Anadolu 1", "A&B Ltd."])
def test_numbers_and_names_send(sender: str) -> None:
    assert texts(f'{{sender: "{sender}"}}').sender == sender


@pytest.mark.parametrize("sender", ["", "0532 111 22 33", "+90", "LONGER THAN 11", "Ümit", "12"])
def test_what_no_provider_takes_does_not(sender: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml:3"):
        texts(f'{{sender: "{sender}"}}')


def test_the_rest_has_a_default() -> None:
    found = texts("{sender: BANKA}")
    assert (found.alphabet, found.expires, found.price) == ("gsm", 172_800.0, None)
    assert texts('{sender: BANKA, price: "0.351"}').price == Decimal("0.351")


@pytest.mark.parametrize(
    "more", ["price: much", 'price: "-1"', "price: nan", "alphabet: klingon", "expires: 30d"]
)
def test_what_means_nothing_is_told(more: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml:3"):
        texts(f"{{sender: BANKA, {more}}}")
