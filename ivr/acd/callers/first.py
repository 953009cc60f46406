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
    from ivr.acd.state import Agent, Call, DemandClass, Group, Key, Spot

MANY_CLASSES = 64
Order = tuple[int, int, int]


def best_call(group: Group, agent: Agent) -> tuple[Order, list[Key], Call] | None:
    """The caller who is first for an agent: (order, heads of all classes looked at, call)."""
    if not group.same_order:
        return _best_by_order(group, agent)
    heads = first_callers(group, agent)
    if not heads:
        return None
    first = min(heads)
    return first[:3], heads, first[3]


def _best_by_order(group: Group, agent: Agent) -> tuple[Order, list[Key], Call] | None:
    """As `best_call`, where callers may be in another order for each agent."""
    heads = first_callers(group, agent)
    if not heads:
        return None
    orders = [_order(group, agent, entry) for entry in heads]
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
    heads = [cls.first for cls in _filled(group, agent) if cls.first is not None]
    spot = agent.direct
    return heads if spot is None or not spot.waiting else heads + _promised(group, agent, spot)


def _promised(group: Group, agent: Agent, spot: Spot) -> list[Key]:
    """Callers who wait for this one agent: the first, or all whose queues age differently.

    Where shares may decide: the first of each queue.
    """
    if agent.profile.share is not None:
        return _one_of_each_queue(spot.heap.first(spot.waiting, waits))
    return spot.heap.first(1 if group.even else spot.waiting, waits)


def _one_of_each_queue(entries: Iterable[Key]) -> list[Key]:
    found: dict[str, Key] = {}
    for entry in entries:
        found.setdefault(entry[3].queue.rule.name, entry)
    return list(found.values())


def _order(group: Group, agent: Agent, entry: Key) -> Order:
    """A caller's place for this agent, whose offsets mean nobody who was promised to him."""
    lane, v, seq, call = entry
    offset = 0 if call.spot is agent.direct else agent.profile.classes[call.cls]
    if group.even:
        return lane, v + offset, seq
    return lane, -call.cls.rate * (group.now - v - offset), seq


def _filled(group: Group, agent: Agent) -> Iterable[DemandClass]:
    """The classes of an agent among which are all those where somebody waits."""
    classes = agent.profile.classes
    if len(classes) <= MANY_CLASSES:
        return classes
    return [group.by_bit[number] for number in bits(agent.profile.class_bits & group.filled)]
