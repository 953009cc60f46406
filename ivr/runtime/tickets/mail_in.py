"""Mail that was read: put to its ticket if it belongs to one, else an item of the intake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.runtime.ports.intake import APPENDED, EMAIL, NEW, REJECTED, NewItem
from ivr.runtime.ports.ticket_rows import CUSTOMER, Act
from ivr.tickets.mail import Fate, decide, may_answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Customers
    from ivr.runtime.ports.files import Files
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.ports.mail import MailFile, MailIn
    from ivr.runtime.ports.ticket_rows import NewFile, TicketRow
    from ivr.runtime.ports.tickets import Tickets
    from ivr.tickets.mail import Verdict

BY = "mail"
"""Who takes mail in, for the history."""
MAIL_TYPE = "message/rfc822"
_STATES: Mapping[Fate, str] = {Fate.NEW: NEW, Fate.APPEND: APPENDED, Fate.REJECT: REJECTED}


class MailPool:
    """The port `MailIntake` before the intake."""

    def __init__(
        self, intake: Intake, tickets: Tickets, customers: Customers, files: Files, clock: Clock
    ) -> None:
        self._intake = intake
        self._tickets = tickets
        self._customers = customers
        self._files = files
        self._clock = clock

    async def accept(self, mail: MailIn) -> None:
        """Keep it durably; a second one with the same key changes nothing."""
        if await self._intake.known(mail.key) is not None:
            return
        verdict = await self._verdict(mail)
        files = [await self._keep(each) for each in mail.files]
        raw = await self._files.keep("mail.eml", MAIL_TYPE, mail.raw) if mail.raw else None
        item = item_of(mail, verdict, files, raw.uri if raw else "")
        await self._intake.accept(item, Act(BY, self._clock.now()))

    async def _verdict(self, mail: MailIn) -> Verdict:
        """As `decide` says; but who only writes a number into a subject must be somebody of that
        ticket for his mail to stand on it."""
        known = await self._tickets.of_messages(mail.facts.thread)
        verdict = decide(mail.facts, known)
        if verdict.by != "subject":
            return verdict
        ticket = await self._tickets.get(verdict.ticket)
        if ticket is None:
            return decide(_without_number(mail).facts, {})
        if verdict.fate is Fate.APPEND and not await self._is_his(ticket, mail.facts.sender):
            return _asked(verdict)
        return verdict

    async def _is_his(self, ticket: TicketRow, sender: str) -> bool:
        if not sender:
            return False
        if ticket.customer:
            for point in await self._customers.points(ticket.customer):
                if point.norm == sender and point.ended_at is None:
                    return True
        said = await self._tickets.articles(ticket.number)
        return any(each.author_kind == CUSTOMER and each.author == sender for each in said)

    async def _keep(self, file: MailFile) -> NewFile:
        return await self._files.keep(file.name, file.content_type, file.content)


def item_of(mail: MailIn, verdict: Verdict, files: Sequence[NewFile], raw_uri: str) -> NewItem:
    """A mail as an item."""
    facts = mail.facts
    return NewItem(
        medium=EMAIL,
        received_at=mail.received_at,
        dedupe_key=mail.key,
        subject=facts.subject,
        body=mail.text or mail.whole_text,
        sender=facts.sender,
        sender_norm=facts.sender[:254],
        sender_kind="email" if facts.sender else "",
        sender_name=mail.sender_name,
        account=mail.account,
        team=mail.team,
        message_id=facts.message_id,
        refs=refs_of(mail),
        raw_uri=raw_uri,
        files=tuple(files),
        state=_STATES[verdict.fate],
        reason=verdict.reason,
        ticket=verdict.ticket,
    )


def refs_of(mail: MailIn) -> dict[str, Any]:
    """What else is worth keeping of a mail. answerable: a machine may answer it."""
    return {
        "thread": list(mail.facts.thread),
        "answerable": may_answer(mail.facts, 0),
        "reply_to": mail.reply_to,
        "recipients": list(mail.recipients),
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else "",
        "blocked_images": mail.blocked_images,
        "faults": list(mail.faults),
        "left_out": [
            {"name": each.name, "size_bytes": each.size_bytes, "reason": each.reason}
            for each in mail.left_out
        ],
    }


def _asked(verdict: Verdict) -> Verdict:
    """A person looks at it, with the ticket as a suggestion."""
    return replace(verdict, fate=Fate.NEW)


def _without_number(mail: MailIn) -> MailIn:
    """The same without the number of a ticket that is not there."""
    return replace(mail, facts=replace(mail.facts, subject=""))
