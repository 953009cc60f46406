"""The stand-in for the queues: whom it offers and when, as the test says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.agent import AgentId
from ivr.domain.call import Turn
from ivr.domain.commands import (
    AskNews,
    Close,
    Dial,
    Enqueue,
    HoldPlace,
    LeaveQueue,
    ReportAgent,
    Settle,
)
from ivr.domain.events import (
    AgentOffered,
    Answer,
    OfferSettled,
    OfferWithdrawn,
    QueueNews,
    QueueRefused,
)
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.flow.cases.model import QueueGiven
from ivr.flow.cases.queues import AGAIN_MS, OFFERS_MS, RINGS_MS, Queues
from ivr.flow.world import QueueShape
from tests.flow.cases.scene import CHECK, SHOP, failed, played, shop_world, stage_of

if TYPE_CHECKING:
    from ivr.flow.cases import Stage

TICKET, TURN = Ticket("C/2"), Turn(2)
ENQUEUE = Enqueue(turn=TURN, ticket=TICKET, queue="desk")
HELD = HoldPlace(ticket=TICKET, until=datetime(2026, 11, 23, tzinfo=UTC))


def begun(given: QueueGiven | None = None, enqueue: Enqueue = ENQUEUE) -> Queues:
    """A caller has begun to wait."""
    queues = Queues({} if given is None else {"desk": given})
    queues.carry_out(enqueue, 0)
    return queues


def come(queues: Queues, until_ms: int = 1_000_000) -> list[tuple[int, Answer]]:
    """Everything that comes by itself, with its time."""
    found = []
    while due := [at_ms for at_ms in queues.due() if at_ms <= until_ms]:
        answer = queues.take(min(due))
        assert answer is not None
        found.append((min(due), answer))
    return found


def offered(queues: Queues) -> AgentOffered:
    ((_at_ms, event),) = come(queues, 120_000)
    assert isinstance(event, AgentOffered)
    return event


def dial(event: AgentOffered) -> Dial:
    return Dial(other=2, offer=event.offer, agent=event.agent)  # type: ignore[arg-type]


def test_where_nothing_is_said_an_agent_rings_until_the_test_lets_him_answer() -> None:
    queues = begun()
    event = offered(queues)
    assert (event.turn, event.agent) == (TURN, "agent 1")
    assert (queues.fate_of(dial(event)), queues.talks_ms(dial(event))) == ("rings", None)
    ((at_ms, over),) = come(queues)
    assert (at_ms, over) == (900_000, QueueRefused(turn=TURN, end=WaitEnd.TIMEOUT))


def test_an_agent_answers_when_the_test_says_so() -> None:
    queues = begun(QueueGiven(answers_s=15.0, talks_s=60.0))
    ((at_ms, event),) = come(queues, 20_000)
    assert isinstance(event, AgentOffered)
    assert at_ms == 15_000 - RINGS_MS
    assert (queues.fate_of(dial(event)), queues.talks_ms(dial(event))) == ("answers", 60_000)
    queues.carry_out(Settle(turn=Turn(5), offer=event.offer), 15_000)
    assert queues.tells_soon
    assert come(queues) == [(0, OfferSettled(turn=Turn(5), offer=event.offer, won=True))]


def test_as_many_agents_refuse_as_the_test_says() -> None:
    queues = begun(QueueGiven(answers_s=40.0, rejects=1))
    first = offered(queues)
    assert queues.fate_of(dial(first)) == "rejects"
    refusal = ReportAgent(offer=first.offer, agent=first.agent, what="failed")
    queues.carry_out(refusal, 30_000)
    ((at_ms, second),) = come(queues, 120_000)
    assert isinstance(second, AgentOffered)
    assert (at_ms, second.agent) == (30_000 + AGAIN_MS, AgentId("agent 2"))
    assert queues.fate_of(dial(second)) == "answers"


def test_a_queue_may_refuse_at_once_or_after_the_longest_wait() -> None:
    for word, end in (("full", WaitEnd.FULL), ("nobody", WaitEnd.NOBODY)):
        queues = begun(QueueGiven(refuses=word))
        assert come(queues) == [(0, QueueRefused(turn=TURN, end=end))]
    enqueue = Enqueue(turn=TURN, ticket=TICKET, queue="desk", longest_s=60.0)
    queues = begun(QueueGiven(refuses="timeout"), enqueue)
    assert queues.tells_soon
    assert come(queues) == [(60_000, QueueRefused(turn=TURN, end=WaitEnd.TIMEOUT))]


def test_a_waiting_caller_is_told_what_the_test_says() -> None:
    queues = begun(QueueGiven(position=3, estimate_s=90.0))
    queues.carry_out(AskNews(ticket=TICKET), 10)
    ((_at_ms, news),) = come(queues, 10)
    assert news == QueueNews(turn=TURN, position=3, estimate_min=2)


def test_who_leaves_is_offered_to_nobody() -> None:
    for leaving in (Close(turn=TURN), LeaveQueue(ticket=TICKET, end=WaitEnd.KEY)):
        queues = begun()
        queues.carry_out(Close(turn=Turn(9)), 1)
        assert queues.due()
        queues.carry_out(leaving, 2)
        queues.carry_out(AskNews(ticket=TICKET), 3)
        assert (queues.due(), queues.take(9)) == ([], None)


def test_a_restart_keeps_the_place_and_offers_anew() -> None:
    queues = begun()
    offered(queues)
    queues.forget()
    queues.carry_out(Enqueue(turn=Turn(8), ticket=TICKET, queue="desk"), OFFERS_MS)
    assert offered(queues).turn == Turn(8)


def test_who_was_never_offered_rings() -> None:
    unknown = Dial(other=2, offer=OfferId("x"))  # type: ignore[arg-type]
    assert Queues({}).fate_of(unknown) == "rings"


def test_who_is_in_a_step_that_must_not_be_broken_is_offered_after_it() -> None:
    queues = begun()
    queues.carry_out(HELD, 500)
    assert come(queues, 20_000) == []
    queues.carry_out(HoldPlace(ticket=TICKET), 20_000)
    assert [at_ms for at_ms, _event in come(queues, 120_000)] == [OFFERS_MS]


def test_nobody_is_held_for_ever() -> None:
    queues = begun(enqueue=Enqueue(turn=TURN, ticket=TICKET, queue="desk", longest_s=20.0))
    queues.carry_out(HELD, 500)
    ((offered_ms, _offer), (over_ms, over)) = come(queues)
    assert (offered_ms, over_ms) == (30_500, 30_500)
    assert over == QueueRefused(turn=TURN, end=WaitEnd.TIMEOUT)


def test_an_agent_who_rings_when_it_begins_falls_silent_and_rings_again() -> None:
    queues = begun()
    first = offered(queues)
    queues.carry_out(HELD, 2_000)
    assert queues.take(2_000) == OfferWithdrawn(turn=TURN, offer=first.offer)
    queues.carry_out(HoldPlace(ticket=TICKET), 9_000)
    assert offered(queues).offer != first.offer


def test_calls_of_the_shop_play_their_queues() -> None:
    talk = '[{presses: "0"}, {waits: 80s}]'
    given = "{queues: {desk: {agents: 2, answers: 15s, talks: 60s, rejects: 1}}}"
    wanted = "{queue: {queue: desk, priority: 3}, outcome: handled, exits: [desk.queue.done]}"
    assert failed(talk, wanted, given) == []
    for word in ("full", "nobody", "timeout"):
        given = f"{{queues: {{desk: {{agents: 2, {word}: true}}}}}}"
        wanted = f"{{outcome: overflowed, voicemail: main, exits: [desk.queue.{word}]}}"
        assert failed('[{presses: "0"}]', wanted, given) == []
    assert failed('[{presses: "0"}, {hangs_up: true}]', "{outcome: abandoned}") == []


def test_agents_act_as_the_test_says() -> None:
    talk = '[{presses: "0"}, {agent: rejects}, {agent: answers}, {agent: holds}, {waits: 3s}'
    assert failed(f"{talk}, {{agent: hangs_up}}]", "{outcome: handled}") == []
    moved = f"{talk}, {{agent: {{transfers: boss}}}}, {{waits: 9s}}, {{agent: hangs_up}}]"
    assert failed(moved, "{outcome: handled, ended: hangup}") == []
    assert failed(f"{talk}, {{hangs_up: true}}]", "{outcome: handled, ended: caller}") == []


WAITING = SHOP.replace("flows: [check]", "flows: [check, card]").replace(
    "    - queue: desk", "    - queue: desk\n      wait: {flow: card}"
)
CARD = """\
flow: card
version: 1
languages: [tr, en]
start: first
vars: {number: digits?}
nodes:
  first:
    - ask: which
      into: number
      digits: 5
      giveup: exit.done
      unbroken: true
    - say: bye
      only: known(number)
    - go: exit.done
