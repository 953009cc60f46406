"""Agents of the store as the queue machine knows them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.domain.agent import Reach
from ivr.runtime.groups.cards import card_of
from ivr.runtime.groups.times import from_ns
from ivr.runtime.ports.desk import AgentRow


def test_a_certificate_is_good_until_the_end_of_its_last_day_where_the_centre_is() -> None:
    row = AgentRow(
        "ayse",
        7,
        ("desk",),
        {"tr": 100},
        {"forex": "2026-11-30"},
        {"sip": "sip:ayse@phones"},
    )
    card = card_of(row, ZoneInfo("Europe/Istanbul"))
    assert (card.agent, card.number, card.skills) == ("ayse", 7, {"tr": 100})
    assert card.endpoints == {Reach.SIP: "sip:ayse@phones"}
    assert from_ns(card.certificates["forex"]) == datetime(2026, 11, 30, 21, 0, tzinfo=UTC)
