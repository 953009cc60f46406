"""Who may serve whom: kinds of callers, kinds of agents, and which of them fit together.

Callers who can be served by the same agents form a *demand class*; agents who are alike to every
queue form a *profile*. Which class fits which profile is worked out once, when either appears, and
kept as bits of whole numbers; no caller is ever compared with an agent (acd-cti.md 4.6).
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from ivr.acd.settings import Span
from ivr.acd.state import Demand, DemandClass, Profile, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.acd.settings import Queue
    from ivr.acd.shares.share import Share
    from ivr.acd.state import Call, Group, Key, QueueState
    from ivr.acd.words import AgentCard

MOST_CLASSES = 20_000
LANGUAGE = "language"
Member = tuple[int, int, int]
Needs = tuple[tuple[str, int, int], ...]


class TooManyClassesError(Exception):
    """Callers ask for more different things than the machine keeps apart."""


def rate_of(rule: Queue) -> int:
    """How fast callers of a queue gain age, in thousandths."""
    return round(rule.ageing * 1000)


def bits(mask: int) -> Iterator[int]:
    """Numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


# callers


def demand_of(
    group: Group, queue: QueueState, skills: tuple[str, ...], language: str, reach: str
) -> Demand:
    """The classes through which such a caller of the queue goes, one object for all who are alike.

    Raises TooManyClassesError.
    """
    key = (tuple(sorted(set(skills))), language, reach)
    found = queue.demands.get(key)
    if found is None:
        steps = tuple(_steps(group, queue.rule, key))
        found = queue.demands[key] = Demand(queue=queue, steps=steps)
        _connect_demand(group, found)
    return found


def _steps(
    group: Group, rule: Queue, key: tuple[tuple[str, ...], str, str]
) -> Iterator[tuple[int, DemandClass]]:
    skills, language, reach = key
    needs = dict.fromkeys(skills, Span()) | dict(rule.need)
    most = first_limit(rule)
    also: tuple[str, ...] = ()
    yield 0, _class(group, rule, _canonical(needs, language), (most, also, reach))
    for step in rule.steps:
        needs |= step.set_
        for skill in step.drop:
            needs.pop(skill, None)
        most = step.max_tier or most
        also = tuple(sorted({*also, *step.also}))
        yield step.after_ns, _class(group, rule, _canonical(needs, language), (most, also, reach))


def first_limit(rule: Queue) -> int:
    """The highest tier that serves at step 0; 0 = all.

    Decision: a step that names `max_tier` widens, so before it only the lowest tier of the queue
    serves; a queue without such a step uses its higher tiers as soon as no lower one is free.
    """
    if not any(step.max_tier for step in rule.steps) or not rule.teams:
        return 0
    return min(member.tier for member in rule.teams.values())


def _canonical(needs: Mapping[str, Span], language: str) -> Needs:
    """Sorted and with the caller's own language in place; without one it is not asked for."""
    plain = dict(needs)
    span = plain.pop(LANGUAGE, None)
    if span is not None and language:
        plain[language] = span
    return tuple(sorted((skill, one.least, one.most) for skill, one in plain.items()))


def _class(
    group: Group, rule: Queue, needs: Needs, rest: tuple[int, tuple[str, ...], str]
) -> DemandClass:
    most, also, reach = rest
    key = (rule.name, needs, most, also, reach, rate_of(rule))
    found = group.classes.get(key)
    if found is None:
        if len(group.classes) >= MOST_CLASSES:
            raise TooManyClassesError(rule.name)
        found = group.classes[key] = DemandClass(
            queue=rule.name, needs=needs, max_tier=most, also=also, reach=reach, rate=key[5]
        )
        _number(group, found)
        _connect_class(group, found)
    return found


def _number(group: Group, cls: DemandClass) -> None:
    cls.bit = 1 << len(group.by_bit)
    group.by_bit.append(cls)


# agents


def profile_of(group: Group, card: AgentCard) -> Profile:
    """The profile of an agent's card as it is now; certificates that have ended do not count."""
    skills = {
        skill: level
        for skill, level in sorted(card.skills.items())
        if level > 0 and card.certificates.get(skill, group.now + 1) > group.now
    }
    members = _members(group, card.teams)
    reaches = tuple(sorted(reach.value for reach in card.endpoints))
    share = _share(group, card.teams)
    team = "" if share is None else share.team
    key = (tuple(sorted(members.items())), tuple(skills.items()), reaches, team)
    found = group.profiles.get(key)
    if found is None:
        number = len(group.by_number)
        found = Profile(number, 1 << number, members, skills, reaches, sorted(members))
        found.share = share
        group.profiles[key] = found
        group.by_number.append(found)
        _connect_profile(group, found)
    return found


def _members(group: Group, teams: tuple[str, ...]) -> dict[str, Member]:
    """Queue -> how somebody of these teams serves it; of several teams the best one counts."""
    own = set(teams)
    found = {}
    for name, queue in group.queues.items():
        ways = [
            (member.tier, member.offset_ns, member.weight)
            for team, member in queue.rule.teams.items()
            if team in own
        ]
        if ways:
            found[name] = min(ways)
    return found


def _share(group: Group, teams: tuple[str, ...]) -> Share | None:
    """The share by which somebody of these teams works; of several the first by name."""
    promised = [team for team in teams if team in group.shares]
    return group.shares[min(promised)] if promised else None


