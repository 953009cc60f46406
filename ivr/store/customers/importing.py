"""Tables of products and assets: tried row by row in one transaction, stored only if all are good.

A dry run does everything and takes it back, so it finds exactly what the real run would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import NotValidError, RequestError
from ivr.runtime.ports.products import BadRow, Imported, NewAsset, ProductRow
from ivr.store.customers import assets, products

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from typing import TypeAlias

    from ivr.store.customers.work import Work

    Cells: TypeAlias = Mapping[str, str]
    Taker: TypeAlias = Callable[[Work, Cells], str]

_PRODUCT = ("code", "name", "parent", "level")
_ASSET = ("customer", "product", "serial_no", "sold_on", "warranty_until")
_ATTR = "attr."


def import_products(work: Work, rows: Sequence[Cells], *, dry_run: bool) -> Imported:
    """Products, each after those above it, as the table has them."""
    return _import(work, rows, _product, dry_run=dry_run)


def import_assets(work: Work, rows: Sequence[Cells], *, dry_run: bool) -> Imported:
    """Assets; one whose serial number is known is changed."""
    return _import(work, rows, _asset, dry_run=dry_run)


MOST_ROWS = 2_000
"""Rows of one table: calls wait while it is stored, so larger ones come in parts."""


def _import(work: Work, rows: Sequence[Cells], take: Taker, *, dry_run: bool) -> Imported:
    if len(rows) > MOST_ROWS:
        raise NotValidError(f"rows: at most {MOST_ROWS} at a time")
    whole = work.connection.begin_nested()
    done = {"added": 0, "changed": 0, "same": 0}
    bad = []
    for number, cells in enumerate(rows, 1):
        one = work.connection.begin_nested()
        try:
            done[take(work, cells)] += 1
        except (RequestError, ValueError) as error:
            one.rollback()
            bad.append(_bad(number, str(error)))
        else:
            one.commit()
    stored = not dry_run and not bad
    if stored:
        whole.commit()
    else:
        whole.rollback()
    return Imported(done["added"], done["changed"], done["same"], tuple(bad), stored)


def _bad(number: int, message: str) -> BadRow:
    """Our own messages begin with the name of the field."""
    name, colon, reason = message.partition(": ")
    return BadRow(number, name, reason) if colon else BadRow(number, "", message)


def _product(work: Work, cells: Cells) -> str:
    _check_columns(cells, _PRODUCT)
    old = products.get(_cell(cells, "code"), work.tenant, work.connection)
    new = ProductRow(
        code=_cell(cells, "code"),
        name=_cell(cells, "name"),
        parent=_cell(cells, "parent"),
        level=_cell(cells, "level"),
        own=_attrs(cells),
        related=old.related if old else (),
        active=old.active if old else True,
        path=old.path if old else "",
        attrs=old.attrs if old else {},
    )
    if old == new:
        return "same"
    products.save(work, new)
    return "added" if old is None else "changed"


def _asset(work: Work, cells: Cells) -> str:
    _check_columns(cells, _ASSET)
    new = NewAsset(
        customer=_cell(cells, "customer"),
        product=_cell(cells, "product"),
        serial_no=_cell(cells, "serial_no"),
        sold_on=_day(cells, "sold_on"),
        warranty_until=_day(cells, "warranty_until"),
        attrs=_attrs(cells),
    )
    return assets.save(work, new)


def _check_columns(cells: Cells, known: Sequence[str]) -> None:
    strange = [name for name in cells if name not in known and not name.startswith(_ATTR)]
    if strange:
        raise ValueError(f"{strange[0]}: no such column")


def _cell(cells: Cells, name: str) -> str:
    return cells.get(name, "").strip()


def _day(cells: Cells, name: str) -> date | None:
    try:
        return assets.read_day(cells.get(name, ""))
    except ValueError:
        raise ValueError(f"{name}: a day such as 2026-11-23") from None


def _attrs(cells: Cells) -> dict[str, str]:
    """Cells of the columns `attr.NAME`; empty ones say nothing."""
    named = {
        name.removeprefix(_ATTR): cells[name].strip() for name in cells if name.startswith(_ATTR)
    }
    return {name: value for name, value in named.items() if value}
