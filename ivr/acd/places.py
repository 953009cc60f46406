"""Places of waits that are over, kept for callers who come back (acd-cti.md 7.5).

A step of the flow that goes on waiting names the ticket of before. Who was cut off and calls again
is known by the number alone, so only one for which the carrier vouches counts, and never one that
is withheld; or by a PIN that was right, whatever the number. The wait of before stays what it was
in every figure. After a restart places are read out of the stored waits: who has a place is the
last to wait with its moment of entry and number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ivr.acd.settings import ATTESTED, PIN
from ivr.acd.state import CutOff, Place
from ivr.domain.queue import Ticket, WaitEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.acd.settings import Queue
    from ivr.acd.state import Call, Group
    from ivr.acd.words import CallQueued, Row

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
    for who in _known_as(rule, call) if end in _CUT_OFF else ():
        remember(group.cut_off, (rule.name, who), CutOff(call.ticket, group.now), MOST_PLACES)


def _known_as(rule: Queue, one: Call | CallQueued | _Stored) -> Iterator[str]:
    """What a caller of the queue is known by surely enough, the surest first."""
    if rule.rejoin_ns and PIN in rule.rejoin_by and one.proved:
        yield f"{PIN}:{one.proved}"
    if rule.rejoin_ns and ATTESTED in rule.rejoin_by and one.attested and one.identity:
        yield one.identity


@dataclass(frozen=True, slots=True)
class _Stored:
    """Who waited, as the row of the wait has it."""

    identity: str
    attested: bool
    proved: str


def load(group: Group, waits: Iterable[Row]) -> None:
    """Remember the places of waits that were over before a restart, as if there had been none.

    waits: rows of waits, those that are over and those that go on, the oldest first.
    """
    waits = sorted(waits, key=lambda row: int(row.columns["joined_at"]))
    holders = {_place_of(row): row.key for row in waits}
    over = [row for row in waits if not row.columns["live"] and row.columns.get("ended_at")]
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(over, key=lambda row: int(row.columns["ended_at"])):
        enqueued_at, seq = _place_of(row)
        group.last_seq = max(group.last_seq, seq)
        if holders[enqueued_at, seq] == row.key:
            ticket = Ticket(row.key)
            remember(group.places, ticket, Place(ticket, enqueued_at, seq), MOST_PLACES)
        for mine in _cut_off_as(group, row.columns):
            remember(last, mine, row, MOST_PLACES)
    for mine, row in last.items():
        if (ticket := Ticket(row.key)) in group.places:
            remember(group.cut_off, mine, CutOff(ticket, row.columns["ended_at"]), MOST_PLACES)


def _cut_off_as(group: Group, columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(queue, what the caller is known by) of a wait that was cut off."""
    queue = group.queues.get(columns["queue"])
    if queue is None or columns["end"] not in _CUT_OFF:
        return
    named = (columns["identity"], columns.get("attested", False), columns.get("proved", ""))
    for who in _known_as(queue.rule, _Stored(*named)):
        yield queue.rule.name, who


def _place_of(row: Row) -> tuple[int, int]:
    """What a wait has taken over of another one that is over, or left to it."""
    return row.columns["enqueued_at"], row.columns["seq"]


def cut_off(group: Group, event: CallQueued) -> Ticket | None:
    """The wait that this caller goes on with, if it was cut off a short while ago; told once."""
    rule = group.queues[event.queue].rule
    for who in _known_as(rule, event):
        found = group.cut_off.pop((rule.name, who), None)
        in_time = found is not None and group.now - found.at <= rule.rejoin_ns
        if found is not None and in_time and found.ticket in group.places:
            return found.ticket
    return None


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
