"""What becomes of a text that came in: a refusal, a new beginning, an answer, or work for people.

The words that end everything come first, whatever else is open; then who expects an answer is
asked; what is left is an item of the intake. Each step may be done again after a crash: it changes
nothing the second time.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ivr.cti.texts import figures
from ivr.cti.texts.wording import confirmation
from ivr.domain.quiet import MARKETING, SERVICE
from ivr.domain.texting.states import RECEIVED
from ivr.domain.texting.words import BACK, OUT, wish_of
from ivr.runtime.ports.compliance import SMS, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.runtime.ports.intake import SMS as BY_SMS
from ivr.runtime.ports.intake import NewItem
from ivr.runtime.ports.texts import TextNew
from ivr.runtime.ports.ticket_rows import Act as TicketAct
from ivr.runtime.texts.status import number_in
from ivr.tickets.consent import PROVIDER, SURVEY, Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.compliance import ConsentRow, Consents
    from ivr.runtime.ports.deliveries import Delivery
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.ports.texts import TextRow, Texts, TextTaker

BY = "sms"
PATIENT = 4
"""Tries after which a taker that fails is passed by: people read the text then."""
SUBJECT = 60
REFUSED = (SURVEY, MARKETING)
"""What a word like STOP refuses: all that we begin. What somebody asks for he still gets."""
_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reception:
    """What is needed to take texts in. takers: asked in this order; others may add themselves.
    last: asked after all of them."""

    texts: Texts
    consents: Consents
    intake: Intake
    clock: Clock
    send: Callable[[TextNew, int], Awaitable[object]]
    takers: list[TextTaker] = field(default_factory=list)
    last: tuple[TextTaker, ...] = ()

    @property
    def asked(self) -> tuple[TextTaker, ...]:
        """Everybody, in order."""
        return (*self.takers, *self.last)


class ArrivalPost:
    """A receiver of the outbox (`Hearer`)."""

    def __init__(self, reception: Reception) -> None:
        self._it = reception

    async def hear(self, delivery: Delivery) -> None:
        """Find out who takes it."""
        text = await self._it.texts.get(str(json.loads(delivery.data)["text"]))
        if text is None or text.state != RECEIVED:
            return
        by = await self._done(text, patient=delivery.attempts < PATIENT)
        await self._it.texts.taken(text.id, by, self._it.clock.now())
        figures.TAKEN.labels(text.trunk, by).inc()

    async def close(self) -> None:
        """Nothing stays open between texts."""

    async def _done(self, text: TextRow, *, patient: bool) -> str:
        """Do what is to be done with it; who has it then."""
        is_number = text.from_.startswith("+")
        wish = (text.code or await self._wish(text, patient=patient)) if is_number else ""
        if wish == OUT:
            await self._refused(text, patient=patient)
            return "opt_out"
        if wish == BACK:
            await self._begun_again(text)
            return "opt_in"
        for taker in self._it.asked:
            if await _asked(taker.take(text), otherwise=False, patient=patient):
                return taker.name
        await self._item(text)
        return "intake"

    async def _wish(self, text: TextRow, *, patient: bool) -> str:
        open_ = [
            await _asked(taker.answers_yes_no(text), otherwise=False, patient=patient)
            for taker in self._it.asked
        ]
        return wish_of(text.body, yes_no=any(open_))

    async def _refused(self, text: TextRow, *, patient: bool) -> None:
        """He wants no more: from now on, and told so once."""
        said = await self._it.consents.of(text.from_, SMS, text.tenant)
        mine = [row for row in said if row.evidence == _evidence(text)]
        before = [row for row in said if row not in mine]
        was_out = all(_is_out(before, purpose) for purpose in REFUSED)
        for purpose in REFUSED:
            if not any(row.purpose == purpose for row in mine):
                await self._say(text, purpose, Status.OPT_OUT)
        words = [
            await _asked(taker.opted_out(text), otherwise="", patient=patient)
            for taker in self._it.asked
        ]
        if not was_out:
            await self._confirm(text, next(filter(None, words), confirmation(text.body, OUT)))

    async def _begun_again(self, text: TextRow) -> None:
        """He wants texts again. Marketing is not agreed to by one word: that needs a consent."""
        said = await self._it.consents.of(text.from_, SMS, text.tenant)
        mine = {row.purpose for row in said if row.evidence == _evidence(text)}
        before = [row for row in said if row.evidence != _evidence(text)]
        by_provider = [row for row in before if row.source == PROVIDER]
        was_blocked = bool(by_provider) and by_provider[0].status == Status.OPT_OUT
        if was_blocked and SERVICE not in mine:
            await self._say(text, SERVICE, Status.OPT_IN, PROVIDER)
        if SURVEY not in mine:
            await self._say(text, SURVEY, Status.OPT_IN)
        await self._confirm(text, confirmation(text.body, BACK))

    async def _say(self, text: TextRow, purpose: str, status: Status, source: str = BY) -> None:
        new = ConsentNew(text.from_, SMS, purpose, status, source, _evidence(text))
        await self._it.consents.say(new, Act(BY, self._it.clock.now(), tenant=text.tenant))

    async def _confirm(self, text: TextRow, words: str) -> None:
        """One answer to this text, unless the provider has given it already."""
        if text.code:
            return
        new = TextNew(
            to=text.from_,
            body=words,
            origin_key=f"confirm:{text.id}",
            at=self._it.clock.now(),
            trunk=text.trunk,
            in_contact=True,
            plain=True,
        )
        await self._it.send(new, text.tenant)

    async def _item(self, text: TextRow) -> None:
        """Somebody will read it."""
        is_number = text.from_.startswith("+")
        item = NewItem(
            medium=BY_SMS,
            received_at=text.at,
            dedupe_key=f"sms:{text.trunk}:{text.provider_id}"[:255],
            subject=_subject(text.body),
            body=text.body,
            sender=text.from_,
            sender_norm=text.from_ if is_number else "",
            sender_kind="phone" if is_number else "",
            account=text.trunk,
            refs={"text": text.id, "to": text.to},
            ticket=number_in(text.body),
        )
        await self._it.intake.accept(item, TicketAct(BY, self._it.clock.now()), tenant=text.tenant)


def _is_out(rows: Sequence[ConsentRow], purpose: str) -> bool:
    said = [row for row in rows if row.purpose == purpose]
    last = max(said, key=lambda row: (row.at, row.id), default=None)
    return last is not None and last.status == Status.OPT_OUT


def _evidence(text: TextRow) -> str:
    return f"text {text.id}"


def _subject(body: str) -> str:
    line = " ".join(body.split())
    return line if len(line) <= SUBJECT else line[: SUBJECT - 1] + "…"


async def _asked(question: Awaitable[_T], *, otherwise: _T, patient: bool) -> _T:
    """What a taker says; one that keeps failing must not keep a text from people."""
    try:
        return await question
    except Exception:
        if patient:
            raise
        _LOG.exception("text_taker_failed")
        return otherwise
