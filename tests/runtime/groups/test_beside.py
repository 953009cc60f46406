"""Agents in calls that no queue gave them."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, CallId, LegId
from ivr.engine.party import Leg, Phase, Purpose
from ivr.engine.state import State
from ivr.runtime.groups.beside import Beside

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALL = Leg(CALLER, Phase.UP, Purpose.CALLER, detail="can")
OWN = Leg(LegId(2), Phase.UP, detail="ayse", agent=AgentId("ayse"))
ASKED = Leg(LegId(3), Phase.DIALLING, Purpose.ASKED, detail="can", partner=LegId(2))
OUTSIDE = Leg(LegId(4), Phase.UP, Purpose.HANDED, detail="+902125550001")


def test_a_colleague_who_is_asked_is_busy_until_he_is_gone() -> None:
    told: list[tuple[str, str]] = []
    beside = Beside(
        lambda name: name in ("ayse", "can"), lambda who, what: told.append((who, what))
    )

    def step(*legs: Leg) -> None:
        beside.look(State(CallId("c1"), "hash", "+90850", AT, legs=legs))

    step(CALL, OWN)
    assert told == []
    step(CALL, OWN, ASKED)
    step(CALL, OWN, ASKED, OUTSIDE)
    assert told == [("can", "direct_started")]
    step(CALL, OWN)
    assert told == [("can", "direct_started"), ("can", "direct_ended")]
