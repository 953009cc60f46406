"""One letter to one customer: may it be sent, by mail or as a text, and what became of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import PortError
from ivr.domain.quiet import SERVICE
from ivr.runtime.ports.deliveries import DEAD
from ivr.runtime.ports.mail import MailOut
from ivr.runtime.ports.texts import TextNew
from ivr.runtime.ports.ticket_rows import SERVER, SYSTEM, Act, NewArticle
from ivr.tickets.consent import Refusal, Verdict, Wish
from ivr.tickets.mail import MOST_ANSWERS, our_id
from ivr.tickets.notices import SMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.config.mail import MailAccount
    from ivr.cti.letters.addressing import Way
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Customers
    from ivr.runtime.ports.deliveries import Delivery
    from ivr.runtime.ports.files import Files
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.ports.mail import Mailer, MailFile
    from ivr.runtime.ports.ticket_rows import TicketRow
    from ivr.runtime.ports.tickets import Rules, Tickets

DAY = timedelta(days=1)
_LOG = logging.getLogger(__name__)
MayContact: TypeAlias = Callable[[Wish, int], Awaitable[Verdict]]
"""Whether somebody may be contacted (a wish, of a tenant); a refusal is kept there."""
SendText: TypeAlias = Callable[[TextNew, int], Awaitable[object]]
"""Has a text sent, once for each origin_key."""


@dataclass(frozen=True, slots=True)
class Office:
    """What is needed to write to customers. text: sends a text message, of a tenant. language: of
    those who never said theirs."""

    intake: Intake
    tickets: Tickets
    customers: Customers
    files: Files
    mailer: Mailer
    may_contact: MayContact
    text: SendText
    rules: Rules
    clock: Clock
    accounts: Mapping[str, MailAccount]
    language: str = "tr"

    def act(self) -> Act:
        """The server does something now."""
        return Act("server", self.clock.now())


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter on its way. delivery: the event it answers; way: to whom it goes, and how."""

    office: Office
    delivery: Delivery
    ticket: TicketRow
    way: Way

    async def may_be_sent(self, *, in_contact: bool = False) -> bool:
        """Whether he may be contacted; the ticket tells an agent why not. A text message asks
        again when it is sent, so quiet hours do not keep it from being written."""
        office = self.office
        now, zone = office.clock.now(), office.rules().zone
        wish = Wish(self.way.to, self.way.medium, SERVICE, now, zone, in_contact=in_contact)
        verdict = await office.may_contact(wish, self.delivery.tenant)
        if verdict.allowed or verdict.refusal is Refusal.QUIET_HOURS:
            return True
        await self.tell_agents("refused", f"Gönderilmedi / not sent: {verdict.refusal}")
        return False

    async def may_answer_itself(self) -> bool:
        """Whether a machine may write there once more today."""
        since = self.office.clock.now() - DAY
        if not self.way.answerable:
            return False
        if await self.office.intake.answers(self.way.to, since) < MOST_ANSWERS:
            return True
        _LOG.info("notice_left_out", extra={"facts": {"why": "too many on one day"}})
        return False

    async def is_sent(self) -> bool:
        """A worker that died may have sent it, and written it down already."""
        domain = self.office.accounts[self.way.account].from_.domain
        sent = our_id(self.delivery.event, domain)
        tenant = self.delivery.tenant
        return sent in await self.office.tickets.of_messages([sent], tenant=tenant)

    async def mail(
        self, subject: str, body: str, files: Sequence[MailFile] = (), *, automatic: bool = False
    ) -> str:
        """Send it by mail; gives its Message-ID. Raises NotTakenError."""
        origin = self.way.origin
        mail = MailOut(
            account=self.way.account,
            key=self.delivery.event,
            to=self.way.to,
            subject=subject,
            text=body,
            in_reply_to=origin.last_id if origin else "",
            references=origin.thread if origin else (),
            automatic=automatic,
            files=files,
        )
        try:
            return await self.office.mailer.send(mail)
        except PortError as error:
            if error.retryable:
                raise NotTakenError(str(error), sick=True) from None
            await self.tell_agents("failed", f"Gönderilemedi / not delivered: {error}")
            raise NotTakenError(str(error), DEAD) from None

    async def text(self, body: str) -> None:
        """Keep it as a text message that is to be sent."""
        key = f"event:{self.delivery.event}"
        origin = self.way.origin
        written_to = origin.item.account if origin and origin.item.medium == SMS else ""
        text = TextNew(self.way.to, body, key, self.office.clock.now(), SERVICE, trunk=written_to)
        await self.office.text(text, self.delivery.tenant)

    async def tell_agents(self, what: str, why: str) -> None:
        """Say on the ticket, for agents alone, what did not go out; once."""
        await self.note(why, f"{self.delivery.event}:{what}", internal=True)

    async def note(self, body: str, key: str, *, internal: bool = False) -> None:
        """Write on the ticket what was sent. key: its Message-ID, or what keeps it single."""
        act = self.office.act()
        said = NewArticle(SYSTEM, SERVER, act.by, body, act.at, internal=internal, message_id=key)
        await self.office.tickets.append(self.ticket.number, said, act, tenant=self.delivery.tenant)
