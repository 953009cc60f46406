"""What pages are shown."""

from __future__ import annotations

import json

from ivr.acd.callers.lately import Lately
from ivr.acd.group import Group, restore
from ivr.acd.settings import SECOND, Counted, Wrapup
from ivr.acd.views import agent_row, queue_figures, waiting
from ivr.acd.words import AgentChanged, Row
from ivr.domain.agent import AgentId
from ivr.domain.queue import WaitEnd
from tests.acd.house import House, card, only, queue

ADA = AgentId("ada")


def test_an_agent_is_shown_with_everything_the_desk_needs() -> None:
    house = House(queue(wrapup=Wrapup(mandatory=True)), agents=[card("ada", 7)])
    house.call("t1")
    row = agent_row(house.group, ADA)
    assert only(house.out, AgentChanged)[0].row == row
    assert json.loads(json.dumps(row)) == row
    assert (row["number"], row["state"], row["call"]) == (7, "reserved", "c-t1")
    assert (row["offer"], row["endpoint"]) == (house.offer_of("ada"), "sip:ada@desk")
    assert (row["queues"], row["teams"], row["wrapup"]) == (["q"], ["t"], None)
    house.answers("ada")
    house.agent("ada", "call_ended")
    row = agent_row(house.group, ADA)
    assert row["wrapup"] == {
        "mode": "skippable",
        "code_mandatory": True,
        "deadline": row["deadline"],
        "may_end": True,
    }


def test_nobody_is_shown_for_unknown_names() -> None:
    house = House(queue())
    assert agent_row(house.group, ADA) == {}
    assert queue_figures(house.group, "x", house.at, Lately()) == {}
    assert waiting(house.group, "x") == []


def test_a_queue_is_shown_with_its_counts() -> None:
    """R2, I7: offered is answered, abandoned, overflowed and waiting."""
    house = House(queue(), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.call("t2")
    house.wait(3)
    house.call("t3")
    house.gone("t3")
    house.wait(4)
    figures = queue_figures(house.group, "q", house.at, Lately())
    assert (figures["waiting"], figures["oldest_s"], figures["threshold_s"]) == (1, 7, 20)
    assert (figures["answered"], figures["abandoned"], figures["overflowed"]) == (1, 1, 0)
    assert figures["service_level"] == {"variant": "F3", "num": 1, "den": 2, "target": 80}
    assert figures["agents"]["talking"] == 1
    assert (figures["estimate_min"], figures["estimate_n"], figures["coverage"]) == (9, 0, None)
    house.agent("ada", "call_ended")
    assert house.group.queues["q"].outlook.estimator.outcomes == 0, "in wrap-up nobody is served"
    house.agent("ada", "wrapup_done")
    figures = queue_figures(house.group, "q", house.at, Lately())
    assert (figures["estimate_n"], figures["coverage"]) == (1, 1.0)


def test_an_agent_who_was_never_here_is_offline_since_he_is_known() -> None:
    house = House(queue(), agents=[card("ada", 1)], here=False)
    assert agent_row(house.group, ADA)["since"] == "1970-01-01T00:16:40+00:00"
    rows = only(house.agent("ada", "login"), Row)
    again = Group("g", 2)
    restore(again, house.rules, (*house.cards, card("bob", 2)), rows, 5_000 * SECOND)
    assert agent_row(again, ADA)["since"] == "1970-01-01T00:16:40+00:00"
    assert agent_row(again, AgentId("bob"))["since"] == "1970-01-01T01:23:20+00:00"


def test_the_service_level_is_by_the_formula_of_the_queue() -> None:
    house = House(queue(service_level="F5", service_target=75), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.call("t2")
    house.wait(3)
    house.gone("t2")
    shown = queue_figures(house.group, "q", house.at, Lately())["service_level"]
    assert shown == {"variant": "F5", "num": 2, "den": 2, "target": 75}


def test_a_level_by_f8_says_what_the_queue_counts() -> None:
    own = queue(service_level="F8", service_counted=Counted(abandoned=False), overflow=())
    house = House(own, agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.call("t2")
    house.gone("t2", WaitEnd.KEY)
    house.call("t3")
    house.gone("t3")
    shown = queue_figures(house.group, "q", house.at, Lately())["service_level"]
    assert shown == {"variant": "F8", "num": 1, "den": 2, "target": 80, "counted": "A+V"}


def test_the_call_stays_with_the_agent_until_the_wrap_up_is_over() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.agent("ada", "call_ended")
    row = agent_row(house.group, ADA)
    assert (row["state"], row["call"]) == ("wrapup", "c-t1")
    house.agent("ada", "wrapup_done")
    assert agent_row(house.group, ADA)["call"] is None


def test_who_waits_is_shown_in_the_order_of_service() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    house.call("t1")
    house.call("t2", priority="1")
    house.call("t3", priority="9")
    rows = waiting(house.group, "q")
    assert [(row["ticket"], row["position"], row["state"]) for row in rows] == [
        ("t3", 1, "waiting"),
        ("t1", 2, "offered"),
        ("t2", 3, "waiting"),
    ]


def test_an_agent_is_shown_with_the_calls_of_today_alone() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    for ticket in ("t1", "t2"):
        house.call(ticket)
        house.answers("ada")
        house.agent("ada", "call_ended")
        house.agent("ada", "wrapup_done")
    assert agent_row(house.group, AgentId("ada"))["calls"] == 2
    house.wait(24 * 3600)
    house.agent("ada", "set_break", reason="break")
    assert agent_row(house.group, AgentId("ada"))["calls"] == 0