def membership(profile: Profile, cls: DemandClass) -> Member | None:
    """How these agents serve the class: (tier, offset, weight); None if they may not."""
    if cls.reach not in profile.reaches:
        return None
    ways = [profile.members[name] for name in (cls.queue, *cls.also) if name in profile.members]
    if cls.max_tier:
        ways = [way for way in ways if way[0] <= cls.max_tier]
    if not ways or not _fits(profile.skills, cls.needs):
        return None
    return min(ways)


def _fits(skills: Mapping[str, int], needs: Needs) -> bool:
    return all(least <= skills.get(skill, 0) <= most for skill, least, most in needs)


# which class fits which profile


def _connect_class(group: Group, cls: DemandClass) -> None:
    seen: dict[int, Profile] = {}
    for name in (cls.queue, *cls.also):
        if name in group.queues:
            seen |= {each.number: each for each in group.queues[name].profiles}
    for number in sorted(seen):
        _connect(seen[number], cls)


def _connect_profile(group: Group, profile: Profile) -> None:
    queues = [group.queues[name] for name in profile.queues]
    for queue in queues:
        queue.profiles.append(profile)
    profile.away = frozenset(
        state for queue in queues for state in states_of(queue.rule.nobody.leave)
    )
    for cls in group.by_bit:
        _connect(profile, cls)
    for demand in group.demands:
        _connect_pair(demand, profile)


def _connect(profile: Profile, cls: DemandClass) -> None:
    way = membership(profile, cls)
    if way is None:
        return
    profile.classes[cls] = way[1]
    profile.class_bits |= cls.bit
    cls.mask |= profile.bit
    tiers = dict(cls.tiers)
    tiers[way[0]] = tiers.get(way[0], 0) | profile.bit
    cls.tiers = sorted(tiers.items())


def _connect_demand(group: Group, demand: Demand) -> None:
    group.demands.append(demand)
    mask = 0
    for _after, cls in demand.steps:
        mask |= cls.mask
    for number in bits(mask):
        _connect_pair(demand, group.by_number[number])


def _connect_pair(demand: Demand, profile: Profile) -> None:
    if any(cls.mask & profile.bit for _after, cls in demand.steps):
        demand.mask |= profile.bit
        profile.demands.append(demand)


_MEANT = {
    "offline": ("offline",),
    "break": ("break",),
    "not_responding": ("not_responding",),
    "talking": ("talking", "holding", "consulting", "dialing", "direct"),
    "ringing": ("reserved", "ringing"),
    "wrapup": ("wrapup",),
}


def states_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The states that the words of `nobody` stand for; `tier` is no state."""
    return tuple(state for word in words for state in _MEANT.get(word, ()))


def connect_again(group: Group, cards: Iterable[AgentCard]) -> None:
    """Work out anew who may serve whom, for new rules or agents; drops what nobody is in.

    Bits get new numbers: the caller fills `idle` and `filled` again from agents and callers.
    """
    kept = dict.fromkeys(call.demand for call in group.calls.values())
    used = dict.fromkeys(cls for demand in kept for _after, cls in demand.steps)
    group.classes = {key: cls for key, cls in group.classes.items() if cls in used}
    before = group.profiles
    group.by_bit, group.demands, group.by_number, group.profiles = [], [], [], {}
    for cls in group.classes.values():
        cls.tiers, cls.mask = [], 0
        _number(group, cls)
    for queue in group.queues.values():
        queue.profiles, queue.demands = [], {}
    for card in cards:
        profile_of(group, card)
    for key, profile in group.profiles.items():
        if key in before:
            profile.given = before[key].given
    for demand in kept:
        demand.mask = 0
        _connect_demand(group, demand)


# standing in line


def waits(entry: Key) -> bool:
    """Whether the caller of an entry still stands where the entry was put."""
    return entry[3].key is entry and entry[3].spot is not None


def line_up(group: Group, call: Call) -> None:
    """The caller is one of the queue's and has a place in its order."""
    queue = call.queue
    group.calls[call.ticket] = call
    call.demand.calls += 1
    queue.strict += call.lane == 0
    call.key = (call.lane, call.v, call.seq, call)
    insort(queue.order, call.key)


def stand(group: Group, call: Call) -> None:
    """The caller waits, for one agent or in the class, at the place of the key."""
    spot: Spot = call.cls
    if call.sticky is not None:
        if call.sticky.direct is None:
            call.sticky.direct = Spot(agent=call.sticky)
        spot = call.sticky.direct
    if call.stood or call.key is None:  # the entry of an earlier stand stays dead
        call.key = (call.lane, call.v, call.seq, call)
    call.stood = True
    call.spot = spot
    spot.waiting += 1
    group.filled |= spot.bit
    spot.heap.push(call.key, waits)
    spot.first = spot.heap.entries[0]


def step_out(group: Group, call: Call) -> None:
    """The caller stands nowhere: rings, is held, or is gone. Harmless if so already."""
    spot = call.spot
    if spot is None:
        return
    call.spot = None
    spot.waiting -= 1
    if spot.first is call.key:
        spot.first = spot.heap.head(waits)
    if not spot.waiting:
        group.filled &= ~spot.bit
