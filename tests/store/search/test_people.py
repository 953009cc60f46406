"""Nobody finds what he may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.ports.search import SearchSight
from ivr.runtime.ports.tickets import Scope
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from ivr.tickets.knowledge import VISITOR
from tests.fakes.searched import LEAD, look
from tests.fakes.ticket_house import NOON

if TYPE_CHECKING:
    from tests.fakes.writers import Writers


async def test_nobody_finds_what_he_may_not_see(writers: Writers) -> None:
    customers = SqlCustomers(writers.store.database, House("TR"))
    act = Act("ayse", NOON)
    ece = await customers.add(NewCustomer("Modem Kaya", number="C-77"), act)
    await customers.add_point(ece.id, NewPoint("phone", "+905321112233"), act)
    for team in ("billing", "cards"):
        await writers.open(subject=f"Modem {team}", team=team, customer=ece.id, by="server")
    await writers.open(subject="Modem mine", by="ayse")
    for slug, visibility in (("in", "internal"), ("out", "public")):
        await writers.publish(slug, title="Modem", visibility=visibility)
    await writers.draft("draft", title="Modem")

    async def titles(sight: SearchSight, text: str = "modem") -> list[str]:
        found = await look(writers, text, sight)
        return sorted(f"{each.kind} {each.title} {each.number}"[:21] for each in found)

    assert await titles(SearchSight()) == []
    scope = Scope("ayse", ("cards",))
    mine = await titles(SearchSight(tickets=True, scope=scope))
    assert mine == ["ticket Modem cards 26", "ticket Modem mine 260"]
    assert await titles(SearchSight(reader=VISITOR)) == ["article Modem out"]
    assert len(await titles(SearchSight(reader=LEAD))) == 3
    assert await titles(SearchSight(customers=True)) == []
    assert await titles(SearchSight(customers=True), "C-77") == ["customer Modem Kaya C"]
    assert await titles(SearchSight(customers=True), "05321112233") == []
    masked = SearchSight(tickets=True, customers=True)
    assert await titles(masked, "05321112233") == []
    names = SearchSight(tickets=True, customers=True, names=True, scope=Scope("veli"))
    assert await titles(names, "05321112233") == ["customer Modem Kaya C"]
