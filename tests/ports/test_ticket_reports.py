"""Tickets by product, company and team, on both databases, computed by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.reports.model import Share, Within
from ivr.store.reports.repository import SqlReports
from tests.fakes.filled_rows import fill
from tests.ports.test_reports import NOON, Book

if TYPE_CHECKING:
    from ivr.store import SqlStore

DAY = timedelta(days=1)
ENGINES = ("sqlite", "postgres")
"""Reports are made from databases only."""


@pytest.fixture
def book(store: SqlStore) -> Book:
    """An empty store with its reports."""
    return Book(store, SqlReports(store.database))


async def made(book: Book, table: str, **values: object) -> int:
    """A row with something in every column."""
    from ivr.store.tables import METADATA  # noqa: PLC0415

    what = METADATA.tables[table]
    key: int = await book.store.database.change(lambda it: fill(it, what, **values))
    return key


async def product(book: Book, path: str, parent: int | None = None) -> int:
    """A product whose code is the end of its path."""
    code = path.rpartition("/")[2]
    return await made(book, "product", code=code, path=path, parent_id=parent, tenant_id=1)


async def test_tickets_for_a_thousand_pieces_by_product_and_family(book: Book) -> None:
    phones = await product(book, "phone")
    small = await product(book, "phone/mini", phones)
    await product(book, "phones")
    owner = await made(book, "customer", kind="person", tenant_id=1)
    pieces = [
        await made(
            book, "asset", customer_id=owner, product_id=small, parent_id=None, tenant_id=1,
            sold_on=None, warranty_until=until,
        )
        for until in (NOON.date(), NOON.date() - DAY, None, date(2030, 1, 1))
    ]  # fmt: skip
    for piece in pieces[:3]:
        await book.ticket(opened_at=NOON, product_id=small, asset_id=piece, kind="complaint")
    await book.ticket(opened_at=NOON, product_id=phones, root_cause="battery")
    await book.ticket(opened_at=NOON)
    await book.ticket(opened_at=NOON - 9 * DAY, product_id=small)
    names = ("opened", "complaints", "assets", "per_1000", "in_warranty")
    assert await book.figures("R24", *names, by=("product",)) == {
        "mini": (3, 3, 4, 750.0, Share(1, 2)),
        "phone": (1, 0, 0, None, Share(0, 0)),
    }
    assert await book.figures("R24", *names, by=("line",)) == {
        "phone": (4, 3, 4, 1000.0, Share(1, 2)),
    }
    reasons = await book.figures("R24", "opened", "assets", by=("root_cause",))
    assert reasons == {"": (3, 0), "battery": (1, 0)}, "pieces have no reason"
    mine = Within(agents=("ayse",))
    assert await book.figures("R24", "opened", "assets", within=mine) == (0, 0)


async def test_requests_by_company_and_team(book: Book) -> None:
    firm = await made(
        book, "customer", kind="company", customer_no="C-7", tenant_id=1, company_id=None
    )
    staff = await made(book, "customer", kind="person", tenant_id=1, company_id=firm)
    alone = await made(book, "customer", kind="person", tenant_id=1, company_id=None)
    opened = {"opened_at": NOON, "closed_at": None, "status": "open", "state_type": "open"}
    await book.ticket(customer_id=firm, team="cards", **opened)
    late = await book.ticket(customer_id=staff, team="cards", opened_at=NOON, kind="complaint")
    await book.clock(late, "breached_closed")
    again = await book.ticket(customer_id=alone, team="loans", contact_count=2, reopen_count=1)
    await book.clock(again)
    await book.ticket(team="loans", contact_count=1)
    names = ("opened", "complaints", "closed", "attainment", "at_once", "reopen_rate")
    assert await book.figures("R25", *names, by=("company",)) == {
        "": (2, 0, 2, Share(1, 1), Share(1, 2), Share(1, 2)),
        "C-7": (2, 1, 1, Share(0, 1), Share(1, 1), Share(0, 1)),
    }
    teams = await book.figures("R25", "opened", "closed", by=("team",))
    assert teams == {"cards": (2, 1), "loans": (2, 2)}
    lead = Within(teams=("cards",))
    assert await book.figures("R25", "opened", "closed", within=lead) == (2, 1)
