"""What happens to a call, found out from its steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.cti.call_watch import CallWatch
from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, BridgeId, CallId, Cause, EndedBy, LegId, Mode, Result, Turn
from ivr.domain.commands import CloseInteraction, Dial, Enqueue
from ivr.domain.outbound import Placed
from ivr.domain.queue import OfferId, Ticket
from ivr.engine.party import ALONE, Leg, Phase, Purpose
from ivr.engine.state import State

if TYPE_CHECKING:
    from ivr.cti.news import CallNews
    from ivr.domain.commands import Command

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
AYSE = Leg(LegId(2), Phase.UP, agent=AgentId("ayse"), offer=OfferId("o1"), won=True)
QUEUED = Enqueue(turn=Turn(1), ticket=Ticket("t1"), queue="cards", priority="vip")
RUNG = Dial(
    turn=Turn(2),
    other=LegId(2),
    address="+902125550101",
    agent=AgentId("ayse"),
    offer=OfferId("o1"),
)


class Bench:
    """One call, looked at step by step. news: all that was told."""

    def __init__(self, ani: str = "0532 111 22 33") -> None:
        self.news: list[CallNews] = []
        self.unheard: set[str] = set()
        self.watch = CallWatch("TR", self.news.append, lambda kind: kind not in self.unheard)
        self.state = State(CallId("c1"), "h", "+908502220000", AT, ani=ani, last_at=AT)
        self._first = True

    def step(self, *wanted: Command, legs: tuple[Leg, ...] | None = None) -> list[str]:
        """The kinds of what was told of this step."""
        before = len(self.news)
        if legs is not None:
            self.state.legs = (*ALONE, *legs)
        self.watch.look(self.state, wanted, is_first=self._first)
        self._first = False
        return [one.kind for one in self.news[before:]]

    def talks(self) -> None:
        """Somebody waits and gets an agent."""
        self.step(QUEUED)
        self.step(RUNG)
        self.step(legs=(AYSE,))


def closing(outcome: str = "handled") -> CloseInteraction:
    return CloseInteraction(
        outcome=outcome,
        result=Result.SUCCESS,
        cause=Cause.NORMAL,
        ended_by=EndedBy.CALLER,
        note="",
        language="tr",
        path=(),
        segments=(),
    )


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_call_from_the_queue_to_its_end(bench: Bench) -> None:
    assert bench.step() == []
    assert bench.step(QUEUED) == ["call.queued"]
    assert bench.step(RUNG) == ["call.offered"]
    assert bench.step(legs=(replace(AYSE, won=False),)) == []
    assert bench.step(legs=(AYSE,)) == ["call.answered"]
    bench.state.ended = True
    assert bench.step(closing(), legs=()) == ["call.ended"]
    queued, offered, answered, ended = bench.news
    assert (queued.ani, queued.dnis, queued.queue) == ("+905321112233", "+908502220000", "cards")
    assert queued.more == {"priority": "vip"}
    assert (offered.agents, offered.more) == (("ayse",), {"offer": "o1"})
    assert (answered.agents, answered.number) == (("ayse",), "+902125550101")
    assert (ended.cause, ended.more["outcome"]) == ("normal", "handled")
    assert bench.watch._calls == {}


def test_the_same_wait_and_the_same_offer_are_told_once(bench: Bench) -> None:
    bench.step(QUEUED)
    bench.step(RUNG)
    assert bench.step(replace(QUEUED, turn=Turn(5)), replace(RUNG, turn=Turn(6))) == []


def test_an_address_that_is_no_number_is_not_told(bench: Bench) -> None:
    bench.step(replace(RUNG, address="sip:ayse@phones"))
    bench.step(legs=(AYSE,))
    assert bench.news[-1].number == ""


def test_what_nobody_listens_to_is_not_told_and_counts_all_the_same(bench: Bench) -> None:
    bench.unheard = {"call.queued", "call.answered"}
    assert bench.step(QUEUED) == []
    assert bench.step(RUNG) == ["call.offered"]
    assert bench.step(legs=(AYSE,)) == []
    bench.unheard = set()
    assert bench.step(QUEUED) == []
    assert bench.step(closing(), legs=()) == ["call.ended"]


def test_steps_that_change_nobody_do_not_hide_the_next_that_does(bench: Bench) -> None:
    bench.talks()
    assert bench.step() == bench.step() == []
    held = replace(AYSE, mode=Mode.HELD)
    assert bench.step(legs=(held,)) == []
    bench.state.legs = (replace(ALONE[0], mode=Mode.HELD), AYSE)
    assert bench.step() == ["call.held"]
    assert bench.step() == []


def test_a_withheld_number_is_empty() -> None:
    bench = Bench("anonymous")
    bench.step(QUEUED)
    assert bench.news[0].ani == ""


def test_who_hangs_up_while_waiting_has_abandoned(bench: Bench) -> None:
    bench.step(QUEUED)
    bench.state.ended = True
    bench.step(closing("abandoned"))
    assert bench.news[-1].cause == "abandoned"


def test_hold_begins_and_ends(bench: Bench) -> None:
    bench.talks()
    held = replace(ALONE[0], mode=Mode.HELD)
    bench.state.legs = (held, AYSE)
    assert bench.step() == ["call.held"]
    assert bench.step() == []
    assert bench.step(legs=(AYSE,)) == ["call.held"]
    assert [one.more["held"] for one in bench.news[-2:]] == [True, False]


def test_an_agent_who_hangs_up_gives_nobody_away(bench: Bench) -> None:
    bench.talks()
    assert bench.step(legs=()) == []


def test_a_caller_sent_to_a_queue_is_told_before_he_waits(bench: Bench) -> None:
    bench.talks()
    again = replace(QUEUED, ticket=Ticket("t2"), queue="loans")
    assert bench.step(again, legs=()) == ["call.transferred", "call.queued"]
    given, waits = bench.news[-2:]
    assert (given.more, given.agents, waits.queue) == ({"to": "queue:loans"}, ("ayse",), "loans")


def test_a_caller_given_to_a_number_is_told_once(bench: Bench) -> None:
    bench.talks()
    handed = Leg(LegId(3), Phase.DIALLING, Purpose.HANDED, detail="branch")
    assert bench.step(legs=(handed,)) == ["call.transferred"]
    assert bench.news[-1].more == {"to": "branch"}
    up = replace(handed, phase=Phase.UP, purpose=Purpose.VERB)
    assert bench.step(legs=(up,)) == []


def test_a_colleague_who_joins_takes_over_only_when_the_agent_leaves(bench: Bench) -> None:
    bench.talks()
    asked = Leg(LegId(3), Phase.UP, Purpose.ASKED, detail="can", bridge=BridgeId(2))
    assert bench.step(legs=(AYSE, asked)) == []
    joined = replace(asked, purpose=Purpose.VERB)
    assert bench.step(legs=(AYSE, joined)) == []
    assert bench.step(legs=(joined,)) == ["call.transferred"]


def test_a_flow_that_hands_a_call_over_is_told_when_somebody_is_there(bench: Bench) -> None:
    party = Leg(LegId(2), Phase.RINGING, detail="branch")
    assert bench.step(legs=(party,)) == []
    assert bench.step(legs=(replace(party, phase=Phase.UP),)) == ["call.transferred"]
    assert bench.news[-1].agents == ()


def test_a_supervisor_is_nobody_to_be_told_of(bench: Bench) -> None:
    bench.talks()
    monitor = Leg(LegId(4), Phase.UP, Purpose.MONITOR, detail="deniz")
    assert bench.step(legs=(AYSE, monitor)) == []


def test_after_a_restart_what_was_there_is_not_told_again(bench: Bench) -> None:
    bench._first = False
    assert bench.step(QUEUED, RUNG, legs=(AYSE,)) == []
    bench.state.ended = True
    assert bench.step(closing(), legs=()) == ["call.ended"]
    assert bench.news[-1].recovered
    assert bench.news[-1].queue == "cards"


def test_a_call_of_ours_goes_the_other_way(bench: Bench) -> None:
    bench.state.placed = Placed()
    bench.step(QUEUED)
    news = bench.news[0]
    assert (news.direction, news.ani, news.dnis) == ("out", "+908502220000", "+905321112233")


def test_the_leg_of_the_caller_is_no_party(bench: Bench) -> None:
    assert bench.step(legs=()) == []
    assert [leg.id for leg in bench.state.legs] == [CALLER]


def test_an_agent_who_dials_has_not_answered_yet(bench: Bench) -> None:
    bench.state.placed = Placed(agent="ayse")
    assert bench.step(RUNG, legs=(replace(AYSE, dials=True),)) == ["call.offered"]
    assert bench.step(legs=(AYSE,)) == ["call.answered"]
