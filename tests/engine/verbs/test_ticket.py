"""`ticket`: a ticket is opened once, and the flow knows its number or goes elsewhere."""

from __future__ import annotations

from ivr.domain.call import CALLER, Cause
from ivr.domain.commands import Close, CloseInteraction, Collect, StartTimer
from ivr.domain.events import CallRecovered, LegEnded
from ivr.domain.filing import OpenTicket, TicketOpened
from ivr.engine.verbs.ticket import TicketFields, writes
from ivr.flow.spec import Writes
from tests.engine.small import ringing
from tests.fakes.call_script import CallScript, Like

FLOW = """
  start:
    - ticket: hello
      priority: high
      customer: =call.ani
      category: billing.wrong_amount
      queue: general
      tags: [a, b]
      body: {one: "1"}
      into: case
      failed: sorry
    - say: short
    - go: taken
  sorry:
    - menu: main
      keys: {"2": sorry}
      giveup: sorry
  taken:
    - menu: main
      keys: {"1": taken}
      giveup: taken
"""
LEAVING = """
  start:
    - {ticket: hello, into: case}
    - menu: main
      keys: {"1": start}
      giveup: start
  after:
    - {ticket: late, only: not known(case)}
"""
HEAD = "vars: {case: ticket?}"


def _asked() -> CallScript:
    return ringing(FLOW, HEAD)


def test_it_asks_for_a_ticket_and_goes_on_once_it_is_there() -> None:
    script = _asked()
    script << OpenTicket(
        turn=script.turn("opened"),
        key=str(script.turn("opened")),
        name="hello",
        subject="hello tr",
        kind="",
        priority="high",
        customer="+905321112233",
        category="billing.wrong_amount",
        queue="general",
        tags=("a", "b"),
        values={"one": "1"},
    )
    script >> TicketOpened(turn=script.turn("opened"), number="260000019", ticket="01J")
    (note,) = script.noted("ticket")
    assert (note["number"], note["ticket"]) == ("260000019", "01J")
    script << Like(Collect, says=["short", "main"])


def test_where_none_could_be_opened_it_goes_where_the_flow_says() -> None:
    script = _asked() << Like(OpenTicket)
    script >> TicketOpened(turn=script.turn("opened"), done=False, reason="late")
    (note,) = script.noted("ticket")
    assert note["failed"] == "late"
    script << Like(Collect, says=["main"], keys=("2",))


def test_the_ticket_is_known_only_where_a_failure_leads_elsewhere() -> None:
    assert writes(TicketFields(ticket="a")) == Writes()
    missing = writes(TicketFields(ticket="a", into="case"))
    assert missing == Writes({}, {"next": ("case",), "failed": ("case",)})
    known = writes(TicketFields(ticket="a", into="case", failed="end"))
    assert known == Writes({"next": ("case",)}, {"failed": ("case",)})


def test_who_hangs_up_while_the_ticket_is_opened_leaves_one_and_the_flow_knows_it() -> None:
    script = ringing(LEAVING, "vars: {case: ticket?}\nrescue: {hangup: after}")
    script << Like(OpenTicket, name="hello")
    opened = script.turn("opened")
    script >> LegEnded(cause=Cause.NORMAL)
    script >> TicketOpened(turn=opened, number="260000019", ticket="01J")
    script << Like(Close) << Like(CloseInteraction)
    assert len(script.noted("ticket")) == 1


def test_after_a_restart_the_same_ticket_is_asked_for_again() -> None:
    script = ringing(LEAVING, "vars: {case: ticket?}\nrescue: {hangup: after}")
    first = script.turn("opened")
    script << Like(OpenTicket, key=str(first))
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer) << Like(OpenTicket, key=str(first))
    assert script.turn("opened") != first


def test_a_caller_lost_in_a_restart_while_the_ticket_was_opened_has_it_all_the_same() -> None:
    script = ringing(LEAVING, "vars: {case: ticket?}\nrescue: {hangup: after}")
    first = script.turn("opened")
    script << Like(OpenTicket, key=str(first))
    script >> CallRecovered(alive=())
    script << Like(StartTimer) << Like(OpenTicket, key=str(first))
    script >> TicketOpened(turn=script.turn("opened"), number="260000019", ticket="01J")
    script << Like(Close) << Like(CloseInteraction)
