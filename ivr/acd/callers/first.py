"""Which of the waiting callers is first for an agent (acd-cti.md 4.1, 4.6).

The first callers of all classes that the agent may serve are compared by their keys. Where the
agent's team is promised shares of its queues, and as long as each of these callers has waited no
longer than the service level of the queue allows, the queue that is furthest behind goes first:
all of them together, since a rule for pairs could go in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.classes import bits, waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.acd.shares.share import Share
    from ivr.acd.state import Agent, Call, DemandClass, Group, Key

MANY_CLASSES = 64
Order = tuple[int, int, int]


def best_call(group: Group, agent: Agent) -> tuple[Order, list[Key], Call] | None:
    """The caller who is first for an agent: (order, heads of all classes looked at, call).

    The first entry of a class in which somebody waits is alive: `step_out` sees to that.
    """
    filled = _filled(group, agent)
    heads: list[Key] = [cls.heap.entries[0] for cls, _offset in filled]
    promised = _promised(group, agent)
    heads += promised
    if not heads:
        return None
    if group.same_order:
        first = min(heads)
        return first[:3], heads, first[3]
    orders = [_order(group, cls.heap.entries[0], offset, cls.rate) for cls, offset in filled]
    orders += [_order(group, entry, 0, entry[3].cls.rate) for entry in promised]
    place = _first_place(group, agent.profile.share, heads, orders)
    return orders[place], heads, heads[place][3]


def _first_place(
    group: Group, share: Share | None, heads: Sequence[Key], orders: Sequence[Order]
) -> int:
    places = range(len(heads))
    if share is None or not shares_decide(group, share, heads):
        return min(places, key=orders.__getitem__)

    def by_share(place: int) -> tuple[int, int, Order]:
        head = heads[place]
        return head[0], share.ahead(head[3].queue.rule.name), orders[place]

    return min(places, key=by_share)


def shares_decide(group: Group, share: Share, heads: Iterable[Key]) -> bool:
    """Whether each caller is of a queue with a share and has not waited too long for it yet."""
    return all(
        call.queue.rule.name in share.promised
        and group.now - call.enqueued_at <= call.queue.rule.service_level_ns
        for _lane, _v, _seq, call in heads
    )


def first_callers(group: Group, agent: Agent) -> list[Key]:
    """The first callers of all classes that the agent may serve, and who is promised to him."""
    heads: list[Key] = [cls.heap.entries[0] for cls, _offset in _filled(group, agent)]
    return heads + _promised(group, agent)


def _promised(group: Group, agent: Agent) -> list[Key]:
    """Callers who wait for this one agent: the first, or all whose queues age differently.

    Where shares may decide: the first of each queue.
    """
    spot = agent.direct
    if spot is None or not spot.waiting:
        return []
    if agent.profile.share is not None:
        return _one_of_each_queue(spot.heap.first(spot.waiting, waits))
    return spot.heap.first(1 if group.even else spot.waiting, waits)


def _one_of_each_queue(entries: Iterable[Key]) -> list[Key]:
    found: dict[str, Key] = {}
    for entry in entries:
        found.setdefault(entry[3].queue.rule.name, entry)
    return list(found.values())


def _order(group: Group, entry: Key, offset: int, rate: int) -> Order:
    if group.even:
        return entry[0], entry[1] + offset, entry[2]
    return entry[0], -rate * (group.now - entry[1] - offset), entry[2]


def _filled(group: Group, agent: Agent) -> Sequence[tuple[DemandClass, int]]:
    """The classes of an agent in which somebody waits, with the agent's offset."""
    profile = agent.profile
    mask = profile.class_bits & group.filled
    if not mask:
        return ()
    if len(profile.classes) <= MANY_CLASSES:
        return [each for each in profile.classes.items() if each[0].waiting]
    return [(group.by_bit[number], profile.classes[group.by_bit[number]]) for number in bits(mask)]
