"""The intake of the house of `ticket_house`, with people at work on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from ivr.runtime.ports.customers import Act as CustomerAct
from ivr.runtime.ports.customers import NewCustomer, NewPoint
from ivr.runtime.ports.intake import EMAIL, Conversion, NewItem
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from ivr.store.intake.repository import SqlIntake
from ivr.store.tickets.jobs import Jobs
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from ivr.runtime.ports.intake import Accepted, ItemRow, Settled

ALI = "ali@example.com"


@dataclass
class Pool(Desk):
    """A desk with an intake before it."""

    _mails: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """The ports of one house."""
        super().__post_init__()
        house = House("TR")
        jobs = Jobs(self.store.database, lambda: self.rules)
        self.intake: Any = SqlIntake(self.store.database, jobs, house)
        self.customers: Any = SqlCustomers(self.store.database, house)

    async def arrival(self, **more: Any) -> Accepted:  # noqa: ANN401 - fields of NewItem
        """A mail of Ali's arrives; what is not named is made up."""
        number = next(self._mails)
        row: dict[str, Any] = {
            "medium": EMAIL,
            "received_at": self.at,
            "dedupe_key": f"mail:{number}@example.com",
            "subject": "Fatura yanlış",
            "body": "Merhaba, faturam yanlış.",
            "sender": ALI,
            "sender_norm": ALI,
            "sender_kind": "email",
            "sender_name": "Ali Işık",
            "account": "destek",
            "message_id": f"{number}@example.com",
        }
        accepted: Accepted = await self.intake.accept(
            NewItem(**{**row, **more}), self.act("server")
        )
        return accepted

    async def arrive(self, **more: Any) -> ItemRow:  # noqa: ANN401 - fields of NewItem
        """The same, the item alone."""
        return (await self.arrival(**more)).item

    async def convert(self, item: str, by: str = "ayşe", **how: Any) -> Settled:  # noqa: ANN401
        """Claim it and make a ticket of it."""
        await self.intake.claim(item, self.act(by))
        settled: Settled = await self.intake.convert(item, Conversion(**how), self.act(by))
        return settled

    async def known(self, address: str = ALI, origin: str = "agent") -> str:
        """A customer whose address we know."""
        act = CustomerAct("ayşe", self.at)
        row = await self.customers.add(NewCustomer("Ali Işık", locale="tr"), act)
        await self.customers.add_point(row.id, NewPoint("email", address, origin), act)
        return str(row.id)
