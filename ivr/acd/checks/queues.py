"""What is wrong with the queues as they are configured, before a caller has to find out.

    ACD-E01 a skill that is not declared    ACD-E07 a rank that nobody can work out
    ACD-E02 steps out of order              ACD-E08 shares that do not make 100
    ACD-E03 no level can fit                ACD-E09 shares that do not fit the team's queues
    ACD-E04 no agent can ever serve         ACD-W01 nobody can serve before a later step
    ACD-E05 overflow that goes in a circle  ACD-W04 agents for whom several shares might hold
    ACD-E06 too many telephones ring        ACD-W05 telephones that must be answered by hand
                                            (ACD-W02 and ACD-W03 need schedules and forecasts)

Source: acd-cti.md 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ivr.acd.checks import answering, ranks, shares
from ivr.acd.checks.finding import Finding, dotted
from ivr.acd.settings import SECOND, Span
from ivr.domain.problem import Severity
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.acd.checks.finding import Path
    from ivr.acd.settings import Queue, Rules, Step
    from ivr.acd.words import AgentCard

LANGUAGE = "language"
MOST_RINGING = 30
_MOST_AGENTS = {"ring_all": MOST_RINGING, "ring_progressive": MOST_RINGING, "expression": 200}

Needs = dict[str, Span]


def judge(
    rules: Rules, cards: Sequence[AgentCard] | None = None, languages: Sequence[str] = ()
) -> list[Finding]:
    """Everything that is wrong, queue by queue.

    cards: all agents; None = not known here, so that only the rules are judged. While there are
    none at all that is said once, as a warning. languages: those that callers may have.
    """
    found = [each for queue in rules.queues.values() for each in _of_rules(queue, rules)]
    found += _circles(rules)
    found += shares.of_rules(rules)
    if cards:
        found += _of_staff(rules, cards, languages)
    elif cards is not None and rules.queues:
        found.append(_nobody_yet(rules))
    return found


def _of_rules(queue: Queue, rules: Rules) -> Iterator[Finding]:
    home: Path = ("queues", queue.name)
    yield from _of_needs(queue.need, (*home, "need"), rules)
    for place, step in enumerate(queue.steps):
        at: Path = (*home, "steps", place)
        yield from _of_needs(step.set_, (*at, "set"), rules)
        for position, skill in enumerate(step.drop):
            yield from _undeclared(skill, (*at, "drop", position), (*at, "drop"), rules)
    known = ranks.names(rules.skills)
    for place, text in enumerate(queue.rank):
        path: Path = (*home, "rank", place)
        yield from (
            Finding("ACD-E07", path, f"{dotted(path)}: {why}") for why in ranks.wrong(text, known)
        )
    for place, (one, other) in enumerate(pairwise(queue.steps), 1):
        if other.after_ns <= one.after_ns:
            yield _late(home, place, one, other)


def _late(home: Path, place: int, one: Step, other: Step) -> Finding:
    path: Path = (*home, "steps", place, "after")
    message = (
        f"{dotted(path[:-1])}.after {_seconds(other.after_ns)} is not later than "
        f"steps[{place - 1}].after {_seconds(one.after_ns)}"
    )
    return Finding("ACD-E02", path, message)


def _of_needs(needs: Mapping[str, Span], path: Path, rules: Rules) -> Iterator[Finding]:
    for skill, span in needs.items():
        yield from _undeclared(skill, (*path, skill), path, rules)
        if span.least > span.most:
            message = f"{dotted((*path, skill))}: min {span.least} is above max {span.most}"
            yield Finding("ACD-E03", (*path, skill), message)


def _undeclared(skill: str, at: Path, told: Path, rules: Rules) -> Iterator[Finding]:
    if skill in rules.skills:
        return
    near = nearest(skill, rules.skills)
    hint = f"; did you mean '{near}'?" if near else "; declare it under acd.skills"
    yield Finding("ACD-E01", at, f"{dotted(told)}: skill '{skill}' is not declared{hint}")


# overflow


def _circles(rules: Rules) -> Iterator[Finding]:
    """Circles of ways: a call could go round and round in one instant.

    A call keeps its age in the next queue, so a way that wants a certain wait (`waited`) holds
    there, too, as soon as it has held once.
    """
    told: list[list[str]] = []
    for start in rules.queues:
        way = _way_back(start, rules)
        if way and sorted(way) not in told:
            told.append(sorted(way))
            message = f"overflow {' -> '.join([*way, start])} can repeat without time passing"
            place = _first_to(rules.queues[start], [*way, start][1])
            yield Finding("ACD-E05", ("queues", start, "overflow", place, "to"), message)


def _way_back(start: str, rules: Rules) -> list[str]:
    """The shortest circle from a queue back to itself; empty if there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        for name in _leads_to(way[-1], rules):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _leads_to(name: str, rules: Rules) -> list[str]:
    queue = rules.queues.get(name)
    return [way.queue for way in (queue.overflow if queue else ()) if way.queue]


