"""Decision records in words, of records that the queue machine has written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ivr.acd.settings import Nobody, Span, Sticky, Wrapup
from ivr.acd.telling.reasons import _SAID, _SKIPPED, _STRATEGIES, LANGUAGES, told
from ivr.acd.words import Decided
from ivr.config.queues.options import QueueOptions
from ivr.domain.agent import AgentState
from tests.acd.house import House, card, only, queue, wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENT = Nobody(join=(), leave=())
ZONE = ZoneInfo("Europe/Istanbul")


def lines(record: Any, language: str = "en") -> Sequence[str]:  # noqa: ANN401 - a record is plain
    """All of it but the moment and the id."""
    first, *rest = told(record, language, ZONE)
    return [first[21:].rpartition(" (")[0], *(line.strip() for line in rest)]


def test_who_was_chosen_by_what_and_who_would_have_been_next() -> None:
    house = House(queue(), agents=[card(name, n) for n, name in enumerate(("ada", "bob", "eve"))])
    record = only(house.call("t1"), Decided)[0].record
    assert lines(record) == [
        "agent ada: queue q, step 0 of its needs",
        "chosen by longest_idle: free for the longest time",
        "next would have been: bob, eve",
    ]
    assert lines(record, "tr")[1] == "seçim longest_idle: en uzun süredir boş olan"


def test_a_decision_begins_with_its_moment_on_the_clock_of_the_house() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    record = only(house.call("t1"), Decided)[0].record
    first, _, alone = told({**record, "at": "2026-11-23T07:31:05.250000+00:00"}, "en", ZONE)
    assert first.startswith("2026-11-23 10:31:05  agent ada")
    assert first.endswith(f"({record['id']})")
    assert alone == "  no other agent was free for this call"


def test_that_nobody_could_serve_is_told_with_the_reasons_of_all() -> None:
    rule = queue(need={"cards": Span(50)}, nobody=PATIENT)
    agents = [card("ada", 1, cards=90), card("bob", 2, cards=80), card("eve", 3)]
    house = House(rule, agents=agents)
    house.agent("ada", "set_break", reason="break")
    house.call("t0")
    house.fails("bob")
    record = only(house.out, Decided)[0].record
    assert lines(record) == [
        "nobody is rung up: queue q, step 0 of its needs",
        "not free for this call: 1 on break, 1 without the skill, 1 not again so soon",
    ]


def test_shares_that_decided_are_told_with_their_figures() -> None:
    rules = [queue(name, nobody=PATIENT, wrapup=Wrapup("none")) for name in ("cards", "loans")]
    house = House(*rules, agents=[card("ada", 1)], share={"t": {"cards": 70, "loans": 30}})
    house.call("t1", "loans")
    house.answers("ada")
    for name in ("loans", "cards"):
        house.call(f"t-{name}", name)
    record = only(house.agent("ada", "call_ended"), Decided)[0].record
    assert lines(record)[-1] == (
        "team t: the queue that lacks most came first"
        " (cards: 0 today, lacks 70.0 %; loans: 1 today, lacks -70.0 %)"
    )
    assert "of the other callers for this agent, next comes: c-t-loans" in lines(record)


@pytest.mark.parametrize(
    ("source", "said", "in_turkish"),
    [
        ("ticket_owner", "who has his ticket", "talebinin sahibi bob"),
        ("account_owner", "who looks after this customer", "müşteri sorumlusu bob"),
        ("last_agent", "who talked with him before", "onunla daha önce görüşen bob"),
        ("", "who talked with him before", "onunla daha önce görüşen bob"),
    ],
    ids=["ticket", "account", "talk", "written by an older server"],
)
def test_whom_a_caller_is_for_is_told_with_the_way_he_was_found(
    source: str, said: str, in_turkish: str
) -> None:
    house = House(queue(sticky=Sticky((source,))), agents=[card("ada", 1), card("bob", 2)])
    record = only(house.call("t1", wanted=wanted("bob", source=source)), Decided)[0].record
    assert lines(record)[1] == f"the caller is for bob, {said}"
    assert lines(record, "tr")[1] == f"arayan, {in_turkish} içindir"


def test_a_record_of_an_older_server_is_told_without_what_it_has_not() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    record = only(house.call("t1"), Decided)[0].record
    old = {k: v for k, v in record.items() if k not in {"held", "held_until", "rejoined", "share"}}
    assert lines(old) == lines(record)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_strategy_and_every_state_has_its_words(language: str) -> None:
    strategies = QueueOptions.model_fields["strategy"].annotation.__args__  # type: ignore[union-attr]
    assert set(_STRATEGIES[language]) == set(strategies)
    busy = {str(state) for state in AgentState} - {AgentState.AVAILABLE}
    assert set(_SKIPPED[language]) == busy | {"skill", "cooldown"}
    assert set(_SAID[language]) == set(_SAID["en"])
