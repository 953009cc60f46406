"""Which tickets somebody sees: his own, his teams' and those below them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotAllowedError, NotFoundError
from ivr.runtime.ports.tickets import Scope
from ivr.store.desk.contacts import SqlContacts
from ivr.tickets.catalogue.model import Team
from ivr.web.api.tickets.parts import TicketParts
from ivr.web.api.tickets.sight import TicketSight
from ivr.web.permissions import Who
from tests.fakes.ticket_house import CATALOGUE, RULES

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

TEAMS = {
    "office": Team("office", {}),
    "cards": Team("cards", {}, "office"),
    "lost": Team("lost", {}, "cards"),
    "billing": Team("billing", {}, "office"),
}


def sight(
    house: TicketDoor, *roles: str, name: str = "ayse", teams: tuple[str, ...] = ()
) -> TicketSight:
    """The tickets of somebody, in a house with teams below teams."""
    desk = house.desk
    rules = replace(RULES, catalogue=replace(CATALOGUE, teams=TEAMS))
    contacts = SqlContacts(desk.store.database)
    parts = TicketParts(house.door.parts, desk.tickets, contacts, None, lambda: rules, str)  # type: ignore[arg-type]
    return TicketSight(parts, Who(name, roles=roles, teams=teams))


async def test_teams_are_those_below_too(house: TicketDoor) -> None:
    assert sight(house, "agent", teams=("cards",)).teams() == ("cards", "lost")
    assert set(sight(house, "agent", teams=("office",)).teams()) == set(TEAMS)
    assert sight(house, "agent", teams=("elsewhere",)).teams() == ("elsewhere",)


async def test_lists_are_cut_by_scope(house: TicketDoor) -> None:
    assert sight(house, "agent", teams=("lost",)).scope() == Scope("ayse", ("lost",))
    assert sight(house, "auditor").scope() is None
    with pytest.raises(NotAllowedError):
        sight(house).scope()


async def test_a_supervisor_changes_what_lies_with_his_teams(house: TicketDoor) -> None:
    mine = await house.desk.open(category="card", by="can")
    bills = await house.desk.open(category="billing", by="can")
    boss = sight(house, "supervisor", name="sule", teams=("cards",))
    assert (await boss.changeable(mine.number)).number == mine.number
    assert (await boss.ticket(bills.number)).number == bills.number
    with pytest.raises(NotAllowedError):
        await boss.changeable(bills.number)
    with pytest.raises(NotFoundError):
        await boss.ticket("260999999")


async def test_only_who_leads_does_what_leaders_do(house: TicketDoor) -> None:
    mine = await house.desk.open(category="card", by="ayse")
    with pytest.raises(NotAllowedError):
        await sight(house, "agent", teams=("cards",)).led(mine.number)
    boss = sight(house, "supervisor", name="sule", teams=("cards",))
    assert (await boss.led(mine.number)).number == mine.number
