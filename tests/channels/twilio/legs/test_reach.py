"""Whom the provider can ring up, and how he is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.twilio.legs.reach import Target, target, target_of
from ivr.config.load import load_config
from ivr.domain.call import LegId
from ivr.domain.commands import Dial
from ivr.runtime.memory.clock import START
from tests.fakes.twilio_floor import lay_out

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("address", "to", "is_number"),
    [
        ("+905551000001", "+905551000001", True),
        ("tel:+905551000001", "+905551000001", True),
        ("0555 100 00 01", "+905551000001", True),
        ("sip:ayse@phones.example", "sip:ayse@phones.example", False),
        ("client:ayse", "client:ayse", False),
    ],
)
def test_numbers_sip_addresses_and_clients(address: str, to: str, *, is_number: bool) -> None:
    assert target(address, "TR") == Target(to, is_number)


@pytest.mark.parametrize("address", ["", "sim:ayse", "ayse", "tel:", "http://x"])
def test_what_the_provider_cannot_reach(address: str) -> None:
    assert target(address, "TR") is None


def test_a_place_is_reached_by_its_number_in_the_language_or_its_sip_address(
    tmp_path: Path,
) -> None:
    written = '\n  spoken: {number: {tr: "+902125550001", en: "+902125550002"}}'
    path = lay_out(tmp_path, {"\nplaces:": f"\nplaces:{written}"})
    config = load_config(path, {}, now=START)

    def reached(place: str, language: str = "") -> Target | None:
        return target_of(Dial(other=LegId(2), place=place, language=language), config)

    assert reached("boss") == Target("+902125550001", is_number=True)
    assert reached("spoken", "en") == Target("+902125550002", is_number=True)
    assert reached("spoken", "de") is None
    assert reached("nowhere") is None
