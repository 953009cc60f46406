"""Seeded random days of a small call centre, each decision of which the oracle looks at."""

from __future__ import annotations

import random
from dataclasses import replace
from operator import sub
from typing import TYPE_CHECKING, Any

from ivr.acd import offers
from ivr.acd.agents import EVENTS
from ivr.acd.group import Group, decide
from ivr.acd.settings import (
    ATTESTED,
    LAST_AGENT,
    PIN,
    SECOND,
    TICKET_OWNER,
    Member,
    Misses,
    Nobody,
    Overflow,
    Priority,
    Span,
    Step,
    Sticky,
    Wrapup,
)
from ivr.acd.strategies import STRATEGIES
from ivr.acd.words import (
    CallbackDeclined,
    CallHeld,
    CallPriority,
    NewsAsked,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    RulesChanged,
)
from ivr.domain.agent import AgentState, Wanted
from ivr.domain.call import Cause
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from tests.acd import oracle
from tests.acd.house import House, card, queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from ivr.acd.settings import Queue
    from ivr.acd.state import Agent, Call, Key, Offer
    from ivr.acd.words import AgentCard
    from ivr.domain.queue import OfferEnd

TEAMS = ("one", "two", "three")
SKILLS = ("cards", "loans", "tr", "en")
_MISSES = (
    *(None, Misses(allow=1, of=1, cooldown_ns=3 * SECOND, same_call_ns=0)),
    Misses(allow=3, of=9, cooldown_ns=0, same_call_ns=60 * SECOND),
)
_WAYS = (
    Overflow(waiting=2, callback="q0"),
    Overflow(waited_ns=30 * SECOND, waiting=1, callback="q0"),
    Overflow(estimate_ns=120 * SECOND, number="branch"),
    Overflow(waited_ns=20 * SECOND, waiting=1, flow="message"),
)


def a_queue(dice: random.Random, name: str, *, uneven: bool) -> Queue:
    """Some queue."""
    teams = dice.sample(TEAMS, dice.randint(1, 3))
    offsets = (0, 0, 0, 30 * SECOND, -20 * SECOND)
    steps = [
        Step(15 * SECOND, set_={"cards": Span(10, 100)}),
        Step(30 * SECOND, drop=("cards",), max_tier=2),
        Step(60 * SECOND, also=("q0",), max_tier=dice.choice([0, 3])),
    ]
    return queue(
        name,
        strategy=dice.choice(STRATEGIES),
        rank=("agent.calls + agent.tier", "-agent.skills.loans * 2 - call.offers"),
        need=dice.choice([{}, {}, {"cards": Span(30, 100)}, {"language": Span(20)}]),
        steps=tuple(steps[: dice.randint(0, 3)]),
        teams={
            team: Member(dice.randint(1, 3), dice.choice(offsets), dice.randint(1, 4))
            for team in teams
        },
        priority=dice.choice(["normal", "high", "3"]),
        ageing=dice.choice([0.5, 1.0, 2.0]) if uneven else 1.0,
        max_waiting=dice.choice([4, 200]),
        longest_ns=dice.choice([90 * SECOND, 900 * SECOND]),
        nobody=Nobody(grace_ns=20 * SECOND),
        sticky=Sticky(sources=("list",), mode=dice.choice(["wait", "if_free"]))
        if dice.random() < 0.3
        else Sticky(),
        wrapup=Wrapup(
            dice.choice(["none", "requested", "skippable", "fixed", "until_done"]),
            5 * SECOND,
            dice.random() < 0.2,
        ),
        overflow=dice.choice(
            [(), (), (Overflow(waited_ns=50 * SECOND, free_in="q1", queue="q1"),)]
        ),
        live_edit=dice.random() < 0.5,
        rejoin_ns=dice.choice([0, 60 * SECOND]),
        rejoin_by=(ATTESTED, PIN),
    )


def some_agents(dice: random.Random, count: int) -> list[AgentCard]:
    """Some agents; the last two share a telephone."""
    found = []
    for number in range(count):
        skills = {skill: dice.choice([0, 20, 50, 90]) for skill in SKILLS}
        teams = dice.sample(TEAMS, dice.randint(1, 2))
        one = card(f"a{number}", number * 3, *teams, **skills)
        found.append(one)
    found[-1] = replace(found[-1], endpoints=found[-2].endpoints)
    return found