"""


def test_a_call_test_shows_that_nobody_breaks_into_the_step() -> None:
    slowly = '{presses: {keys: "12345", after: 1s, gap: 1s}}'
    talk = f'[{{presses: "0"}}, {{hears: which}}, {slowly}, {{hears: bye}}]'
    given = "{queues: {desk: {agents: 2, answers: 5s, talks: 60s}}}"
    more = {"check": CHECK, "card": CARD}
    assert not played(talk, given=given, on=stage_of(WAITING, more)).problems
    broken = {**more, "card": CARD.replace("      unbroken: true\n", "")}
    assert played(talk, given=given, on=stage_of(WAITING, broken)).problems


# a wait that overflows

LATER = """\
flow: later
version: 1
languages: [tr, en]
start: first
exits: [full]
nodes:
  first:
    - ask: which
      into: number
      digits: 3-5
      giveup: exit.failed
    - go: exit.done
vars: {number: digits?}
"""


def overflowing() -> Stage:
    """The shop, whose queue may send callers to the flow later."""
    shapes = {"desk": QueueShape("desk", flows=("later",))}
    return stage_of(SHOP, {"check": CHECK, "later": LATER}, world=shop_world(shapes))


def sent(*ways: str) -> str:
    return f"{{queues: {{desk: {{overflow: {{{', '.join(ways)}}}}}}}}}"


@pytest.mark.parametrize(
    ("ways", "talk", "wanted"),
    [
        (("flow: later",), "{hears: which}, {presses: '123'}", "{exits: [desk.queue.done]}"),
        (("flow: later", "exit: full"), "{hears: which}, {waits: 60s}", "{voicemail: main}"),
        (("number: boss",), "{waits: 9s}, {agent: hangs_up}", "{outcome: transferred}"),
        (("callback: desk",), "{presses: '1'}", "{outcome: callback}"),
        (("callback: desk", "exit: full"), "{waits: 30s}", "{voicemail: main}"),
    ],
    ids=["flow", "failed flow", "place", "accepted", "declined"],
)
def test_a_call_test_sends_callers_by_the_ways_of_an_overflow(
    ways: tuple[str, ...], talk: str, wanted: str
) -> None:
    talks = f'[{{presses: "0"}}, {talk}]'
    found = played(talks, wanted, sent(*ways), on=overflowing())
    assert [str(one) for one in found.problems] == []


def test_a_place_that_is_busy_leads_to_the_next_way() -> None:
    given = sent("number: boss", "exit: full").rstrip("}") + "}}}, places: {boss: busy}}"
    found = played('[{presses: "0"}]', "{voicemail: main}", given, on=overflowing())
    assert [str(one) for one in found.problems] == []
