"""Identities over whole random days: queue lengths and waits, agents' states and their hours (I8).

Counted twice, from the commands that came out and from the group itself; both in whole ns, so that
the difference is exactly nothing. R2 and R8 of the list of faults seen elsewhere as well.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ivr.acd.words import Row
from tests.acd.house import House, card, queue
from tests.acd.walk import Walk

if TYPE_CHECKING:
    from ivr.acd.words import Command, Event


class Books:
    """What was waited and worked in a house, kept from outside."""

    def __init__(self, house: House) -> None:
        self._house, self._give = house, house.give
        house.give = self.give  # type: ignore[method-assign]
        self.at = house.at
        self.length_ns = self.waits_ns = self.present_ns = self.states_ns = 0
        self.since: dict[str, int] = dict.fromkeys(house.group.calls, house.at)
        self.agents: dict[str, tuple[str, int]] = {}
        self.ends: Counter[str] = Counter()
        self.entered = 0

    def give(self, event: Event) -> list[Command]:
        """Time passes with those who are there, then the event changes who that is."""
        passed, group = max(0, event.at - self.at), self._house.group
        self.length_ns += passed * len(group.calls)
        here = [one for one in group.agents.values() if one.state != "offline"]
        self.present_ns += passed * len(here)
        self.at += passed
        out = self._give(event)
        for command in out:
            if isinstance(command, Row):
                self._note(command)
        return out

    def _note(self, row: Row) -> None:
        columns: dict[str, Any] = dict(row.columns)
        if row.kind == "waiting" and columns["live"]:
            self.entered += row.key not in self.since
            self.since.setdefault(row.key, self.at)
        elif row.kind == "waiting" and row.key in self.since:
            self.waits_ns += self.at - self.since.pop(row.key)
            self.ends[columns["end"]] += 1
        elif row.kind == "agent_state":
            self._changed(row.key, columns["state"])

    def _changed(self, agent: str, state: str) -> None:
        before, since = self.agents.get(agent, ("offline", self.at))
        if before != state:
            self.states_ns += self.at - since if before != "offline" else 0
            self.agents[agent] = (state, self.at)

    def close(self) -> None:
        """Count those who still wait or work as far as they have come."""
        self.waits_ns += sum(self.at - since for since in self.since.values())
        self.states_ns += sum(
            self.at - since for state, since in self.agents.values() if state != "offline"
        )


@pytest.mark.parametrize("seed", range(6))
def test_the_length_of_the_queue_over_time_is_the_sum_of_the_waits(seed: int) -> None:
    walk = Walk(seed)
    books = Books(walk.house)
    for _step in range(400):
        walk.step()
    books.close()
    assert books.length_ns == books.waits_ns > 0


@pytest.mark.parametrize("seed", range(6))
def test_what_agents_did_adds_up_to_the_time_they_were_there(seed: int) -> None:
    walk = Walk(seed)
    books = Books(walk.house)
    for _step in range(400):
        walk.step()
    books.close()
    assert books.states_ns == books.present_ns > 0


@pytest.mark.parametrize("seed", range(6))
def test_everybody_who_came_was_answered_or_left_in_one_way_or_still_waits(seed: int) -> None:
    walk = Walk(seed)
    books = Books(walk.house)
    for _step in range(400):
        walk.step()
        assert books.entered == sum(books.ends.values()) + len(walk.house.group.calls)


def test_calls_answered_are_what_the_log_says_in_every_queue_that_shares_agents() -> None:
    names = [f"q{number}" for number in range(40)]
    agents = [card(f"a{number}", number) for number in range(1, 4)]
    house = House(*(queue(name) for name in names), agents=agents)
    answered: Counter[str] = Counter()
    for turn in range(200):
        house.call(f"t{turn}", names[turn % len(names)])
        house.wait(4)
        for agent in agents:
            if house.state(agent.agent) in ("reserved", "ringing"):
                answered[str(house.group.agents[agent.agent].offer.call.queue.rule.name)] += 1  # type: ignore[union-attr]
                house.answers(agent.agent)
                house.agent(agent.agent, "call_ended")
                house.agent(agent.agent, "wrapup_done")
    assert {name: house.group.queues[name].counts.answered for name in names} == {
        name: answered[name] for name in names
    }
    assert sum(answered.values()) >= 150
