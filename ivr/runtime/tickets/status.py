"""What a caller may hear of a ticket: its public state, when it was opened, when it is promised.

A number alone opens nothing; see `ivr/flow/own/own_sources.py` for what proves who asks.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.flow.expressions.checks import damm
from ivr.runtime.ports import FetchResult
from ivr.tickets.identity.trust import Trust
from ivr.tickets.states import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Customers
    from ivr.runtime.ports.desk import People
    from ivr.runtime.ports.ticket_rows import TicketRow
    from ivr.runtime.ports.tickets import Rules, Tickets

MOST_WRONG = 10
"""Wrong answers of one telephone number in a day; then only an agent helps."""
DAY = timedelta(days=1)
_MISSING = FetchResult("missing", {})


class TicketStatus:
    """The source `ticket_status`; implements `Source`."""

    def __init__(
        self, tickets: Tickets, customers: Customers, people: People, clock: Clock, rules: Rules
    ) -> None:
        self._tickets = tickets
        self._customers = customers
        self._wrong = WrongAnswers(people, clock)
        self._clock = clock
        self._rules = rules

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """The state of a ticket for somebody who may know it. Never raises."""
        phone = _text(inputs, "phone")
        if await self._wrong.too_many(phone):
            return FetchResult("failed", {}, "locked")
        row = await self._of(_text(inputs, "number").replace(" ", ""))
        if row is None or not await self._may_know(row, inputs, phone):
            await self._wrong.count(phone)
            return _MISSING
        return self._told(row, _text(inputs, "language"))

    async def _of(self, number: str) -> TicketRow | None:
        return await self._tickets.get(number) if damm(number) else None

    async def _may_know(self, row: TicketRow, inputs: Mapping[str, Value], phone: str) -> bool:
        if inputs.get("proved") is True:
            return True
        if not row.customer:
            return False
        return await self._is_theirs(row, phone) or await self._ends_so(row, inputs)

    async def _ends_so(self, row: TicketRow, inputs: Mapping[str, Value]) -> bool:
        last4 = _text(inputs, "last4")
        customer = await self._customers.get(row.customer) if len(last4) == 4 else None
        return customer is not None and customer.number.endswith(last4)

    async def _is_theirs(self, row: TicketRow, phone: str) -> bool:
        if not phone:
            return False
        match = await self._customers.match("phone", phone, Trust.PLAIN, self._clock.now())
        if match.customer != row.customer:
            return False
        points = await self._customers.points(row.customer)
        return any(one.id == match.point and one.verified_at is not None for one in points)

    def _told(self, row: TicketRow, language: str) -> FetchResult:
        catalogue = self._rules().catalogue
        category = catalogue.categories.get(row.category)
        if category is not None and not category.announceable:
            return FetchResult("failed", {}, "not_announced")
        labels = catalogue.statuses[row.status].public
        label = labels.get(language) or next(iter(labels.values()), "")
        promised = row.due_at if row.state in UNDER_WAY else None
        return FetchResult(
            "found",
            {
                "number": row.number,
                "label": label,
                "opened": row.opened_at,
                "promised": promised,
            },
        )


class WrongAnswers:
    """How often a telephone number has asked for what it may not know, a day long."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    async def too_many(self, phone: str) -> bool:
        """Whether this number is to be told nothing more today."""
        tries, last = await self._people.failures(_key(phone))
        if last is not None and _over(last, self._clock.now()):
            await self._people.forget_failures(_key(phone))
            return False
        return tries >= MOST_WRONG

    async def count(self, phone: str) -> None:
        """One more."""
        await self._people.count_failure(_key(phone), self._clock.now())


def _over(last: datetime, now: datetime) -> bool:
    return now - last >= DAY


def _key(phone: str) -> str:
    """No number in clear; those who hide theirs are counted together."""
    return f"ticket:{hashlib.sha256(phone.encode()).hexdigest()[:32]}"


def _text(inputs: Mapping[str, Value], name: str) -> str:
    value = inputs.get(name)
    return "" if value is None else str(value)
