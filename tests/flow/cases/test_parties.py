"""Whom a virtual call rings up does what the test says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.domain.call import Cause, EndedBy, LegId, Turn
from ivr.domain.commands import Close, Dial, HangUp, Refer
from ivr.domain.events import (
    Event,
    HoldAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    ReferSettled,
    TransferAsked,
)
from ivr.domain.queue import OfferId
from ivr.flow.cases.parties import ANSWERS_MS, RINGS_MS, Parties

TWO = LegId(2)
DIAL = Dial(other=TWO, place="desk", ring_s=20.0)
RING = LegRinging(leg=TWO)


def come(parties: Parties, until_ms: int = 100_000) -> list[tuple[int, Event]]:
    """Everything that comes by itself, with its time."""
    found = []
    while (due := [at_ms for at_ms in parties.due() if at_ms <= until_ms]) and (
        event := parties.take(min(due))
    ):
        found.append((min(due), event))
    return found


@pytest.mark.parametrize(
    ("fate", "comes"),
    [
        ("busy", [(1000, LegFailed(leg=TWO, cause=Cause.BUSY))]),
        ("failed", [(RINGS_MS, LegFailed(leg=TWO, cause=Cause.UNREACHABLE))]),
        ("noanswer", [(RINGS_MS, RING), (20_000, LegFailed(leg=TWO, cause=Cause.NO_ANSWER))]),
        ("answers", [(RINGS_MS, RING), (ANSWERS_MS, LegAnswered(leg=TWO))]),
    ],
)
def test_a_place_has_the_fate_that_the_test_gives_it(
    fate: str, comes: list[tuple[int, Event]]
) -> None:
    parties = Parties({"desk": fate})
    parties.carry_out(DIAL, 0)
    assert parties.rings
    assert come(parties) == comes
    assert (parties.rings, parties.talks) == (False, fate == "answers")


def test_a_place_without_a_fate_answers() -> None:
    parties = Parties({})
    parties.carry_out(DIAL, 0)
    come(parties)
    assert parties.talks


def test_who_is_rung_up_may_answer_or_refuse_sooner() -> None:
    for act, event in (
        ("answers", LegAnswered(leg=TWO)),
        ("rejects", LegFailed(leg=TWO, cause=Cause.REJECTED)),
    ):
        parties = Parties({"desk": "noanswer"})
        parties.carry_out(DIAL, 0)
        assert parties.act(act, "", 900) == event
        assert (come(parties), parties.talks) == ([], act == "answers")


def test_who_talks_may_hold_transfer_and_hang_up() -> None:
    parties = Parties({})
    parties.carry_out(DIAL, 0)
    come(parties)
    assert parties.act("holds", "", 9000) == HoldAsked(leg=TWO)
    assert parties.act("transfers", "shop", 9000) == TransferAsked(leg=TWO, address="shop")
    assert parties.act("hangs_up", "", 9000) == LegEnded(leg=TWO, by=EndedBy.AGENT)
    assert not parties.talks


def test_talks_end_by_themselves_where_they_shall() -> None:
    parties = Parties({}, talks_ms=5000)
    parties.carry_out(DIAL, 0)
    assert come(parties)[-1] == (ANSWERS_MS + 5000, LegEnded(leg=TWO, by=EndedBy.AGENT))
    assert not parties.talks


def test_a_leg_that_is_hung_up_says_nothing_more() -> None:
    parties = Parties({})
    parties.carry_out(DIAL, 0)
    parties.carry_out(HangUp(leg=TWO), 0)
    assert (come(parties), parties.rings) == ([], False)


def test_who_is_given_up_rings_no_more() -> None:
    parties = Parties({})
    parties.carry_out(replace(DIAL, turn=Turn(4)), 0)
    parties.carry_out(Close(turn=Turn(4)), 0)
    assert (come(parties), parties.rings) == ([], False)


def test_an_agent_rings_until_the_test_says_so_and_nobody_waits_for_him() -> None:
    parties = Parties({})
    parties.carry_out(replace(DIAL, offer=OfferId("o-1"), place=""), 0)
    assert come(parties) == [(RINGS_MS, RING)]
    assert (parties.rings, parties.keeps_waiting) == (True, False)


def test_a_caller_is_handed_over_or_not() -> None:
    for fate, done in (("answers", True), ("busy", False)):
        parties = Parties({"desk": fate})
        parties.carry_out(Refer(turn=Turn(3), place="desk"), 0)
        assert come(parties) == [(ANSWERS_MS, ReferSettled(turn=Turn(3), done=done))]


def test_a_server_that_stops_loses_everybody() -> None:
    parties = Parties({})
    parties.carry_out(DIAL, 0)
    parties.forget()
    assert (come(parties), parties.rings, parties.talks) == ([], False, False)
