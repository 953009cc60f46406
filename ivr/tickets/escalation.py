"""Whom a ticket that gets late is told to, when, and that each is told just once.

A level of an escalation is passed when its clock has counted so much. So a pause holds levels and
repeats back as well, and a night or a weekend passes none. Every (policy, level, n) happens once
per clock: whoever carries it out writes `Fired.key` in the transaction of the notice. After an
outage only the highest level passed is told, lower ones are `skipped`. Source: tickets.md
section 10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from ivr.tickets.sla.policies import ROLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from ivr.domain.calendar import Calendar
    from ivr.tickets.sla.clock import Calendars, ClockState
    from ivr.tickets.sla.policies import Rule

Outcome: TypeAlias = Literal["sent", "skipped", "nobody"]
"""Told; passed while nobody looked, a higher one is told; nobody was there to be told."""
FiredKey: TypeAlias = tuple[str, int, int]
"""Policy, level from 1 in the order of its rules, n from 0 for the first time."""


class People(Protocol):
    """Who is who in the house, as far as escalations ask."""

    def leads(self, team: str) -> Sequence[str]:
        """The active leads of a team, in a fixed order."""
        ...

    def parent(self, team: str) -> str | None:
        """The team above a team; None for the highest and for teams that do not exist."""
        ...

    def with_role(self, role: str) -> Sequence[str]:
        """The active people of a role, in a fixed order."""
        ...


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who has to do with a ticket: assignee and customer are empty where there is none."""

    assignee: str
    team: str
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """One level passed, for the n-th time. at_s: the counted seconds at which it is.

    at_s is 0 for a level that comes before its time. people: logins to be told, no one twice.
    customer: whether the customer is told. why: a sentence for each step at which nobody was found.
    """

    policy: str
    level: int
    n: int
    rule: Rule
    at_s: int
    outcome: Outcome
    people: tuple[str, ...] = ()
    customer: bool = False
    why: tuple[str, ...] = ()

    @property
    def key(self) -> FiredKey:
        """What may be there once per clock."""
        return self.policy, self.level, self.n


@dataclass(frozen=True, slots=True)
class Told:
    """Who is to be told: people by login, whether the customer too, and why not who was named."""

    people: tuple[str, ...] = ()
    customer: bool = False
    why: tuple[str, ...] = ()


