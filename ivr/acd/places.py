"""Places of waits that are over, kept for callers who come back (acd-cti.md 7.5).

A step of the flow that goes on waiting names the ticket of before. Who was cut off and calls again
is known by the number alone, so only one for which the carrier vouches counts, and never one that
is withheld. The wait of before stays what it was in every figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ivr.acd.state import CutOff, Place
from ivr.domain.queue import WaitEnd

if TYPE_CHECKING:
    from ivr.acd.state import Call, Group
    from ivr.acd.words import CallQueued
    from ivr.domain.queue import Ticket

K = TypeVar("K")
V = TypeVar("V")
MOST_PLACES = 20_000
_CUT_OFF = frozenset({WaitEnd.ABANDONED, WaitEnd.SYSTEM_LOST})
"""A line that broke down looks the same as a caller who hung up."""


def remember(kept: dict[K, V], key: K, value: V, most: int) -> None:
    """Keep the newest."""
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > most:
        del kept[next(iter(kept))]


def keep(group: Group, call: Call, end: WaitEnd) -> None:
    """A wait is over."""
    place = Place(call.ticket, call.enqueued_at, call.seq)
    remember(group.places, call.ticket, place, MOST_PLACES)
    rule = call.queue.rule
    if end in _CUT_OFF and rule.rejoin_ns and call.attested and call.identity:
        mine = rule.name, call.identity
        remember(group.cut_off, mine, CutOff(call.ticket, group.now), MOST_PLACES)


def cut_off(group: Group, event: CallQueued) -> Ticket | None:
    """The wait that this caller goes on with, if it was cut off a short while ago; told once."""
    queue = group.queues[event.queue].rule
    if not (event.attested and event.identity):
        return None
    found = group.cut_off.pop((queue.name, event.identity), None)
    if found is None or group.now - found.at > queue.rejoin_ns:
        return None
    return found.ticket if found.ticket in group.places else None


def taken_over(group: Group, ticket: Ticket) -> Place | None:
    """The place of a wait that is over; it is nobody else's from now on."""
    return group.places.pop(ticket, None) or _of_a_talk(group, ticket)


def _of_a_talk(group: Group, ticket: Ticket) -> Place | None:
    """The place of a caller who has talked for so long that the wait is no longer remembered."""
    return next(
        (
            agent.place
            for agent in group.agents.values()
            if agent.place is not None and agent.place.ticket == ticket
        ),
        None,
    )
