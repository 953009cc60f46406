"""Decision records: one for each offer, and one when nobody is eligible."""

from __future__ import annotations

import json
from typing import Any

from ivr.acd.settings import Nobody, Span, Sticky, Wrapup
from ivr.acd.words import Decided
from tests.acd.house import House, card, only, queue, wanted

PATIENT = Nobody(join=(), leave=())


def test_a_record_names_who_was_chosen_and_who_was_next() -> None:
    agents = [card(name, n) for n, name in enumerate(("ada", "bob", "eve", "joe", "kim"))]
    house = House(queue(), agents=agents, hash="sha256:x")
    record = only(house.call("t1"), Decided)[0].record
    assert json.loads(json.dumps(record)) == record
    assert record["agent"] == "ada"
    assert [each["agent"] for each in record["runners_up"]] == ["bob", "eve", "joe"]
    assert record["agent_key"] == [1, house.group.agents[agents[0].agent].idle_since, 0]
    assert (record["trigger"], record["class"], record["config"]) == (
        "CallQueued",
        "q/0",
        "sha256:x",
    )


def test_a_record_of_nobody_counts_why() -> None:
    rule = queue(need={"cards": Span(50)}, nobody=PATIENT)
    agents = [card("ada", 1, cards=90), card("bob", 2, cards=80), card("eve", 3)]
    house = House(rule, agents=agents)
    house.agent("ada", "set_break", reason="break")
    house.call("t0")
    house.fails("bob")
    record = only(house.out, Decided)[0].record
    assert record["agent"] is None
    assert record["skipped"] == {"break": 1, "skill": 1, "cooldown": 1}


def test_a_freed_agents_record_names_the_next_callers() -> None:
    house = House(queue(nobody=PATIENT), queue("r", nobody=PATIENT), agents=[card("ada", 1)])
    house.agent("ada", "set_break", reason="break")
    for n, name in enumerate(("q", "q", "q", "r")):
        house.call(f"t{n}", name)
        house.wait(1)
    record = only(house.agent("ada", "set_available"), Decided)[0].record
    assert record["call"] == "c-t0"
    assert [each["call"] for each in record["next_calls"]] == ["c-t1", "c-t3"]


def test_where_queues_age_differently_each_next_caller_is_named_once() -> None:
    kept: dict[str, Any] = {
        "sticky": Sticky(("last_agent",)),
        "nobody": PATIENT,
        "wrapup": Wrapup("none"),
    }
    house = House(queue(**kept), queue("r", ageing=2.0, **kept), agents=[card("ada", 1)])
    house.call("busy")
    house.answers("ada")
    for n, name in enumerate(("q", "r", "q")):
        house.call(f"t{n}", name, wanted=wanted("ada"))
        house.wait(1)
    record = only(house.agent("ada", "call_ended"), Decided)[0].record
    named = [record["call"], *(each["call"] for each in record["next_calls"])]
    assert sorted(named) == ["c-t0", "c-t1", "c-t2"]


def test_a_record_names_the_source_by_which_the_agent_was_found() -> None:
    sticky = Sticky(sources=("account_owner", "last_agent"))
    house = House(queue(sticky=sticky), agents=[card("ada", 1), card("bob", 2)])
    both = wanted("bob", source="account_owner") + wanted("bob")
    (decided,) = only(house.call("t1", wanted=both), Decided)
    found = [decided.record[name] for name in ("agent", "sticky", "sticky_source")]
    assert found == ["bob", "bob", "account_owner"]
    (decided,) = only(house.call("t2"), Decided)
    assert (decided.record["sticky"], decided.record["sticky_source"]) == (None, None)


def test_a_record_tells_the_shares_that_decided() -> None:
    rules = [queue(name, nobody=PATIENT, wrapup=Wrapup("none")) for name in ("cards", "loans")]
    share = {"t": {"cards": 70, "loans": 30}}
    house = House(*rules, agents=[card("ada", 1)], share=share)
    assert only(house.call("t1", "loans"), Decided)[0].record["share"] is None
    house.answers("ada")
    for name in ("loans", "cards"):
        house.call(f"t-{name}", name)
    record = only(house.agent("ada", "call_ended"), Decided)[0].record
    assert json.loads(json.dumps(record)) == record
    assert (record["ticket"], record["share"]) == (
        "t-cards",
        {
            "team": "t",
            "decides": True,
            "given": {"cards": 0, "loans": 1},
            "deficit": {"cards": 70.0, "loans": -70.0},
        },
    )


def test_a_record_tells_when_somebody_had_waited_too_long_for_the_shares() -> None:
    rules = [queue(name, nobody=PATIENT, wrapup=Wrapup("none")) for name in ("cards", "loans")]
    house = House(*rules, agents=[card("ada", 1)], share={"t": {"cards": 70, "loans": 30}})
    house.call("t1", "loans")
    house.answers("ada")
    for name in ("loans", "cards"):
        house.call(f"t-{name}", name)
    house.wait(21)
    record = only(house.agent("ada", "call_ended"), Decided)[0].record
    assert (record["ticket"], record["share"]["decides"]) == ("t-loans", False)