def threshold_s(rule: Rule, target_s: int) -> int:
    """The counted seconds at which a rule comes; from 100 % on, one more: due is not yet late."""
    needed = -(-target_s * rule.at_percent // 100) + rule.plus_s
    return needed + 1 if rule.at_percent >= 100 else needed


def passed(
    state: ClockState, rules: Sequence[Rule], done: Collection[FiredKey], counted_s: int
) -> tuple[Fired, ...]:
    """The levels passed and not yet in `done`, lowest first; none once the clock has ended.

    rules: those of the clock's policy for its metric. counted_s: of the clock now. All at the
    highest threshold are `sent`, those below it `skipped`.
    """
    if not state.open:
        return ()
    found = [
        Fired(state.policy, level, n, rule, at_s, "skipped")
        for level, rule in enumerate(rules, 1)
        for n, at_s in _times(rule, state.target_s, counted_s)
        if (state.policy, level, n) not in done
    ]
    found.sort(key=lambda each: (each.at_s, each.level))
    highest = max((each.at_s for each in found), default=0)
    return tuple(replace(each, outcome="sent") if each.at_s == highest else each for each in found)


def next_at(
    state: ClockState, rules: Sequence[Rule], done: Collection[FiredKey], calendars: Calendars
) -> datetime | None:
    """When the next level is passed if nothing else happens; None if there is none left.

    Never before the last line of the ledger; a paused clock has none.
    """
    if not state.running:
        return None
    calendar = calendars[state.calendar]
    waiting = (
        _first_open(rule, (state.policy, level), state.target_s, done)
        for level, rule in enumerate(rules, 1)
    )
    times = (
        calendar.add(state.at, max(at_s - state.counted_s, 0))
        for at_s in waiting
        if at_s is not None
    )
    return min((each for each in times if each is not None), default=None)


def addressed(
    fired: Iterable[Fired],
    rules: Sequence[Rule],
    done: Collection[FiredKey],
    ticket: Concerned,
    people: People,
) -> tuple[Fired, ...]:
    """What was passed, with whom to tell. Where nobody is found the next level comes at once."""
    found = [
        _with_people(each, ticket, people) if each.outcome == "sent" else each for each in fired
    ]
    if not found or found[-1].outcome == "skipped" or _anybody(found):
        return tuple(found)
    reason = f"level {found[-1].level} found nobody"
    known = {*done, *(each.key for each in found)}
    return (*found, *passed_on(found[-1].key, reason, rules, known, ticket, people))


def passed_on(
    key: FiredKey,
    reason: str,
    rules: Sequence[Rule],
    done: Collection[FiredKey],
    ticket: Concerned,
    people: People,
) -> tuple[Fired, ...]:
    """The next level, before its time, and those after it as long as nobody is found.

    key: the level that found nobody, or whose people passed it on (2 in our call to them).
    """
    found: list[Fired] = []
    policy, passed_level, _ = key
    for level, rule in enumerate(rules[passed_level:], passed_level + 1):
        if (policy, level, 0) in done:
            continue
        early = Fired(policy, level, 0, rule, 0, "sent", why=(reason,))
        found.append(_with_people(early, ticket, people))
        if found[-1].outcome == "sent":
            break
        reason = f"level {level} found nobody"
    return tuple(found)


def told(names: Iterable[str], ticket: Concerned, people: People) -> Told:
    """Who stands behind the recipients of a rule; who is missing is replaced by the next above.

    The assignee by the lead, a role by the lead, the lead by the manager, the manager by the lead
    of the next team above. Nobody stands in for the customer.
    """
    logins: list[str] = []
    why: list[str] = []
    customer = False
    for name in names:
        if name == "customer":
            customer = bool(ticket.customer)
            why += [] if customer else ["the ticket has no customer"]
            continue
        for found, reason in _climb(name, ticket, people):
            logins += found
            if found:
                break
            why.append(reason)
    return Told(tuple(dict.fromkeys(logins)), customer, tuple(dict.fromkeys(why)))


def send_at(rule: Rule, emergency: bool, hours: Calendar, now: datetime) -> datetime | None:
    """When a notice may go to somebody with these hours: now, or when they open; None: never.

    A notice that waits is dropped if its clock has ended by then (`ClockState.open`).
    """
    if rule.any_hour or emergency or hours.is_open(now):
        return now
    return hours.next_open(now)


def changes(fired: Iterable[Fired]) -> dict[str, str]:
    """The fields that these levels set, also those of skipped ones; a later one wins."""
    found: dict[str, str] = {}
    for each in fired:
        found.update(each.rule.set)
    return found


def _times(rule: Rule, target_s: int, counted_s: int) -> Iterator[tuple[int, int]]:
    """(n, threshold) of each time that a rule has come by now."""
    first = threshold_s(rule, target_s)
    if counted_s < first:
        return
    yield 0, first
    if rule.repeat_s:
        times = (counted_s - first) // rule.repeat_s + 1
        for n in range(1, times if rule.most is None else min(times, rule.most)):
            yield n, first + n * rule.repeat_s


def _first_open(
    rule: Rule, named: tuple[str, int], target_s: int, done: Collection[FiredKey]
) -> int | None:
    """The threshold of the first time of a rule that is not done yet."""
    n = 0
    while (*named, n) in done:
        n += 1
    if n and (not rule.repeat_s or (rule.most is not None and n >= rule.most)):
        return None
    return threshold_s(rule, target_s) + n * (rule.repeat_s or 0)


def _with_people(fired: Fired, ticket: Concerned, people: People) -> Fired:
    found = told(fired.rule.tell, ticket, people)
    reached = bool(found.people or found.customer)
    # A rule that only sets fields, or tells another system, needs nobody.
    silent = not fired.rule.tell or "webhook" in fired.rule.by
    return replace(
        fired,
        outcome="sent" if reached or silent else "nobody",
        people=found.people,
        customer=found.customer,
        why=(*fired.why, *found.why),
    )


def _anybody(fired: Iterable[Fired]) -> bool:
    return any(each.outcome == "sent" for each in fired)


def _climb(name: str, ticket: Concerned, people: People) -> Iterator[tuple[Sequence[str], str]]:
    """Whom to ask one after another: who was found there, and what to say if nobody was."""
    if name == "assignee":
        yield (ticket.assignee,) if ticket.assignee else (), "the ticket has no assignee"
    if name.startswith(ROLE):
        role = name.removeprefix(ROLE)
        yield people.with_role(role), f"nobody has the role {role}"
    if name != "manager":
        yield people.leads(ticket.team), f"team {ticket.team} has no lead"
    seen, team = {ticket.team}, people.parent(ticket.team)
    while team is not None and team not in seen:
        yield people.leads(team), f"team {team} has no lead"
        seen.add(team)
        team = people.parent(team)
    yield (), f"nobody is above team {ticket.team}"
