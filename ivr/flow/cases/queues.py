"""The queues of a virtual call: a small stand-in that offers agents as the test says.

Where a test says nothing of a queue, an agent is rung up at once and it is the test's step `agent`
that lets him answer; the caller may just as well hang up. The only one who waits is this caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.commands import (
    AskNews,
    Close,
    DeclineCallback,
    Dial,
    Enqueue,
    HoldPlace,
    LeaveQueue,
    ReportAgent,
    Settle,
)
from ivr.domain.events import (
    AgentOffered,
    OfferSettled,
    OfferWithdrawn,
    QueueNews,
    QueueRefused,
)
from ivr.domain.outbound import CallbackSuggested
from ivr.domain.queue import HELD_S, OfferId, Ticket, WaitEnd, read_way
from ivr.flow.cases.model import QueueGiven

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import Turn
    from ivr.domain.commands import Command
    from ivr.domain.events import Answer

OFFERS_MS, AGAIN_MS = 1000, 2000
"""When the first agent is offered, and how long after one has refused the next."""
RINGS_MS = 3000
"""How long an agent lets it ring who answers by himself."""
LONGEST_S = 900.0
"""How long a wait lasts at most where nobody says so."""
WAITS = "rings"
"""Fate of an agent who answers only when the test says so."""
_REFUSES: Mapping[str, WaitEnd] = {"full": WaitEnd.FULL, "nobody": WaitEnd.NOBODY}


@dataclass(slots=True)
class _Place:
    """The wait that goes on. rejected: how many agents have said no so far. rings: the offer of
    whoever is rung up now. held_ms: nobody is rung up, nor is the wait over, until then. ways: that
    are left to a caller who is being asked whether he wants to be called back."""

    ticket: Ticket
    turn: Turn
    given: QueueGiven
    began_ms: int
    offer_ms: int | None
    over_ms: int
    rejected: int = 0
    ways: tuple[str, ...] = ()
    rings: OfferId | None = None
    held_ms: int = 0


class Queues:
    """Times are milliseconds since the call began. given: queue -> what the test says of it."""

    def __init__(self, given: Mapping[str, QueueGiven]) -> None:
        self._given = given
        self._place: _Place | None = None
        self._answers: list[Answer] = []
        self._offers: dict[OfferId, QueueGiven] = {}

    @property
    def tells_soon(self) -> bool:
        """Whether the queue has something to say, or lets the caller go as the test says."""
        times_out = self._place is not None and self._place.given.refuses == "timeout"
        return times_out or bool(self._answers)

    def carry_out(self, command: Command, now_ms: int) -> None:
        """What the engine wants of the queue; other commands do nothing."""
        if isinstance(command, Enqueue):
            self._enqueue(command, now_ms)
        elif isinstance(command, Settle):
            self._settle(command)
        elif isinstance(command, ReportAgent):
            self._reported(command, now_ms)
        elif isinstance(command, AskNews):
            self._tell()
        elif isinstance(command, HoldPlace):
            self._hold(command, now_ms)
        elif isinstance(command, DeclineCallback):
            self._declined()
        elif isinstance(command, (Close, LeaveQueue)):
            self._left(command)

    def fate_of(self, dial: Dial) -> str:
        """What becomes of an agent who is rung up: `answers`, `rejects` or `rings`."""
        given, place = self._offers.get(dial.offer), self._place
        if given is None or place is None:
            return WAITS
        if place.rejected < given.rejects:
            return "rejects"
        return WAITS if given.answers_s is None else "answers"

    def talks_ms(self, dial: Dial) -> int | None:
        """How long this agent talks; None: until the test ends it."""
        given = self._offers.get(dial.offer)
        talks_s = None if given is None else given.talks_s
        return None if talks_s is None else round(talks_s * 1000)

    def due(self) -> list[int]:
        """When something comes, in no order."""
        place = self._place
        if self._answers:
            return [0]
        if place is None:
            return []
        times = (place.over_ms, *([] if place.offer_ms is None else [place.offer_ms]))
        return [max(at_ms, place.held_ms) for at_ms in times]

    def take(self, now_ms: int) -> Answer | None:
        """The next thing that is due by now; None when nothing is."""
        if self._answers:
            return self._answers.pop(0)
        place = self._place
        if place is None or now_ms < place.held_ms:
            return None
        if place.offer_ms is not None and place.offer_ms <= now_ms:
            return self._offer(place)
        return self._refuse(place, WaitEnd.TIMEOUT) if place.over_ms <= now_ms else None

    def forget(self) -> None:
        """The server has stopped: whoever was being rung up is not any more."""
        self._answers.clear()
        if self._place is not None and self._place.offer_ms is None:
            self._place.offer_ms = 0

    def _enqueue(self, command: Enqueue, now_ms: int) -> None:
        place = self._place
        if place is not None and place.ticket == command.ticket:
            place.turn = command.turn
            return
        given = self._given.get(command.queue, QueueGiven())
        longest_s = min(LONGEST_S, command.longest_s or LONGEST_S)
        over_ms, offer_ms = now_ms + round(longest_s * 1000), self._first_ms(given, now_ms)
        place = _Place(command.ticket, command.turn, given, now_ms, offer_ms, over_ms)
        end = _REFUSES.get(given.refuses)
        self._place = place
        if end is not None:
            self._answers.append(self._refuse(place, end))
        elif given.ways:
            self._send_on(place, given.ways)

    def _send_on(self, place: _Place, ways: tuple[str, ...]) -> None:
        """By the first way, or ask the caller, who waits on meanwhile, whether he takes it."""
        kind, name = read_way(ways[0])
        if kind == "callback":
            place.ways = ways[1:]
            self._answers.append(CallbackSuggested(turn=place.turn, queue=name))
            return
        self._place = None
        end = _REFUSES.get(name) if kind == "exit" else WaitEnd.OVERFLOW
        over = QueueRefused(turn=place.turn, end=end or WaitEnd.TIMEOUT)
        self._answers.append(over if kind == "exit" else replace(over, ways=ways))

    def _declined(self) -> None:
        """The caller does not want to be called back: by the next way, if there is one."""
        place = self._place
        if place is not None and place.ways:
            self._send_on(place, place.ways)

    def _first_ms(self, given: QueueGiven, now_ms: int) -> int | None:
        """When the first agent is offered: in time to answer when the test says so."""
        if given.refuses or given.ways:
            return None
        if given.answers_s is None:
            return now_ms + OFFERS_MS
        spent_ms = RINGS_MS + given.rejects * (AGAIN_MS + OFFERS_MS)
        return now_ms + max(round(given.answers_s * 1000) - spent_ms, 0)

    def _offer(self, place: _Place) -> Answer:
        place.offer_ms = None
        offer = OfferId(f"offer {len(self._offers) + 1}")
        self._offers[offer] = place.given
        place.rings = offer
        agent = AgentId(f"agent {len(self._offers)}")
        return AgentOffered(turn=place.turn, offer=offer, agent=agent, address=agent, ring_s=600.0)

    def _refuse(self, place: _Place, end: WaitEnd) -> Answer:
        self._place = None
        return QueueRefused(turn=place.turn, end=end)

    def _settle(self, command: Settle) -> None:
        self._place = None
        settled = OfferSettled(turn=command.turn, offer=command.offer, won=True)
        self._answers.append(settled)

    def _reported(self, command: ReportAgent, now_ms: int) -> None:
        """An agent does not take the call: the next one is offered, the place is kept."""
        if command.what == "failed" and self._place is not None:
            self._place.rejected += 1
            self._place.rings = None
            self._place.offer_ms = now_ms + AGAIN_MS

    def _hold(self, command: HoldPlace, now_ms: int) -> None:
        """A step that must not be broken begins or ends; whoever rings falls silent until then."""
        place = self._place
        if place is None:
            return
        place.held_ms = 0 if command.until is None else now_ms + round(HELD_S * 1000)
        if place.held_ms and place.rings is not None:
            self._answers.append(OfferWithdrawn(turn=place.turn, offer=place.rings))
            place.rings, place.offer_ms = None, now_ms

    def _tell(self) -> None:
        place = self._place
        if place is not None:
            told_s = place.given.estimate_s
            minutes = None if told_s is None else ceil(told_s / 60)
            position = place.given.position
            news = QueueNews(turn=place.turn, position=position, estimate_min=minutes)
            self._answers.append(news)

    def _left(self, command: Close | LeaveQueue) -> None:
        place = self._place
        if place is None:
            return
        turn = command.turn if isinstance(command, Close) else place.turn
        if turn == place.turn:
            self._place = None
