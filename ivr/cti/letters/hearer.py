"""Tells customers what happens to their tickets; hears of it from the outbox, as other systems do.

A reply of an agent goes out as he wrote it; receipts, results and questions by the texts of
`templates.yaml`. What was sent stands on the ticket with its Message-ID, so that an answer finds
it. Machines that answer us are stopped after three mails a day.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.cti.letters.addressing import Addressing, Way
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import PortError, RequestError
from ivr.domain.quiet import SERVICE
from ivr.flow.prompts import RenderError, Voice
from ivr.runtime.ports.deliveries import DEAD
from ivr.runtime.ports.intake import TextMessage
from ivr.runtime.ports.mail import MailFile, MailOut
from ivr.runtime.ports.ticket_rows import REPLY, SERVER, SYSTEM, Act, NewArticle
from ivr.tickets.consent import Refusal, Verdict, Wish
from ivr.tickets.mail import MOST_ANSWERS, our_id, reply_subject
from ivr.tickets.notices import EMAIL, Told, notice_of, worded
from ivr.tickets.states import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.mail import MailAccount
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Customers
    from ivr.runtime.ports.deliveries import Delivery
    from ivr.runtime.ports.files import Files
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.ports.mail import Mailer
    from ivr.runtime.ports.ticket_rows import ArticleRow, TicketRow
    from ivr.runtime.ports.tickets import Rules, Tickets

ENDPOINT = "customers"
"""What this receiver is called in the outbox."""
TYPES = ("ticket.created", "ticket.updated", "ticket.resolved")
DAY = timedelta(days=1)
_LOG = logging.getLogger(__name__)
MayContact: TypeAlias = Callable[[Wish, int], Awaitable[Verdict]]
"""Whether somebody may be contacted (a wish, of a tenant); a refusal is kept there."""


@dataclass(frozen=True, slots=True)
class Office:
    """What is needed to write to customers. language: of those who never said theirs."""

    intake: Intake
    tickets: Tickets
    customers: Customers
    files: Files
    mailer: Mailer
    may_contact: MayContact
    rules: Rules
    clock: Clock
    accounts: Mapping[str, MailAccount]
    language: str = "tr"


class LetterPost:
    """A receiver of the outbox (`Hearer`)."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._addressing = Addressing(office.intake, office.customers, office.accounts)

    async def hear(self, delivery: Delivery) -> None:
        """Write to the customer if this is for him. Raises NotTakenError."""
        try:
            await self._hear(delivery, json.loads(delivery.data))
        except PortError as error:
            raise NotTakenError(str(error)) from None

    async def close(self) -> None:
        """Nothing stays open between mails."""

    async def _hear(self, delivery: Delivery, data: Mapping[str, Any]) -> None:
        notice, said = notice_of(delivery.type, data), data.get("article") or {}
        is_reply = said.get("kind") == REPLY and not said.get("internal")
        if not notice and not is_reply:
            return
        ticket = await self._office.tickets.get(
            delivery.aggregate_id, follow=False, tenant=delivery.tenant
        )
        if ticket is None or ticket.merged_into:
            return
        if is_reply:
            await self._reply(delivery, ticket, str(said["id"]))
        else:
            await self._notice(delivery, ticket, notice)

    async def _reply(self, delivery: Delivery, ticket: TicketRow, article: str) -> None:
        """Send what an agent wrote, once."""
        said = await self._office.tickets.articles(ticket.number, tenant=delivery.tenant)
        reply = next((each for each in said if each.id == article), None)
        way = await self._addressing.way(ticket, written=True)
        if reply is None or reply.message_id or way is None:
            return
        if not await self._allowed(delivery, ticket, way, in_contact=True):
            return
        if way.medium != EMAIL:
            await self._text(delivery, way, reply.body)
            return
        subject = reply_subject(_answering(ticket.subject), ticket.number)
        mail = self._mail(delivery, way, subject, reply.body, await self._files(reply))
        sent = await self._send(delivery, ticket, mail)
        await self._office.intake.sent(article, sent, self._act(), tenant=delivery.tenant)

    async def _notice(self, delivery: Delivery, ticket: TicketRow, notice: str) -> None:
        """Send what nobody wrote, if it may be sent and was not sent before."""
        way = await self._addressing.way(ticket)
        if way is None or not way.answerable:
            return
        answer = self._office.rules().catalogue.notice(notice, ticket.category, way.medium)
        try:
            letter = answer and worded(
                answer, way.medium, self._voice(way), self._told(ticket, way)
            )
        except RenderError as error:
            raise NotTakenError(f"the text {notice}: {error}", DEAD) from None
        if not letter or not await self._allowed(delivery, ticket, way):
            return
        if way.medium != EMAIL:
            await self._text(delivery, way, letter.body)
            return
        mail = self._mail(delivery, way, letter.subject, letter.body, automatic=True)
        if not await self._is_sent(delivery, way) and await self._may_answer(way):
            sent = await self._send(delivery, ticket, mail)
            await self._office.intake.answered(way.to, self._office.clock.now())
            await self._note(delivery, ticket, letter.body, sent)

    async def _allowed(
        self, delivery: Delivery, ticket: TicketRow, way: Way, *, in_contact: bool = False
    ) -> bool:
        """Whether he may be contacted now. A text message asks again when it is sent, so quiet
        hours do not keep it from being written."""
        office = self._office
        now, zone = office.clock.now(), office.rules().zone
        wish = Wish(way.to, way.medium, SERVICE, now, zone, in_contact=in_contact)
        verdict = await office.may_contact(wish, delivery.tenant)
        if verdict.allowed or verdict.refusal is Refusal.QUIET_HOURS:
            return True
        why = f"Gönderilmedi / not sent: {verdict.refusal}"
        await self._note(delivery, ticket, why, f"{delivery.event}:refused", internal=True)
        return False

    async def _may_answer(self, way: Way) -> bool:
        since = self._office.clock.now() - DAY
        if await self._office.intake.answers(way.to, since) < MOST_ANSWERS:
            return True
        _LOG.info("notice_left_out", extra={"facts": {"why": "too many on one day"}})
        return False

    async def _is_sent(self, delivery: Delivery, way: Way) -> bool:
        """A worker that died may have sent it, and written it down already."""
        domain = self._office.accounts[way.account].from_.domain
        sent = our_id(delivery.event, domain)
        found = await self._office.tickets.of_messages([sent], tenant=delivery.tenant)
        return sent in found

    async def _send(self, delivery: Delivery, ticket: TicketRow, mail: MailOut) -> str:
        try:
            return await self._office.mailer.send(mail)
        except PortError as error:
            if error.retryable:
                raise NotTakenError(str(error), sick=True) from None
            why = f"Gönderilemedi / not delivered: {error}"
            await self._note(delivery, ticket, why, f"{delivery.event}:failed", internal=True)
            raise NotTakenError(str(error), DEAD) from None

    async def _text(self, delivery: Delivery, way: Way, body: str) -> None:
        key = f"event:{delivery.event}"
        text = TextMessage(way.to, body, SERVICE, key, self._office.clock.now())
        await self._office.intake.text(text, self._act(), tenant=delivery.tenant)

    async def _note(
        self,
        delivery: Delivery,
        ticket: TicketRow,
        body: str,
        key: str,
        *,
        internal: bool = False,
    ) -> None:
        """Write on the ticket what became of it. key: its Message-ID, or what keeps it single."""
        act = self._act()
        said = NewArticle(SYSTEM, SERVER, act.by, body, act.at, internal=internal, message_id=key)
        await self._office.tickets.append(ticket.number, said, act, tenant=delivery.tenant)

    async def _files(self, reply: ArticleRow) -> list[MailFile]:
        return [
            MailFile(each.filename, each.mime, await self._read(each.uri))
            for each in reply.files
            if not each.purged
        ]

    async def _read(self, uri: str) -> bytes:
        try:
            return await self._office.files.read(uri)
        except RequestError as error:
            raise NotTakenError(f"a file of the reply: {error}", DEAD) from None

    def _mail(
        self,
        delivery: Delivery,
        way: Way,
        subject: str,
        body: str,
        files: list[MailFile] | None = None,
        *,
        automatic: bool = False,
    ) -> MailOut:
        origin = way.origin
        return MailOut(
            account=way.account,
            key=delivery.event,
            to=way.to,
            subject=subject,
            text=body,
            in_reply_to=origin.last_id if origin else "",
            references=origin.thread if origin else (),
            automatic=automatic,
            files=files or (),
        )

    def _voice(self, way: Way) -> Voice:
        rules = self._office.rules()
        asked = way.origin.item.form.get("language", "") if way.origin else ""
        language = asked or (way.customer.locale if way.customer else "") or self._office.language
        return Voice(language, self._office.clock.now(), rules.zone, rules.country)

    def _told(self, ticket: TicketRow, way: Way) -> Told:
        catalogue, language = self._office.rules().catalogue, self._voice(way).language
        status = catalogue.statuses.get(ticket.status)
        category = catalogue.category(ticket.category)
        return Told(
            number=ticket.number,
            subject=ticket.subject,
            status=_label(status.public if status else {}, language),
            category=_label(category.labels if category else {}, language),
            opened=ticket.opened_at,
            promised=ticket.due_at if ticket.state in UNDER_WAY else None,
            customer_name=ticket.customer_name,
            customer_number=way.customer.number if way.customer else "",
        )

    def _act(self) -> Act:
        return Act("server", self._office.clock.now())


def _answering(subject: str) -> str:
    """`Re:` in front, once."""
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"


def _label(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or next(iter(labels.values()), "")
