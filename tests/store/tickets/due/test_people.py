"""Who is told: leads, teams above and roles, as they are at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from ivr.runtime.ports.tickets import Act
from ivr.store.tables import person
from ivr.store.tickets.due.people import HousePeople
from ivr.store.tickets.operation import Operation, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.fakes.ticket_house import Desk


async def _ask(desk: Desk, question: Callable[[HousePeople], Sequence[str] | str | None]) -> object:
    published = publish(desk.rules)

    def ask(connection: object) -> object:
        operation = Operation(connection, 1, published, Act("x", desk.at), str)  # type: ignore[arg-type]
        return question(HousePeople(operation))

    return await desk.store.database.read(ask)


async def test_the_supervisors_of_a_team_who_still_work_here_lead_it(desk: Desk) -> None:
    for name in ("zehra", "ali", "veli"):
        await desk.add_lead(name, "billing", "cards")
    await desk.add_person("can", "agent", teams=["billing"])
    await desk.add_lead("lale", "cards")
    gone = update(person).where(person.c.name == "veli").values(disabled=True)
    await desk.store.database.change(lambda it: it.execute(gone))
    assert await _ask(desk, lambda it: it.leads("billing")) == ["ali", "zehra"]
    assert await _ask(desk, lambda it: it.leads("none")) == []


async def test_the_team_above_is_the_published_one(desk: Desk) -> None:
    assert await _ask(desk, lambda it: it.parent("billing")) == "office"
    assert await _ask(desk, lambda it: it.parent("none")) is None


async def test_a_role_is_all_who_have_it(desk: Desk) -> None:
    await desk.add_person("zehra", "supervisor", "agent")
    await desk.add_person("ali", "supervisor")
    await desk.add_person("veli", "agent")
    assert await _ask(desk, lambda it: it.with_role("supervisor")) == ["ali", "zehra"]
    assert await _ask(desk, lambda it: it.with_role("super")) == []
