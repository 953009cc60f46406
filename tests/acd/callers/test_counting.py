"""Which calls count for the teams that are promised a share of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd.group import Group, decide, restore
from ivr.acd.settings import SECOND, Nobody, Wrapup
from ivr.acd.telling.counts import DAY_NS
from ivr.acd.words import OfferFailed, Row, RulesChanged, Tick
from ivr.domain.agent import AgentId
from ivr.domain.call import Cause
from ivr.domain.queue import WaitEnd
from tests.acd import oracle
from tests.acd.house import House, card, only, queue
from tests.acd.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.acd.words import Command, Event

SHARE = {"t": {"cards": 70, "loans": 30}}
CALM: Mapping[str, object] = {"nobody": Nobody(join=(), leave=()), "wrapup": Wrapup("none")}


def house(*agents: str, **settings: object) -> House:
    """Cards and loans, which team t serves."""
    cards = [card(name, n) for n, name in enumerate(agents or ("ada", "bob"))]
    rules = (queue(name, **{**CALM, **settings}) for name in ("cards", "loans"))
    return House(*rules, agents=cards, share=SHARE)


def counted(group: Group) -> Mapping[str, int]:
    """What team t was given; those who were given none left out."""
    return {queue: calls for queue, calls in group.shares["t"].given.items() if calls}


def test_a_call_counts_from_the_moment_in_which_somebody_is_rung_up() -> None:
    one = house()
    one.call("t1", "cards")
    assert counted(one.group) == {"cards": 1}
    one.answers("ada")
    one.agent("ada", "call_ended")
    assert counted(one.group) == {"cards": 1}


def test_an_offer_that_nobody_takes_never_did_count() -> None:
    one = house("ada")
    one.call("t1", "cards")
    one.fails("ada")
    assert counted(one.group) == {}
    one.wait(10)
    assert one.ringing() == {"ada": "t1"}
    assert counted(one.group) == {"cards": 1}
    one.gone("t1", WaitEnd.ABANDONED)
    assert counted(one.group) == {}
    assert one.group.shares["t"].total == 0


def test_ringing_all_is_one_call() -> None:
    one = house("ada", "bob", "eve", strategy="ring_all")
    one.call("t1", "loans")
    assert len(one.ringing()) == 3
    assert counted(one.group) == {"loans": 1}
    one.fails("eve")
    assert counted(one.group) == {"loans": 1}
    one.answers("bob")
    assert counted(one.group) == {"loans": 1}


def test_of_two_teams_that_are_rung_up_together_the_one_that_answers_has_the_call() -> None:
    shares = dict.fromkeys(("t", "u"), SHARE["t"])
    member = queue().teams["t"]
    rules = [
        queue(name, strategy="ring_all", teams={"t": member, "u": member}, **CALM)
        for name in ("cards", "loans")
    ]
    one = House(*rules, agents=[card("ada", 1, "t"), card("bob", 2, "u")], share=shares)
    one.call("t1", "cards")
    assert [each.given for each in one.group.shares.values()] == [{"cards": 1}, {"cards": 1}]
    one.answers("bob")
    assert {team: each.total for team, each in one.group.shares.items()} == {"t": 0, "u": 1}


def test_midnight_begins_the_shares_anew_but_for_calls_that_ring_or_are_answered_later() -> None:
    one = house()
    one.call("t1", "cards")
    one.answers("ada")
    one.wait((DAY_NS - one.at % DAY_NS) / SECOND - 1)
    one.call("t2", "loans")
    assert counted(one.group) == {"cards": 1, "loans": 1}
    one.wait(2)
    one.rings("bob")
    assert counted(one.group) == {"loans": 1}
    one.answers("bob")
    assert counted(one.group) == {"loans": 1}
    oracle.check_rest_after_restart(one.group)


def test_new_shares_count_what_was_given_before() -> None:
    one = house()
    one.call("t1", "cards")
    one.answers("ada")
    one.call("t2", "loans")
    rules = replace(one.rules, share={"t": {"cards": 50, "loans": 50}})
    one.give(RulesChanged(at=one.at, rules=rules, agents=one.cards))
    assert counted(one.group) == {"cards": 1, "loans": 1}
    one.give(RulesChanged(at=one.at, rules=replace(rules, share={}), agents=one.cards))
    assert one.group.shares == {}


@pytest.mark.parametrize("seed", range(30, 42))
def test_shares_are_the_same_after_a_restart(seed: int) -> None:
    """R22: what was given, and so who is first."""
    walk = Walk(seed, shares=True)
    rows: dict[tuple[str, str], Row] = {}
    give = walk.house.give

    def keeping(event: Event) -> list[Command]:
        out = give(event)
        for row in only(out, Row):
            columns = json.loads(json.dumps(row.columns))
            rows[row.kind, row.key] = Row(kind=row.kind, key=row.key, columns=columns)
        return out

    walk.house.give = keeping  # type: ignore[method-assign]
    walk._rules = lambda: None  # type: ignore[method-assign]
    for _ in range(200):
        walk.step()
    again = Group("g", 2)
    restore(again, walk.house.rules, walk.house.cards, list(rows.values()))
    assert shares_of(again) == shares_of(walk.house.group)
    decide(again, Tick(at=walk.house.at))
    oracle.check_rest_after_restart(again)


def shares_of(group: Group) -> Mapping[str, Mapping[str, int]]:
    """Team -> queue -> calls."""
    return {
        team: {queue: share.given.get(queue, 0) for queue in share.promised}
        for team, share in group.shares.items()
    }


def test_a_win_that_is_taken_back_counts_only_for_who_is_rung_up_next() -> None:
    one = house()
    one.call("t1", "cards")
    one.answers("ada")
    won = one.group.agents[AgentId("ada")].won
    assert won is not None
    one.give(OfferFailed(at=one.at, offer=won, cause=Cause.UNREACHABLE))
    assert one.ringing() == {"bob": "t1"}
    assert counted(one.group) == {"cards": 1}
    assert one.group.shares["t"].total == 1
