"""The port of the intake is one transaction per operation: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.intake import Conversion
from ivr.store.customers.work import House
from ivr.store.intake.repository import SqlIntake
from ivr.store.tickets.jobs import Jobs

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import Touched
    from tests.fakes.intake import Pool

TABLES = ("customer", "contact_point", "ticket", "ticket_article", "outbox_event", "audit_log")


async def test_what_fails_at_the_end_has_never_begun(pool: Pool) -> None:
    item = await pool.arrive()
    await pool.intake.claim(item.id, pool.act())
    before = {name: await pool.rows(name) for name in TABLES}
    how = Conversion(new_customer="Ali Işık", custom={"no": "such field"})
    with pytest.raises(NotValidError):
        await pool.intake.convert(item.id, how, pool.act())
    assert {name: await pool.rows(name) for name in TABLES} == before


async def test_a_ticket_its_message_and_its_customer_come_together(pool: Pool) -> None:
    item = await pool.arrive()
    await pool.convert(item.id, new_customer="Ali Işık")
    counts = [len(await pool.rows(name)) for name in TABLES[:4]]
    assert counts == [1, 1, 1, 1]
    kinds = [row["type"] for row in await pool.rows("outbox_event")]
    assert kinds.count("ticket.created") == 1


async def test_every_change_of_an_item_is_heard_with_who_has_it(pool: Pool) -> None:
    heard: list[Touched] = []
    jobs = Jobs(pool.store.database, lambda: pool.rules, hears=heard.extend)
    pool.intake = SqlIntake(pool.store.database, jobs, House("TR"))

    def news() -> list[tuple[str, str, set[str], set[str]]]:
        found = [
            (each.what, each.thing, set(each.teams), set(each.people))
            for each in heard
            if each.what == "intake"
        ]
        heard.clear()
        return found

    item = (await pool.arrive(team="cards")).id
    assert news() == [("intake", item, {"cards"}, set())]
    await pool.intake.claim(item, pool.act("ayşe"))
    assert news() == [("intake", item, {"cards"}, {"ayşe"})]
    await pool.intake.claim(item, pool.act("ayşe"))
    assert news() == [], "a lease that is renewed changes nothing that is shown"
    await pool.intake.assign(item, "ali", pool.act("şule"))
    assert news() == [("intake", item, {"cards"}, {"ayşe", "ali"})]
    assert await pool.intake.expire(pool.later(minutes=600).at) == 1
    assert news() == [("intake", item, {"cards"}, set())]
    await pool.convert(item)
    assert news() == [("intake", item, {"cards"}, {"ayşe"})] * 2
