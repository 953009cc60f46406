"""How the customer of a ticket is reached: by what, at which address, by which account of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.tickets.notices import EMAIL, SMS, ways

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.config.mail import MailAccount
    from ivr.runtime.ports.customers import ContactPoint, CustomerRow, Customers
    from ivr.runtime.ports.intake import Intake, Origin
    from ivr.runtime.ports.ticket_rows import TicketRow

_POINTS = {EMAIL: "email", SMS: "phone"}


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody is reached. to: his address or number. account: which of ours sends a mail.

    origin: what the ticket came from, None = a call or the like. customer: None = not known.
    """

    medium: str
    to: str
    account: str = ""
    origin: Origin | None = None
    customer: CustomerRow | None = None

    @property
    def answerable(self) -> bool:
        """Whether a machine may write there: not to machines and mailing lists."""
        return self.origin is None or bool(self.origin.item.refs.get("answerable", True))


class Addressing:
    """Finds ways to customers. accounts: of the configuration, by name."""

    def __init__(
        self, intake: Intake, customers: Customers, accounts: Mapping[str, MailAccount]
    ) -> None:
        self._intake = intake
        self._customers = customers
        self._accounts = accounts

    async def way(self, ticket: TicketRow, *, written: bool = False, tenant: int = 1) -> Way | None:
        """The best way there is. written: somebody has written it, which no call is answered
        with unless the customer wished so."""
        origin = await self._intake.origin(ticket.number, tenant=tenant)
        whose = await self._customers.get(ticket.customer, tenant) if ticket.customer else None
        points = await self._customers.points(whose.id, tenant) if whose else ()
        source = "" if written and ticket.source == "voice" else ticket.source
        for medium in ways(ticket.pref_medium, whose.pref_medium if whose else "", source):
            to = _address(medium, ticket, points, origin)
            account = self.account(ticket, origin) if medium == EMAIL else ""
            if to and (medium != EMAIL or account):
                return Way(medium, to, account, origin, whose)
        return None

    def account(self, ticket: TicketRow, origin: Origin | None) -> str:
        """Which account of ours writes: that which was written to, that of the team, any; "" = none
        of them sends."""
        sending = {name: one for name, one in self._accounts.items() if one.smtp is not None}
        written_to = origin.item.account if origin else ""
        if written_to in sending:
            return written_to
        ours = self._accounts[written_to].from_.address if written_to in self._accounts else ""
        for name, one in sending.items():
            if ours and one.from_.address == ours:
                return name
        of_team = (name for name, one in sending.items() if one.team == ticket.team != "")
        return next(of_team, next(iter(sending), ""))


def _address(
    medium: str, ticket: TicketRow, points: Sequence[ContactPoint], origin: Origin | None
) -> str:
    """Where the ticket says, then where its message came from, then where he is reached first."""
    if ticket.contact and _is_for(medium, ticket.contact):
        return ticket.contact
    sender = origin.item.sender_norm if origin else ""
    if sender and _is_for(medium, sender):
        return (origin.item.refs.get("reply_to") if origin else "") or sender
    kind = _POINTS[medium]
    fitting = (one for one in points if one.kind == kind and one.norm and one.ended_at is None)
    return next((one.norm for one in fitting if one.norm), "")


def _is_for(medium: str, address: str) -> bool:
    return "@" in address if medium == EMAIL else address.startswith("+")
