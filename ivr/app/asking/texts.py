"""Puts surveys by text together, and what low scores lead to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.app.asking.calls import start_calling
from ivr.app.asking.waves import calendar_of
from ivr.app.tickets import team_of
from ivr.config.calendars import find_zone
from ivr.config.texting.recipients import zone_of
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.texts import LANE
from ivr.runtime.surveys.after_tickets import AfterTickets, Standing
from ivr.runtime.surveys.alarms import AlarmRun, Watch
from ivr.runtime.surveys.closing import LOW_SCORE, ClosedLoop, Loop
from ivr.runtime.surveys.rating import Groups, Rating
from ivr.runtime.surveys.texting import Desk, SurveyTexting
from ivr.runtime.surveys.unlinking import unlink_for_ever
from ivr.store.opening import SqlStore
from ivr.store.surveyed.alarms import SqlAlarms
from ivr.store.surveyed.repository import SqlOpinions
from ivr.store.surveys.by_text import SqlSurveyTexts
from ivr.store.surveys.changing import Hand
from ivr.store.surveys.closed_tickets import SqlClosedTickets
from ivr.store.surveys.rates import SqlGroupRates
from ivr.store.surveys.responses import SqlResponses
from ivr.store.texts.repository import SqlTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.app.server import Server
    from ivr.app.tickets import TicketHouse
    from ivr.runtime.surveys.surveyor import Surveyor
    from ivr.runtime.texts.house import TextHouse
    from ivr.store.outbox_events import Receiver
    from ivr.surveys.sampling import Rates

LEAD, MANAGER, OWNER = "lead", "manager", "category_owner"
SUPERVISOR = "supervisor"


def start_surveys(server: Server, told: Callable[[], Sequence[Receiver]]) -> None:
    """Begin to write and to call back; before texts are taken in. Nothing where all is kept in
    memory only. told: who hears of answers."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return
    ports = server.switch.ports
    loop = Loop(
        responses=SqlResponses(store.database, told),
        tickets=house.tickets,
        rules=house.rules,
        clock=ports.clock,
        team_of=team_of(server.live),
        tell=Leads(server, house).tell,
    )
    closed = ClosedLoop(loop)
    ports.tasks.start(closed.run(), "low scores")
    rings = [closed.bell.ring, *_start_texting(server, store, server.texts, closed.bell.ring)]
    rings += start_calling(server, store, server.texts)
    if ports.surveyor is not None:
        _start_rating(server, store, ports.surveyor)
        ports.surveyor.settled = lambda: [ring() for ring in rings]
    watch = _watch(server, store, house)
    ports.tasks.start(AlarmRun(watch).run(), "levels of scores")
    unlinking = unlink_for_ever(watch.opinions, watch.clock, watch.new_id)
    ports.tasks.start(unlinking, "anonymous answers")


def _start_rating(server: Server, store: SqlStore, surveyor: Surveyor) -> None:
    """Begin to ask small groups more often."""

    def tell(rates: Rates) -> None:
        surveyor.rates = rates

    calendar = calendar_of(server, store)
    rates = SqlGroupRates(store.database)
    groups = Groups(rates, calendar.known, calendar.clock, calendar.zone, tell)
    server.switch.ports.tasks.start(Rating(groups).run(), "rates of small groups")


def _watch(server: Server, store: SqlStore, house: TicketHouse) -> Watch:
    """What looks after scores."""
    ports = server.switch.ports
    return Watch(
        alarms=SqlAlarms(store.database),
        opinions=SqlOpinions(store.database),
        tickets=house.tickets,
        rules=house.rules,
        clock=ports.clock,
        team_of=team_of(server.live),
        new_id=Ulids(ports.clock).new,
    )


def _start_texting(
    server: Server, store: SqlStore, it: TextHouse | None, over: Callable[[], None]
) -> list[Callable[[], None]]:
    """Begin to write; what to ring when a call has left something to be written about."""
    if it is None or not it.lines or not isinstance(it.texts, SqlTexts):
        return []  # without a trunk that has texts nobody is said to have been written to
    ports, zone = server.switch.ports, find_zone(server.config.zone)

    def nudge() -> None:
        for name in it.lines:
            it.bells.ring(f"{LANE}{name}")

    rows = SqlSurveyTexts(store.database, Hand(Ulids(ports.clock).new, it.texts.queue_in))
    desk = Desk(rows, it.consents, ports.clock, partial(zone_of, house=zone), nudge, over)
    texting = SurveyTexting(desk)
    it.takers.append(texting)
    it.watchers.append(texting.told)
    ports.tasks.start(texting.run(), "surveys by text")
    calendar = calendar_of(server, store)
    tickets = Standing(
        SqlClosedTickets(store.database),
        calendar.known,
        partial(calendar.waves.since, halted=True),
        *(calendar.clock, calendar.new_id),
    )
    ports.tasks.start(AfterTickets(tickets).run(), "surveys after tickets")
    return [texting.bell.ring]


@dataclass(frozen=True, slots=True)
class Leads:
    """Who hears on his page of a low score: `lead` and `manager` of the team, and the leads of the
    team that the category belongs to. Whoever has no page open finds the ticket in his list."""

    server: Server
    house: TicketHouse

    async def tell(self, recipients: Sequence[str], team: str, shown: Mapping[str, Any]) -> None:
        """Tell each of them once."""
        teams = {each for each in (self._team(who, team, shown) for who in recipients) if each}
        people = await self.server.switch.store.people.all() if teams else ()
        for person in people:
            leads = SUPERVISOR in person.roles and not teams.isdisjoint(person.teams)
            if leads and not person.disabled:
                await self.server.streams.tell(person.name, LOW_SCORE, shown)

    def _team(self, recipient: str, team: str, shown: Mapping[str, Any]) -> str:
        catalogue = self.house.rules().catalogue
        if recipient == MANAGER:
            found = catalogue.teams.get(team)
            return (found.parent or "") if found is not None else ""
        if recipient == OWNER:
            category = catalogue.category(str(shown.get("category", "")))
            return category.team if category is not None else ""
        return team
