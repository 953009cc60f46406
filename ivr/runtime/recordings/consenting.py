"""What callers say of being recorded, in the ledger of consents: they were told, or refused."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.compliance import VOICE, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.tickets.consent import RECORDING, Status

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.domain.recording import KeepConsent
    from ivr.runtime.effects.worker import Wanted
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.compliance import Consents

_LOG = logging.getLogger(__name__)


class CallConsents:
    """Writes it down, once for each call and name."""

    def __init__(self, consents: Consents, clock: Clock) -> None:
        self._consents = consents
        self._clock = clock

    async def keep(self, wanted: Wanted[KeepConsent]) -> None:
        """Of a withheld number or an extension nothing can be kept but the note in the journal.

        Raises StoreError."""
        said, call = wanted.command, wanted.call
        number = said.number
        try:
            self._consents.normal(number, VOICE)
        except NotValidError:
            facts = {"why": "number_of_nobody" if number else "no_number", "name": said.name}
            _LOG.info("consent_not_kept", extra={"call": call, "facts": facts})
            return
        new = ConsentNew(number, VOICE, RECORDING, _status(said), "call", _evidence(call, said))
        before = await self._consents.of(number, VOICE)
        if all(row.evidence != new.evidence for row in before):
            await self._consents.say(new, Act(by=f"call:{call}", at=self._clock.now()))


def _status(said: KeepConsent) -> str:
    return str(Status.OPT_IN if said.agreed else Status.OPT_OUT)


def _evidence(call: CallId, said: KeepConsent) -> str:
    """By what he was told, in which words and language, what he made of it, and in which call."""
    notice = f"notice {said.notice} {said.version} {said.language}"
    return f"{said.name}: {notice}, {said.answer}, call {call}"
