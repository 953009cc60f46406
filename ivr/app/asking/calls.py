"""Puts planned surveys together: their waves, and the calls by which they ask."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.app.asking.waves import calendar_of
from ivr.config.calendars import find_zone
from ivr.config.texting.recipients import zone_of
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.texts import LANE
from ivr.runtime.survey_calls.calling import CallDesk, CallSettings, SurveyCalling
from ivr.runtime.survey_waves.waving import Waving
from ivr.store.surveys.by_text import SqlSurveyTexts
from ivr.store.surveys.changing import Hand
from ivr.store.texts.repository import SqlTexts
from ivr.store.waves.calls import SqlSurveyCalls

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.app.server import Server
    from ivr.runtime.texts.house import TextHouse
    from ivr.store.opening import SqlStore


def start_calling(
    server: Server, store: SqlStore, it: TextHouse | None
) -> list[Callable[[], None]]:
    """Begin to draw waves and to call; what to ring when a call has left something to do."""
    if it is None or not isinstance(it.texts, SqlTexts):
        return []
    ports, zone = server.switch.ports, find_zone(server.config.zone)
    ports.tasks.start(Waving(calendar_of(server, store)).run(), "planned surveys")

    def nudge() -> None:
        for name in it.lines:
            it.bells.ring(f"{LANE}{name}")

    desk = CallDesk(
        rows=SqlSurveyTexts(store.database, Hand(Ulids(ports.clock).new, it.texts.queue_in)),
        calls=SqlSurveyCalls(store.database),
        consents=it.consents,
        switch=server.switch,
        zone=partial(zone_of, house=zone),
        settings=partial(settings_of, server),
        can_text=bool(it.lines),
        nudge=nudge,
    )
    calling = SurveyCalling(desk)
    server.floor.dispatch.calling = calling
    ports.tasks.start(calling.run(), "calls of surveys")
    return [calling.bell.ring]


def settings_of(server: Server) -> CallSettings | None:
    """As configured; None = nobody is called."""
    config = server.live.now
    wanted = config.survey_calls
    if wanted is None:
        return None
    return CallSettings(
        trunk=wanted.trunk,
        number=wanted.number or "",
        at_once=wanted.at_once,
        hours=wanted.hours or "",
        country=config.country,
        zone=find_zone(config.zone),
    )