def some_shares(dice: random.Random, queues: Sequence[Queue]) -> dict[str, dict[str, int]]:
    """Shares of one or two teams; rarely of fewer queues than they serve."""
    found = {}
    for team in dice.sample(TEAMS, dice.randint(1, 2)):
        names = [each.name for each in queues if team in each.teams or dice.random() < 0.2]
        cuts = sorted(dice.sample(range(10, 100, 10), max(0, len(names) - 1)))
        if names:
            found[team] = dict(zip(names, map(sub, [*cuts, 100], [0, *cuts]), strict=True))
    return found


class Walk:
    """One random day. Every offer and every rest is checked when `checked`.

    shares: whether teams are promised some; None = on some days. ways: whether queues send callers
    on in every way.
    """

    def __init__(
        self,
        seed: int,
        agents: int = 6,
        queues: int = 3,
        *,
        shares: bool | None = None,
        ways: bool = False,
    ) -> None:
        self.ways = ways
        self.dice = random.Random(seed)  # noqa: S311 - not for secrets
        uneven = self.dice.random() < 0.3
        rules = [a_queue(self.dice, f"q{number}", uneven=uneven) for number in range(queues)]
        own = random.Random(f"shares {seed}")  # noqa: S311 - not for secrets
        wanted = own.random() < 0.4 if shares is None else shares
        if wanted:
            patience = (10 * SECOND, 30 * SECOND, 120 * SECOND)
            rules = [replace(each, service_level_ns=own.choice(patience)) for each in rules]
        rules = [replace(each, overflow=_WAYS) for each in rules] if ways else rules
        if not wanted:
            rules = [replace(each, misses=own.choice(_MISSES)) for each in rules]
        self.house = House(
            *rules,
            share=some_shares(own, rules) if wanted else {},
            agents=some_agents(self.dice, agents),
            here=False,
            priorities={
                "normal": Priority(),
                "high": Priority(40 * SECOND),
                "strict": Priority(0, strict=True, max_waiting=2),
            },
            idle_basis=self.dice.choice(["any_contact", "queue_contact", "inbound"]),
        )
        self.calls = 0
        self.reuses = True
        """Whether tickets of waits that are over are used for new ones now and then."""

    def step(self) -> None:
        """Something happens."""
        dice, house = self.dice, self.house
        if dice.random() < 0.6:
            house.wait(dice.choice([0.0, 0.1, 1.0, 3.0, 7.0]))
        kind = dice.choices(
            [self._call, self._offer, self._agent, self._caller, self._rules],
            [22, 42, 28, 8, 0.2],
        )[0]
        kind()

    def _call(self) -> None:
        dice = self.dice
        self.calls += 1
        agents = list(self.house.group.agents)
        old = dice.choice([*self.house.group.calls, Ticket(f"t{max(0, self.calls - 3)}")])
        facts: dict[str, Any] = {
            "priority": dice.choice(["", "", "", "high", "8", "0", "strict"]),
            "skills": dice.choice([(), (), (), ("loans",)]),
            "language": dice.choice(["", "tr", "en"]),
            "wanted": tuple(map(Wanted, dice.sample(agents, 2), (TICKET_OWNER, LAST_AGENT))),
            "keep_from": old if dice.random() < 0.1 else None,
            "longest_ns": dice.choice([None, 45 * SECOND]),
            "identity": dice.choice(["", "+905321112233", "+905554443322"]),
            "attested": dice.random() < 0.5,
            "proved": "" if self.calls % 3 else f"customer{self.calls % 7}",
        }
        name = f"t{self.calls}" if dice.random() < 0.95 or not self.reuses else str(old)
        if name == str(facts["keep_from"]):
            facts["keep_from"] = None
        self.house.call(name, f"q{dice.randrange(len(self.house.group.queues))}", **facts)

    def _offer(self) -> None:
        dice, house = self.dice, self.house
        group = house.group
        offers = list(group.offers) or list(group.past) or [OfferId("o-0-0")]
        offer = (
            dice.choice(offers) if dice.random() < 0.97 else dice.choice([*group.past, offers[0]])
        )
        what = dice.random()
        if what < 0.35:
            house.give(OfferRinging(at=house.at, offer=offer))
        elif what < 0.75:
            house.give(OfferAnswered(at=house.at, offer=offer))
        else:
            cause = dice.choice(list(Cause))
            declined = dice.random() < 0.2
            house.give(OfferFailed(at=house.at, offer=offer, cause=cause, declined=declined))

    def _agent(self) -> None:
        dice, house = self.dice, self.house
        agent = dice.choice(list(house.group.agents.values()))
        usual = {
            "offline": ["login"],
            "break": ["set_available"],
            "not_responding": ["set_available", "endpoint_back"],
            "wrapup": ["wrapup_done"],
            "talking": ["call_ended"],
            "holding": ["resume"],
            "consulting": ["consult_complete", "merge"],
            "dialing": ["dial_answered", "dial_failed"],
            "direct": ["direct_ended"],
        }.get(agent.state, [])
        what = dice.choice(usual if usual and dice.random() < 0.7 else EVENTS)
        house.agent(
            agent.name,
            what,
            version=agent.version if dice.random() < 0.3 else None,
            reason=dice.choice(["break", "break", ""]),
            to=dice.choice([None, *AgentState]) if what in {"force", "recovered"} else None,
            seconds=dice.choice([0, 5]),
            code=dice.choice(["", "ok"]),
        )

    def _caller(self) -> None:
        dice, house = self.dice, self.house
        if not house.group.calls:
            return
        ticket = dice.choice(list(house.group.calls))
        what = dice.random()
        if what < 0.4:
            house.gone(ticket, dice.choice([WaitEnd.ABANDONED, WaitEnd.KEY]))
        elif what < 0.6:
            seconds = (0, 3, 20, 30, 300)[len(house.events) % 5]
            until = house.at + seconds * SECOND if dice.random() < 0.6 else None
            house.give(CallHeld(at=house.at, ticket=ticket, until=until))
        elif what < 0.8:
            priority = dice.choice(["high", "normal", "9", "strict"])
            house.give(
                CallPriority(at=house.at, ticket=ticket, priority=priority, by="s", reason="r")
            )
        elif self.ways:
            house.give(CallbackDeclined(at=house.at, ticket=ticket))
        else:
            house.give(NewsAsked(at=house.at, ticket=ticket))

    def _rules(self) -> None:
        """Another skill of somebody, or a queue with other steps."""
        dice, house = self.dice, self.house
        cards = list(house.cards)
        place = dice.randrange(len(cards))
        skills = {skill: dice.choice([0, 20, 50, 90]) for skill in SKILLS}
        cards[place] = replace(cards[place], skills=skills)
        house.cards = tuple(cards)
        house.give(RulesChanged(at=house.at, rules=house.rules, agents=house.cards))


def check_repeated(walk: Walk, steps: int) -> None:
    """The same events have another group decide the same (I11), for so many steps."""
    again = Group("g", 1)
    for event in walk.house.events:
        decide(again, event)
    for _ in range(steps):
        before = len(walk.house.events)
        walk.step()
        for event in walk.house.events[before:]:
            expected = decide(again, event)
        if len(walk.house.events) > before:
            assert list(expected) == walk.house.out


def watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the oracle look at each offer at the moment it is made, and when one is missed."""
    make, miss = offers.make, offers.miss

    def missed(group: Group, offer: Offer, end: OfferEnd, *, told: bool = True) -> None:
        before = offer.agent.misses
        miss(group, offer, end, told=told)
        oracle.check_miss(group, offer.agent, offer.call, before, end)

    def checked(group: Group, call: Call, chosen: list[Agent], heads: list[Key]) -> None:
        oracle.check_offer(group, call, chosen)
        make(group, call, chosen, heads)

    monkeypatch.setattr(offers, "make", checked)
    monkeypatch.setattr(offers, "miss", missed)