def _first_to(queue: Queue, target: str) -> int:
    places = enumerate(queue.overflow)
    return next(place for place, way in places if way.queue == target)


# agents


def _of_staff(rules: Rules, cards: Sequence[AgentCard], languages: Sequence[str]) -> list[Finding]:
    staff, found = Staff(cards), list[Finding]()
    for queue in rules.queues.values():
        found += _of_agents(queue, rules, staff, languages)
        serving = {team for stage in stages(queue, rules) for team in stage.teams}
        found += answering.by_hand(queue, serving, cards)
    found += shares.of_agents(rules, [(each.teams, each.count) for each in staff.profiles])
    return found


def _nobody_yet(rules: Rules) -> Finding:
    """A new server: its admin wants one line that says what to do, not one for each queue."""
    teams = dict.fromkeys(team for queue in rules.queues.values() for team in queue.teams)
    of_team = "".join(f" --team {team}" for team in list(teams)[:1])
    message = (
        "queues: there are no agents yet, so that no caller can be served; "
        f"add the first with `ivr user add NAME --role agent{of_team}`"
    )
    return Finding("ACD-E04", ("queues",), message, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Profile:
    """Agents who are alike: the same teams and skills. count: how many."""

    teams: tuple[str, ...]
    skills: Mapping[str, int]
    count: int


class Staff:
    """All agents, those who are alike taken together, since many agents have few profiles."""

    def __init__(self, cards: Sequence[AgentCard]) -> None:
        alike: dict[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], int] = {}
        for card in cards:
            key = (tuple(sorted(card.teams)), tuple(sorted(card.skills.items())))
            alike[key] = alike.get(key, 0) + 1
        self.profiles = [Profile(teams, dict(skills), n) for (teams, skills), n in alike.items()]

    def of_teams(self, teams: Sequence[str]) -> list[Profile]:
        """Profiles with at least one of these teams."""
        return [each for each in self.profiles if any(team in each.teams for team in teams)]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a call asks for from an age on."""

    after_ns: int
    need: Needs
    teams: tuple[str, ...]


def stages(queue: Queue, rules: Rules) -> list[Stage]:
    """The needs and teams at step 0 and after each step.

    If any step widens the tiers, callers begin with the lowest tier alone; otherwise with all.
    """
    tiers = sorted(member.tier for member in queue.teams.values())
    widens = any(step.max_tier for step in queue.steps)
    limit = tiers[0] if widens and tiers else 0
    need, also = dict(queue.need), tuple[str, ...]()
    found = [Stage(0, need, _teams(queue, limit, also, rules))]
    for step in queue.steps:
        need = {name: span for name, span in need.items() if name not in step.drop} | dict(
            step.set_
        )
        limit = step.max_tier or limit
        also += step.also
        found.append(Stage(step.after_ns, need, _teams(queue, limit, also, rules)))
    return found


def _teams(queue: Queue, limit: int, also: Sequence[str], rules: Rules) -> tuple[str, ...]:
    serving = [queue, *(rules.queues[name] for name in also if name in rules.queues)]
    within = [
        team
        for each in serving
        for team, member in each.teams.items()
        if not limit or member.tier <= limit
    ]
    return tuple(dict.fromkeys(within))


def _of_agents(
    queue: Queue, rules: Rules, staff: Staff, languages: Sequence[str]
) -> Iterator[Finding]:
    yield from _rings_too_many(queue, staff)
    plan = stages(queue, rules)
    spoken = languages if any(LANGUAGE in stage.need for stage in plan) else ()
    late: dict[int, str] = {}
    for language in spoken or ("",):
        wanted = [replace(stage, need=_spoken(stage.need, language)) for stage in plan]
        first = _first_served(wanted, staff)
        if first is None:
            yield _dead(queue, wanted, staff)
        elif first:
            late.setdefault(first, language)
    for first, language in late.items():
        yield _served_late(queue, first, plan[first].after_ns, language)


def _spoken(need: Needs, language: str) -> Needs:
    """The needs of a caller in this language; "" = of a caller in any."""
    plain = {name: span for name, span in need.items() if name != LANGUAGE}
    return {**plain, language: need[LANGUAGE]} if language and LANGUAGE in need else plain


def _rings_too_many(queue: Queue, staff: Staff) -> Iterator[Finding]:
    agents = sum(each.count for each in staff.of_teams(tuple(queue.teams)))
    most = _MOST_AGENTS.get(queue.strategy, agents)
    if agents > most:
        path: Path = ("queues", queue.name, "strategy")
        message = (
            f"{dotted(path[:-1])}: strategy {queue.strategy} has {agents} agents, at most {most}"
        )
        yield Finding("ACD-E06", path, message)


def _first_served(plan: Sequence[Stage], staff: Staff) -> int | None:
    for place, stage in enumerate(plan):
        if any(not _gaps(each, stage.need) for each in staff.of_teams(stage.teams)):
            return place
    return None


def _gaps(profile: Profile, need: Needs) -> dict[str, int]:
    """Skill -> by how much its level misses the span; empty if the agents can serve."""
    return {
        skill: max(span.least - level, level - span.most)
        for skill, span in need.items()
        if not span.least <= (level := profile.skills.get(skill, 0)) <= span.most
    }


def _dead(queue: Queue, plan: Sequence[Stage], staff: Staff) -> Finding:
    path: Path = ("queues", queue.name)
    near = _nearest(plan, staff)
    needs = ", ".join(f"{name} {_span(span)}" for name, span in plan[-1].need.items())
    message = f"{dotted(path)}: no agent can ever serve {{{needs}}}; {near}"
    return Finding("ACD-E04", path, message)


def _nearest(plan: Sequence[Stage], staff: Staff) -> str:
    """The agents who lack least, at whichever step that is."""
    pairs = [
        (gaps, each)
        for stage in plan
        for each in staff.of_teams(stage.teams)
        if (gaps := _gaps(each, stage.need))
    ]
    if not pairs:
        return f"nobody is in {' or '.join(plan[-1].teams) or 'a team of it'}"
    least, example = min(pairs, key=lambda pair: (len(pair[0]), sum(pair[0].values())))
    levels = {skill: example.skills.get(skill, 0) for skill in least}
    like = {
        (each.teams, tuple(sorted(each.skills.items()))): each.count
        for gaps, each in pairs
        if gaps == least and all(each.skills.get(s, 0) == level for s, level in levels.items())
    }
    number = sum(like.values())
    said = ", ".join(f"{skill} {level}" for skill, level in levels.items())
    return f"nearest: {number} agent{'' if number == 1 else 's'} with {said}"


def _served_late(queue: Queue, first: int, after_ns: int, language: str) -> Finding:
    path: Path = ("queues", queue.name, "steps", first - 1)
    who = f"every caller in {language}" if language else "every caller"
    message = (
        f"{dotted(path[:2])}: no agent before step {first}; "
        f"{who} waits at least {_seconds(after_ns)}"
    )
    return Finding("ACD-W01", path, message, Severity.WARNING)


def _span(span: Span) -> str:
    return f"{span.least}.." if span.most == Span().most else f"{span.least}..{span.most}"


def _seconds(length_ns: int) -> str:
    return f"{length_ns / SECOND:g}s"
