"""Tells customers what happens to their tickets; hears of it from the outbox, as other systems do.

A reply of an agent goes out as he wrote it; receipts, results and questions by the texts of
`templates.yaml`. What was sent stands on the ticket with its Message-ID, so that an answer finds
it. Machines that answer us are stopped after three mails a day.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ivr.cti.letters.addressing import Addressing, Way
from ivr.cti.letters.sending import Letter
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import PortError, RequestError
from ivr.flow.prompts import RenderError, Voice
from ivr.runtime.ports.deliveries import DEAD
from ivr.runtime.ports.mail import MailFile
from ivr.runtime.ports.ticket_rows import KEYED, REPLY
from ivr.tickets.mail import reply_subject
from ivr.tickets.notices import EMAIL, Told, Written, notice_of, worded
from ivr.tickets.states import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.cti.letters.sending import Office
    from ivr.runtime.ports.deliveries import Delivery
    from ivr.runtime.ports.ticket_rows import ArticleRow, TicketRow

ENDPOINT = "customers"
"""What this receiver is called in the outbox."""
TYPES = ("ticket.created", "ticket.updated", "ticket.resolved")


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
        tickets = self._office.tickets
        ticket = await tickets.get(delivery.aggregate_id, follow=False, tenant=delivery.tenant)
        if ticket is None or ticket.merged_into:
            return
        way = await self._addressing.way(ticket, written=is_reply, tenant=delivery.tenant)
        if way is None:
            return
        letter = Letter(self._office, delivery, ticket, way)
        if is_reply:
            await self._reply(letter, str(said["id"]))
        else:
            await self._notice(letter, notice)

    async def _reply(self, letter: Letter, article: str) -> None:
        """Send what an agent wrote, once."""
        office, ticket, tenant = self._office, letter.ticket, letter.delivery.tenant
        said = await office.tickets.articles(ticket.number, tenant=tenant)
        reply = next((each for each in said if each.id == article), None)
        if reply is None or _went_out(reply) or not await letter.may_be_sent(in_contact=True):
            return
        if letter.way.medium != EMAIL:
            await letter.text(reply.body)
            return
        subject = reply_subject(answering(ticket.subject), ticket.number)
        sent = await letter.mail(subject, reply.body, await self._files(reply))
        await office.intake.sent(article, sent, office.act(), tenant=tenant)

    async def _notice(self, letter: Letter, notice: str) -> None:
        """Send what nobody wrote, if it may be sent and was not sent before."""
        wording = self._worded(letter, notice)
        if wording is None or not await letter.may_answer_itself():
            return
        by_mail = letter.way.medium == EMAIL
        if (by_mail and await letter.is_sent()) or not await letter.may_be_sent():
            return
        if not by_mail:
            await letter.text(wording.body)
        else:
            sent = await letter.mail(wording.subject, wording.body, automatic=True)
            await letter.note(wording.body, sent)
        await self._office.intake.answered(letter.way.to, self._office.clock.now())

    def _worded(self, letter: Letter, notice: str) -> Written | None:
        ticket, way, rules = letter.ticket, letter.way, self._office.rules()
        answer = rules.catalogue.notice(notice, ticket.category, way.medium)
        if answer is None:
            return None
        now = self._office.clock.now()
        voice = Voice(self._language(way), now, rules.zone, rules.country)
        try:
            return worded(answer, way.medium, voice, self._told(ticket, way, voice.language))
        except RenderError as error:
            raise NotTakenError(f"the text {notice}: {error}", DEAD) from None

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

    def _language(self, way: Way) -> str:
        asked = str(way.origin.item.form.get("language", "")) if way.origin else ""
        return asked or (way.customer.locale if way.customer else "") or self._office.language

    def _told(self, ticket: TicketRow, way: Way, language: str) -> Told:
        catalogue = self._office.rules().catalogue
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


def answering(subject: str) -> str:
    """`Re:` in front, once."""
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"


def _went_out(reply: ArticleRow) -> bool:
    return bool(reply.message_id) and not reply.message_id.startswith(KEYED)


def _label(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or next(iter(labels.values()), "")
