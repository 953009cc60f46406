"""Tenants find only their own."""

from __future__ import annotations

from ivr.runtime.ports.search import KINDS
from ivr.store import open_store
from ivr.store.upgrade import downgrade, upgrade
from ivr.tickets.search import parse_query
from tests.fakes.searched import ALL, look
from tests.fakes.writers import Writers


async def test_tenants_find_only_their_own(writers: Writers) -> None:
    await writers.open(tenant=2, subject="Modem")
    await writers.publish(tenant=2, title="Modem")
    await writers.add_customer("2" * 26, 2, full_name="Modem", search_fold="modem")
    assert await look(writers, "modem") == []
    query = parse_query("modem", "TR")
    assert len(await writers.search.find(query, KINDS, ALL, tenant=2)) == 3
    assert len(await writers.search.find(query, ("ticket",), ALL, tenant=2)) == 1


async def test_an_upgrade_indexes_what_is_there_already(address: str) -> None:
    before = open_store(address, synchronous="NORMAL")
    made = await Writers(before).open(subject="Modem")
    await before.close()
    downgrade(address, "0010")
    upgrade(address)
    after = open_store(address, synchronous="NORMAL")
    writers = Writers(after)
    assert [each.id for each in await look(writers, "modem")] == [made.id]
    await writers.change(made.number, subject="Kart")
    assert await look(writers, "modem") == []
    await after.close()
