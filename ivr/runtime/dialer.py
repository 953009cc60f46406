"""Agents who call somebody from the desk: who may be called when, and the call that is begun.

Checked in this order: the agent's state, the number, where it leads, the hour, how often
(acd-cti.md 11, item 4). The agent is `dialing` before his telephone rings.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ivr.acd.agents import LEGAL
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CallId
from ivr.domain.dialable import is_dialable
from ivr.domain.errors import (
    EndpointUnreachableError,
    IllegalTransitionError,
    IvrError,
    NotFoundError,
    NotValidError,
    RequestError,
)
from ivr.domain.outbound import Placed
from ivr.domain.phone import parse_phone
from ivr.domain.queue import OfferId
from ivr.domain.quiet import SERVICE, is_quiet
from ivr.flow.own.built_in import DIALLED
from ivr.runtime.callbacks.placing import Outgoing, can_place, own_number, place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from ivr.runtime.groups.floor import Floor
    from ivr.runtime.switch import Switch

MOST = 10
"""So many calls may an agent begin within `WINDOW_S`."""
WINDOW_S = 60.0


class NumberError(NotValidError):
    """This is no telephone number."""

    code: ClassVar[str] = "number"


class DestinationError(RequestError):
    """Numbers abroad and premium numbers are not called."""

    code: ClassVar[str] = "destination"
    status: ClassVar[int] = 403


class HoursError(RequestError):
    """Nobody is called at this hour."""

    code: ClassVar[str] = "hours"
    status: ClassVar[int] = 403


class RateError(RequestError):
    """This agent has begun too many calls within a minute."""

    code: ClassVar[str] = "rate"
    status: ClassVar[int] = 429


@dataclass(frozen=True, slots=True)
class DialSettings:
    """trunk: by which agent and customer are rung up. number: that the customer sees, "" = the
    first of the trunk's. zone: of whom we call: that of the house."""

    trunk: str
    number: str
    zone: tzinfo


class Dialer:
    """settings: those in force, None = nobody may call out."""

    def __init__(
        self, switch: Switch, floor: Floor, settings: Callable[[], DialSettings | None]
    ) -> None:
        self._switch = switch
        self._floor = floor
        self._settings = settings
        self._begun: dict[str, deque[datetime]] = {}

    async def dial(self, agent: str, to: str) -> CallId:
        """Begin a call; raises RequestError where that may not be, StoreError if it cannot."""
        wanted = self._wanted()
        self._check_agent(agent)
        number = self._number(to)
        self._check_hour(wanted.zone)
        address = self._telephone(agent, wanted.trunk)
        self._check_rate(agent)
        call = CallId(self._switch.ports.new_id())
        part = OfferId(f"dial-{call}")
        await self._floor.ask(agent, "dial", by=agent, offer=part, call=call)
        placed = Placed(agent=agent, address=address, offer=part)
        try:
            await place(self._switch, self._outgoing(call, wanted, number, placed))
        except IvrError:
            self._floor.happened(agent, "dial_failed")
            raise
        return call

    def _wanted(self) -> DialSettings:
        wanted = self._settings()
        if wanted is None or not can_place(self._switch, wanted.trunk):
            raise NotValidError("nobody can be called from here")
        if not self._switch.admits:
            raise NotValidError("no new calls are begun now")
        return wanted

    def _check_agent(self, agent: str) -> None:
        row = self._floor.agent(agent)
        if not row:
            raise NotFoundError(f"there is no agent {agent!r}")
        if ("dial", row["state"]) not in LEGAL:
            raise IllegalTransitionError(f"illegal: dial while {row['state']}")

    def _number(self, to: str) -> str:
        country = self._switch.ports.books.current().world.country
        number = parse_phone(to, country)
        if number is None:
            raise NumberError("this is no telephone number")
        if not is_dialable(number, country):
            raise DestinationError("only ordinary numbers of this country are called")
        return number

    def _check_hour(self, zone: tzinfo) -> None:
        if is_quiet(SERVICE, self._switch.ports.clock.now().astimezone(zone)):
            raise HoursError("nobody is called at this hour")

    def _telephone(self, agent: str, trunk: str) -> str:
        way = Reach(self._switch.trunks[trunk].channel)
        address = self._floor.telephones.of(way).get(AgentId(agent), "")
        reaches = self._floor.reaches.get(way)
        if not address or (reaches is not None and not reaches(address)):
            raise EndpointUnreachableError(f"{agent} has no telephone that {trunk} rings now")
        return address

    def _check_rate(self, agent: str) -> None:
        now = self._switch.ports.clock.now()
        begun = self._begun.setdefault(agent, deque(maxlen=MOST))
        if len(begun) == MOST and (now - begun[0]).total_seconds() < WINDOW_S:
            raise RateError(f"more than {MOST} calls within a minute")
        begun.append(now)

    def _outgoing(
        self, call: CallId, wanted: DialSettings, number: str, placed: Placed
    ) -> Outgoing:
        book = self._switch.ports.books.current()
        return Outgoing(
            call=call,
            trunk=wanted.trunk,
            number=number,
            dnis=wanted.number or own_number(book.world, wanted.trunk),
            flow=next(iter(book.live)),
            walks=DIALLED,
            placed=placed,
        )
