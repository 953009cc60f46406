"""What the port of products and assets promises, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.customers import Act, NewCustomer
from ivr.runtime.ports.products import NewAsset, ProductRow
from tests.fakes.customer_ports import CustomerPorts, open_customers

if TYPE_CHECKING:
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACT = Act("ece", NOON)
TABLE = [
    {"code": "arı", "name": "Arı", "level": "brand", "attr.years": "2", "attr.volts": "230"},
    {"code": "x5", "name": "X5", "parent": "arı", "level": "model", "attr.years": "3"},
]
PIECE = {"product": "x5", "serial_no": "S-1", "sold_on": "2025-11-23", "attr.color": "ak"}
ENGINES = ("sqlite", "postgres")
"""Products are kept in databases only."""


@pytest.fixture
def desk(store: SqlStore) -> CustomerPorts:
    """The ports under test."""
    return open_customers(store.database)


async def test_attributes_are_handed_down_and_the_nearest_wins(desk: CustomerPorts) -> None:
    own = {"years": 2, "volts": 230}
    await desk.products.save_product(ProductRow("arı", "Arı", level="brand", own=own), ACT)
    row = ProductRow("x5", "X5", parent="arı", own={"years": 3}, related=("arı",))
    saved = await desk.products.save_product(row, ACT)
    assert (saved.path, saved.attrs, saved.own) == (
        "arı/x5",
        {"years": 3, "volts": 230},
        {"years": 3},
    )
    assert await desk.products.product("x5") == saved
    assert await desk.products.product("x6") is None


async def test_a_branch_moves_with_all_that_hangs_on_it(desk: CustomerPorts) -> None:
    for code, parent in (("a", ""), ("b", ""), ("a1", "a"), ("a11", "a1"), ("a_1", "")):
        await desk.products.save_product(ProductRow(code, code, parent=parent), ACT)
    await desk.products.save_product(ProductRow("a1", "a1", parent="b"), ACT)
    paths = [one.path for one in await desk.products.products()]
    assert paths == ["a", "a_1", "b", "b/a1", "b/a1/a11"]
    assert [one.code for one in await desk.products.products("b")] == ["b", "a1", "a11"]
    for parent in ("a11", "a1"):
        with pytest.raises(NotValidError, match="below"):
            await desk.products.save_product(ProductRow("a1", "a1", parent=parent), ACT)


@pytest.mark.parametrize(
    "row", [ProductRow("", ""), ProductRow("a/b", ""), ProductRow("a", "", parent="none")]
)
async def test_a_product_that_cannot_be_is_refused(desk: CustomerPorts, row: ProductRow) -> None:
    with pytest.raises(NotValidError):
        await desk.products.save_product(row, ACT)


async def test_a_piece_belongs_to_a_customer_and_has_a_warranty(desk: CustomerPorts) -> None:
    ali = await desk.customers.add(NewCustomer("Ali"), ACT)
    await desk.products.import_products(TABLE, ACT, dry_run=False)
    new = NewAsset(ali.number, "x5", "S-1", date(2025, 1, 2), date(2027, 1, 2), attrs={"n": 1})
    piece = await desk.products.add_asset(new, ACT)
    assert (piece.customer, piece.product_name) == (ali.id, "X5")
    assert piece.attrs == {"years": "3", "volts": "230", "n": 1}
    assert piece.in_warranty(date(2027, 1, 2))
    assert not piece.in_warranty(date(2027, 1, 3))
    part = await desk.products.add_asset(NewAsset(ali.id, "arı", "S-1", parent=piece.id), ACT)
    assert part.parent == piece.id
    assert not part.in_warranty(date(2025, 1, 2))
    assert await desk.products.assets(ali.id) == [part, piece]
    assert await desk.products.asset_by_serial("x5", "S-1") == piece
    assert await desk.products.asset(piece.id) == piece


async def test_a_piece_that_cannot_be_is_refused(desk: CustomerPorts) -> None:
    ali = await desk.customers.add(NewCustomer("Ali"), ACT)
    await desk.products.import_products(TABLE, ACT, dry_run=False)
    good = NewAsset(ali.id, "x5", "S-1", date(2025, 1, 2))
    await desk.products.add_asset(good, ACT)
    for bad in (
        good,
        replace(good, serial_no=" "),
        replace(good, serial_no="S-2", product="none"),
        replace(good, serial_no="S-2", parent="none"),
        replace(good, serial_no="S-2", warranty_until=date(2025, 1, 1)),
    ):
        with pytest.raises(NotValidError):
            await desk.products.add_asset(bad, ACT)
    with pytest.raises(NotFoundError):
        await desk.products.add_asset(replace(good, customer="none"), ACT)


async def test_a_dry_run_says_what_would_be_and_stores_nothing(desk: CustomerPorts) -> None:
    tried = await desk.products.import_products(TABLE, ACT, dry_run=True)
    assert (tried.added, tried.stored) == (2, False)
    assert await desk.products.products() == []
    assert (await desk.products.import_products(TABLE, ACT, dry_run=False)).stored
    changed = [TABLE[0], {**TABLE[1], "name": "X5 yeni"}]
    tried = await desk.products.import_products(changed, ACT, dry_run=True)
    assert (tried.added, tried.changed, tried.same) == (0, 1, 1)
    row = await desk.products.product("x5")
    assert row is not None
    assert row.name == "X5"


async def test_one_bad_row_and_nothing_is_stored(desk: CustomerPorts) -> None:
    bad = [*TABLE, {"code": "x6", "parent": "none"}, {"code": "x7", "colour": "ak"}]
    done = await desk.products.import_products(bad, ACT, dry_run=False)
    assert [(one.number, one.field) for one in done.bad] == [(3, "parent"), (4, "colour")]
    assert not done.stored
    assert await desk.products.products() == []


async def test_pieces_come_from_a_table_and_change_their_owner(desk: CustomerPorts) -> None:
    ali, can = [await desk.customers.add(NewCustomer(name), ACT) for name in ("Ali", "Can")]
    await desk.products.import_products(TABLE, ACT, dry_run=False)
    piece = {**PIECE, "customer": ali.number}
    assert (await desk.products.import_assets([piece], ACT, dry_run=False)).added == 1
    assert (await desk.products.import_assets([piece], ACT, dry_run=False)).same == 1
    moved = {**piece, "customer": can.number}
    assert (await desk.products.import_assets([moved], ACT, dry_run=False)).changed == 1
    (own,) = await desk.products.assets(can.id)
    assert (own.sold_on, own.attrs["color"]) == (date(2025, 11, 23), "ak")
    wrong = [{**piece, "sold_on": "23.11.2025"}, {**piece, "customer": "none"}]
    bad = (await desk.products.import_assets(wrong, ACT, dry_run=False)).bad
    assert [(one.number, one.field) for one in bad] == [(1, "sold_on"), (2, "")]


async def test_tenants_have_their_own_products(desk: CustomerPorts) -> None:
    other = replace(ACT, tenant=2)
    his = await desk.customers.add(NewCustomer("Ali"), other)
    await desk.products.import_products(TABLE, ACT, dry_run=False)
    assert await desk.products.products(tenant=2) == []
    await desk.products.import_products(TABLE, other, dry_run=False)
    piece = await desk.products.add_asset(NewAsset(his.id, "x5", "S-1"), other)
    assert await desk.products.asset(piece.id) is None
    assert await desk.products.asset_by_serial("x5", "S-1") is None
    with pytest.raises(NotFoundError):
        await desk.products.add_asset(NewAsset(his.id, "x5", "S-1"), ACT)
