"""Tenants find only their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.search import KINDS
from ivr.tickets.search import parse_query
from tests.fakes.searched import ALL, look

if TYPE_CHECKING:
    from tests.fakes.writers import Writers


async def test_tenants_find_only_their_own(writers: Writers) -> None:
    await writers.open(tenant=2, subject="Modem")
    await writers.publish(tenant=2, title="Modem")
    await writers.add_customer("2" * 26, 2, full_name="Modem", search_fold="modem")
    assert await look(writers, "modem") == []
    query = parse_query("modem", "TR")
    assert len(await writers.search.find(query, KINDS, ALL, tenant=2)) == 3
    assert len(await writers.search.find(query, ("ticket",), ALL, tenant=2)) == 1
