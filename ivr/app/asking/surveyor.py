"""Puts surveys on the line together: who is chosen, what is known of him, and who wants no more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.app.compliance import compliance_of
from ivr.config.calendars import find_zone
from ivr.domain.errors import NotValidError
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.compliance import SMS, VOICE, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.runtime.surveys.refusals import keep_refusals
from ivr.runtime.surveys.surveyor import Surveyor
from ivr.runtime.surveys.texting import SurveyTexting
from ivr.tickets.consent import SURVEY, Refusal, Status, Wish

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime, tzinfo

    from ivr.app.server import Server
    from ivr.runtime.flows.library import Library
    from ivr.runtime.ports import Clock, Store
    from ivr.runtime.ports.compliance import Consents
    from ivr.surveys.files.loading import Surveys

_OUT = frozenset({Refusal.OPTED_OUT, Refusal.BLOCKED_BY_PROVIDER})


async def open_surveyor(store: Store, library: Library, clock: Clock) -> Surveyor:
    """The surveyor of a server; each version is kept from now on, that in force at once."""
    new_id = Ulids(clock).new

    surveyor = Surveyor(store.surveys, lambda: library.surveys, clock, new_id)

    async def keep(surveys: Surveys) -> None:
        await store.surveys.publish(tuple(surveys.surveys.values()), clock.now(), new_id)
        await surveyor.pauses.load()

    library.keep_surveys = keep
    surveyor.knowing.interactions = store.interactions
    await library.keep()
    return surveyor


def tell_surveyor(server: Server) -> None:
    """Consents decide who is left alone, where some are kept."""
    ports = server.switch.ports
    every = compliance_of(server)
    if every is None or ports.surveyor is None:
        return
    zone = partial(_zone, server)
    wishes = KeptWishes(every.consents, ports.clock, zone, partial(_end_texts, server))
    ports.surveyor.knowing.wishes = wishes
    refusals = keep_refusals(ports.store.surveys, wishes, ports.clock)
    ports.tasks.start(refusals, "refusals of surveys")


def _zone(server: Server) -> tzinfo:
    return find_zone(server.live.now.zone)


async def _end_texts(server: Server, number: str) -> None:
    """What is scheduled for this number or was sent to it is over."""
    for taker in server.texts.takers if server.texts is not None else ():
        if isinstance(taker, SurveyTexting):
            await taker.refused(number)


async def _no_texts(_number: str) -> None:
    """Where nobody is written to nothing is to be ended."""


class KeptWishes:
    """What people said, in the ledger of consents. end: ends what they are asked by text."""

    def __init__(
        self,
        consents: Consents,
        clock: Clock,
        zone: Callable[[], tzinfo],
        end: Callable[[str], Awaitable[None]] = _no_texts,
    ) -> None:
        self._consents = consents
        self._clock = clock
        self._zone = zone
        self._end = end

    def normal(self, number: str) -> str:
        """In E.164; "" = a withheld number, an extension, or none at all."""
        try:
            return self._consents.normal(number, VOICE)
        except NotValidError:
            return ""

    async def is_out(self, number: str, now: datetime) -> bool:
        """Whether this number said no to surveys, or to everything. Asking somebody who is on the
        line needs no consent given before, and disturbs at no hour."""
        normal = self.normal(number)
        if not normal:
            return False
        wish = Wish(normal, VOICE, SURVEY, now, self._zone(), in_contact=True)
        return (await self._consents.judged(wish)).refusal in _OUT

    async def opt_out(self, number: str, call: str) -> bool:
        """No to surveys on the line and by text. A second time for the same call changes nothing,
        so that whoever was interrupted may begin again."""
        if not self.normal(number):
            return False
        evidence = f"call {call}"
        for medium in (VOICE, SMS):
            before = await self._consents.of(number, medium)
            if any(row.evidence == evidence for row in before):
                continue
            said = ConsentNew(
                value=number,
                medium=medium,
                purpose=SURVEY,
                status=str(Status.OPT_OUT),
                source="survey",
                evidence=evidence,
            )
            await self._consents.say(said, Act(by=f"call:{call}", at=self._clock.now()))
        await self._end(self.normal(number))
        return True
