"""Sends texts by one trunk: hears of them from the outbox, in order for each person and purpose.

A text is judged when it leaves, not when it is written: consent, quiet hours and its own end. One
whose answer was lost is looked for before it is sent once more.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.cti.outbox.retrying import MOST_TRIES, NotTakenError, not_before
from ivr.cti.texts import figures
from ivr.domain.phone import takes_texts
from ivr.domain.quiet import SERVICE
from ivr.domain.texting.states import EXPIRED, NO_TEXTS, OPTED_OUT, QUEUED, QUIET_EXPIRED
from ivr.runtime.ports.compliance import SMS, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.runtime.ports.texts import AGAIN, GIVEN_UP, LOCKED_OUT, TextFailedError
from ivr.tickets.consent import PROVIDER, Refusal, Status, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.compliance import Consents
    from ivr.runtime.ports.deliveries import Delivery
    from ivr.runtime.ports.texts import Handed, TextLine, TextRow, Texts
    from ivr.tickets.consent import Verdict

SERVER = "server"
_PASSES = frozenset({Refusal.QUIET_HOURS, Refusal.FREQUENCY, Refusal.REGISTRY_PENDING})
_AGAIN = timedelta(hours=1)
"""When it is asked again whether the registry knows of a consent."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TextOffice:
    """What is needed to send. zone: of who has a number. watchers: told of each text that has left
    or that will not."""

    texts: Texts
    consents: Consents
    clock: Clock
    zone: Callable[[str], tzinfo]
    watchers: Sequence[Callable[[TextRow], None]] = ()


class TextPost:
    """A receiver of the outbox (`Hearer`): one trunk."""

    def __init__(self, office: TextOffice, line: TextLine) -> None:
        self._office = office
        self._line = line

    async def hear(self, delivery: Delivery) -> None:
        """Send it, if it is still to be sent. Raises NotTakenError."""
        text = await self._office.texts.get(str(json.loads(delivery.data)["text"]))
        if text is None or text.state != QUEUED:
            return
        reason = self._hopeless(text)
        if reason:
            await self._fail(text, reason)
        elif await self._may_leave(text):
            await self._send(text, last=delivery.attempts >= MOST_TRIES)

    async def close(self) -> None:
        """Nothing stays open between texts."""

    def _hopeless(self, text: TextRow) -> str:
        """Why it is not even tried; "" = it is."""
        if text.expires_at is not None and self._now() >= text.expires_at:
            return EXPIRED
        return "" if takes_texts(text.to) else NO_TEXTS

    async def _may_leave(self, text: TextRow) -> bool:
        """Whether he may be contacted now. Raises NotTakenError for later."""
        wish = Wish(
            text.to,
            SMS,
            text.purpose,
            self._now(),
            self._office.zone(text.to),
            in_contact=text.in_contact,
        )
        verdict = await self._office.consents.may_contact(wish, text.tenant)
        if verdict.allowed:
            return True
        if verdict.refusal in _PASSES and self._in_time(text, verdict):
            raise not_before(str(verdict.refusal), self._from(verdict))
        quiet = verdict.refusal is Refusal.QUIET_HOURS
        await self._fail(text, QUIET_EXPIRED if quiet else str(verdict.refusal))
        return False

    def _from(self, verdict: Verdict) -> datetime:
        return verdict.from_at or self._now() + _AGAIN

    def _in_time(self, text: TextRow, verdict: Verdict) -> bool:
        return text.expires_at is None or self._from(verdict) < text.expires_at

    async def _send(self, text: TextRow, *, last: bool) -> None:
        try:
            handed = await self._looked_for(text) or await self._tried(text)
        except TextFailedError as error:
            await self._not_sent(text, error, last=last)
            return
        if handed is None:
            return
        await self._office.texts.handed(text.id, handed, self._now())
        figures.SENT.labels(self._line.name, handed.state).inc()
        self._tell(text)

    async def _looked_for(self, text: TextRow) -> Handed | None:
        """Whether the provider has it from a try whose answer was lost; it gets a while to say."""
        if self._line.keyed or text.tries <= text.again:
            return None
        settled = text.changed_at + timedelta(seconds=self._line.settles_s)
        if self._now() < settled:
            raise not_before("the answer was lost; the provider may still report", settled)
        return await self._line.look(text)

    async def _tried(self, text: TextRow) -> Handed | None:
        """Hand it over; None if a report has come meanwhile that it is out. What the provider has
        surely not got counts as never tried, so that nobody looks for it the next time."""
        if self._line.keyed:
            return await self._line.send(text)
        trying = await self._office.texts.trying(text.id, self._now())
        if trying is None:
            return None
        try:
            return await self._line.send(trying)
        except TextFailedError as error:
            if error.fate in {AGAIN, LOCKED_OUT}:
                await self._office.texts.untried(text.id, self._now())
            raise

    async def _not_sent(self, text: TextRow, error: TextFailedError, *, last: bool) -> None:
        facts = {"trunk": self._line.name, "text": text.id, "why": error.reason}
        _LOG.warning("text_not_sent", extra={"facts": {**facts, "code": error.given}})
        if error.reason == OPTED_OUT:
            await blocked(self._office.consents, text, error.given, self._now())
        if error.fate == LOCKED_OUT:
            raise NotTakenError(f"it does not let us in: {error.given}", pauses=True) from None
        if error.fate == GIVEN_UP or last:
            await self._fail(text, error.reason, error.given)
            return
        sick = error.fate != AGAIN
        raise NotTakenError(str(error), after_s=error.after_s, sick=sick) from None

    async def _fail(self, text: TextRow, reason: str, code: str = "") -> None:
        await self._office.texts.failed(text.id, reason, self._now(), code=code)
        figures.SENT.labels(self._line.name, "failed").inc()
        self._tell(text)

    def _tell(self, text: TextRow) -> None:
        for tell in self._office.watchers:
            tell(text)

    def _now(self) -> datetime:
        return self._office.clock.now()


async def blocked(consents: Consents, text: TextRow, code: str, now: datetime) -> None:
    """The provider says that he wants nothing of us: that counts from now on. Written once."""
    said = await consents.of(text.to, SMS, text.tenant)
    last = next((row.status for row in said if row.source == PROVIDER), None)
    if last != Status.OPT_OUT:
        evidence = f"{text.trunk}: {code}"
        new = ConsentNew(text.to, SMS, SERVICE, Status.OPT_OUT, PROVIDER, evidence)
        await consents.say(new, Act(SERVER, now, tenant=text.tenant))
