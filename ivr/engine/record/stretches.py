"""A call as reports count it: what the caller was doing at each moment, and what agents did beside.

The machine notes segments that may lie over one another: the caller is on hold within a talk, two
agents talk with him at once, an agent is rung up while he waits. Here they become stretches: those
of the caller follow one another from the answer to the end without gap or overlap, those of agents
lie beside. Kinds, parties and invariants S1 to S3: tickets.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from ivr.engine.ending import FLOW
from ivr.engine.party import DIAL, HOLD, OUTSIDE, QUEUE, RING, TALK, VOICEMAIL, read_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from ivr.domain.call import Segment

CALLER, AGENT = "caller", "agent"
IVR, CONFERENCE, EXTERNAL, OFFER = "ivr", "conference", "external", "offer"
ACCEPTED, MISSED = "accepted", "missed"
_KINDS = {FLOW: IVR, OUTSIDE: EXTERNAL, RING: OFFER}
"""Where reports say it with another word than the machine."""
_WEIGHTIER = (IVR, VOICEMAIL, QUEUE, EXTERNAL, TALK, HOLD)
"""Of what lies over one another the last one is what the caller hears."""
_MOMENTS = (QUEUE, EXTERNAL, TALK)
"""Counted even if they were over at once, such as a wait in a queue that is full."""
SUMS = {
    "ivr_ms": (IVR,),
    "wait_ms": (QUEUE,),
    "talk_ms": (TALK, CONFERENCE),
    "hold_ms": (HOLD,),
}
"""Columns of an interaction, and the kinds of stretches whose time they add up."""


class Timed(Protocol):
    """Anything with a kind, a begin and an end."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def started_at(self) -> datetime:
        """Its begin."""

    @property
    def ended_at(self) -> datetime:
        """Its end."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a call. kind: of tickets.md section 4. party: `caller` or `agent`; "" in the
    records of older releases.

    detail: of the segment (flow, agent, place ...). queue: where the caller waits, or waited before
    this talk. result: how a wait ended; of an offer `accepted` or `missed`.
    """

    kind: str
    started_at: datetime
    ended_at: datetime
    detail: str = ""
    party: str = ""
    queue: str = ""
    agent: str = ""
    result: str = ""


def stretches(
    segments: Sequence[Segment], answered_at: datetime | None, ended_at: datetime
) -> tuple[Stretch, ...]:
    """A whole call, by begin; agents before the caller where both begin together.

    answered_at: None if nobody was ever there; then only the agents' stretches are left.
    """
    parts = [_offer(one, segments) for one in segments if one.kind == RING]
    mine = [_named(one) for one in segments if one.kind not in (RING, DIAL)]
    if answered_at is not None:
        parts += _of_caller(mine, answered_at, ended_at)
    waits = [one for one in mine if one.kind == QUEUE]
    told = [replace(one, queue=_queue_of(one, waits)) if one.agent else one for one in parts]
    return tuple(sorted(told, key=lambda one: (one.started_at, one.party)))


def answered_at(segments: Iterable[Segment]) -> datetime | None:
    """When somebody whom we have called was there; None if nobody was."""
    return next((one.ended_at for one in segments if one.kind == DIAL), None)


def sums(parts: Iterable[Timed]) -> dict[str, int]:
    """ivr_ms, wait_ms, talk_ms, hold_ms: what was spent on each, in whole ms, rounded up."""
    spent = dict.fromkeys(SUMS, timedelta())
    for part in parts:
        for name, kinds in SUMS.items():
            if part.kind in kinds:
                spent[name] += part.ended_at - part.started_at
    return {name: -(-took // timedelta(milliseconds=1)) for name, took in spent.items()}


def _named(segment: Segment) -> Stretch:
    kind = _KINDS.get(segment.kind, segment.kind)
    begin, end, detail = segment.started_at, segment.ended_at, segment.detail
    if kind == QUEUE:
        queue, result, _target = read_end(detail)
        return Stretch(kind, begin, end, detail, CALLER, queue, result=result)
    agent = detail if kind in (TALK, HOLD) else ""
    return Stretch(kind, begin, end, detail, CALLER, agent=agent)


def _of_caller(parts: Sequence[Stretch], begin: datetime, end: datetime) -> Iterator[Stretch]:
    """One after another, without gap: between two cuts the weightiest counts."""
    inside = [one for one in parts if begin <= one.ended_at and one.started_at <= end]
    cuts = {min(max(at, begin), end) for one in inside for at in (one.started_at, one.ended_at)}
    last = Stretch(IVR, begin, begin, party=CALLER)
    for piece in _pieces(inside, sorted(cuts | {begin, end})):
        if _is_same(last, piece):
            last = replace(last, ended_at=piece.ended_at)
            continue
        if last.started_at < last.ended_at or last.kind in _MOMENTS:
            yield last
        last = piece
    yield last


def _pieces(inside: Sequence[Stretch], edges: Sequence[datetime]) -> Iterator[Stretch]:
    """What was over at once at each cut, and what is heard from there to the next."""
    for at, until in zip(edges, [*edges[1:], edges[-1]], strict=True):
        moments = [one for one in inside if one.started_at == one.ended_at == at]
        yield from (one for one in moments if one.kind in _MOMENTS)
        if at < until:
            yield replace(_heard(inside, at, until), started_at=at, ended_at=until)


def _heard(parts: Sequence[Stretch], at: datetime, until: datetime) -> Stretch:
    """What the caller was doing between two cuts: in the flow if nothing else is known."""
    there = [one for one in parts if one.started_at <= at and until <= one.ended_at]
    talks = [one for one in there if one.kind == TALK]
    there.sort(key=lambda one: (_weight(one), one.started_at))
    if not there:
        return Stretch(IVR, at, until, party=CALLER)
    if len(talks) > 1 and there[-1].kind == TALK:
        return replace(talks[0], kind=CONFERENCE, result="")
    piece = there[-1]
    return piece if until == piece.ended_at else replace(piece, result="")


def _weight(part: Stretch) -> int:
    return _WEIGHTIER.index(part.kind) if part.kind in _WEIGHTIER else 0


def _is_same(before: Stretch, after: Stretch) -> bool:
    """Whether two pieces are one stretch that something beside it had cut; waits only by result."""
    if before.kind == QUEUE and before.result:
        return False
    return (before.kind, before.detail) == (after.kind, after.detail)


def _offer(ring: Segment, segments: Sequence[Segment]) -> Stretch:
    """An offer to an agent: accepted if he is the next to talk before he is rung up once more."""
    mine = [one for one in segments if one.detail == ring.detail and one is not ring]
    later = [one for one in mine if one.kind in (RING, TALK) and one.started_at >= ring.ended_at]
    first = min(later, key=lambda one: (one.started_at, one.kind == RING), default=None)
    result = ACCEPTED if first is not None and first.kind == TALK else MISSED
    name = ring.detail
    return Stretch(OFFER, ring.started_at, ring.ended_at, name, AGENT, agent=name, result=result)


def _queue_of(part: Stretch, waits: Sequence[Stretch]) -> str:
    """From which queue the caller came, or comes, to this agent."""
    names = [one.queue for one in waits if one.started_at <= part.started_at]
    return names[-1] if names else ""
