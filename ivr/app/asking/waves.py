"""Puts planned surveys together: their calendar, and the look ahead at a wave."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.app.compliance import compliance_of
from ivr.config.calendars import find_zone
from ivr.config.texting.recipients import zone_of
from ivr.domain.dialable import is_dialable
from ivr.domain.errors import NotFoundError
from ivr.domain.filing import call_flow_of
from ivr.runtime.ids import Ulids
from ivr.runtime.survey_waves.previewing import Previewer
from ivr.runtime.survey_waves.starting import start_now
from ivr.runtime.survey_waves.waving import Calendar, next_begin
from ivr.store.waves.repository import SqlWaves
from ivr.surveys.model import SMS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from ivr.app.server import Server
    from ivr.runtime.ports.asking.waves import WaveRow
    from ivr.runtime.survey_waves.previewing import Preview
    from ivr.store.opening import SqlStore
    from ivr.surveys.files.loading import Surveys
    from ivr.surveys.model import Plan


def calendar_of(server: Server, store: SqlStore) -> Calendar:
    """What waves of planned surveys stand on."""
    clock = server.switch.ports.clock
    return Calendar(
        waves=SqlWaves(store.database),
        known=lambda: _known(server).surveys,
        clock=clock,
        zone=lambda: find_zone(server.live.now.zone),
        new_id=Ulids(clock).new,
        flow_of=lambda survey: server.library.current().live.get(call_flow_of(survey), ""),
        can_ask=partial(_can_ask, server),
    )


def _known(server: Server) -> Surveys:
    """Those in force; plans that are halted are not active."""
    surveyor = server.switch.ports.surveyor
    return surveyor.known() if surveyor is not None else server.library.surveys


def halts_of(server: Server) -> Callable[[str, str, bool], Awaitable[None]]:
    """Halts a plan, by survey and plan, or lets it go on."""

    async def halt(survey: str, plan: str, halted: bool) -> None:
        surveyor = server.switch.ports.surveyor
        if surveyor is None:
            raise NotFoundError("there are no surveys")
        await surveyor.pauses.halt(survey, plan, halted=halted)

    return halt


def _can_ask(server: Server, plan: Plan) -> bool:
    """Whether there is a way to somebody: a trunk with texts, or one to call by."""
    texts = server.texts is not None and bool(server.texts.lines)
    calls = server.live.now.survey_calls is not None
    return (SMS in plan.media and texts) or (plan.by_voice and calls)


def previews_of(server: Server, store: SqlStore) -> Callable[[str, str], Awaitable[Preview]]:
    """The next wave of a plan, by survey and plan."""
    every = compliance_of(server)
    if every is None:
        return _nowhere
    house = find_zone(server.config.zone)
    return Previewer(
        calendar=calendar_of(server, store),
        surveys=store.surveys,
        consents=every.consents,
        zone=partial(zone_of, house=house),
        can_call=partial(is_dialable, country=server.config.country),
    ).of


def next_of(server: Server, store: SqlStore) -> Callable[[str, str], datetime | None]:
    """When the next wave of a plan begins, by survey and plan."""
    return partial(next_begin, calendar_of(server, store))


def starts_of(server: Server, store: SqlStore) -> Callable[[str, str, str], Awaitable[WaveRow]]:
    """Begins a wave of a plan now, by survey and plan, and who does so."""
    return partial(start_now, calendar_of(server, store))


async def _nowhere(_survey: str, _plan: str) -> Preview:
    raise NotFoundError("there are no customers to draw from")
