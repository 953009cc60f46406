"""What customers own: pieces of products with a serial number, a sale and a warranty."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.domain.plain import plain_text
from ivr.runtime.ports.products import AssetRow, NewAsset
from ivr.store.customers import products
from ivr.store.customers.profiles import tell_updated
from ivr.store.customers.resolving import find, need
from ivr.store.tables import asset, customer, product

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.store.customers.work import Work

_SERIAL_LENGTH = 64
_PARENT = asset.alias("parent")


def add(work: Work, new: NewAsset) -> AssetRow:
    """A new piece. Raises NotValidError if its serial number is known."""
    row = _columns(work, new)
    if _same(work.connection, row["product_id"], new.serial_no) is not None:
        raise NotValidError("serial_no: a piece of this product has it already")
    return _added(work, row)


def save(work: Work, new: NewAsset) -> str:
    """As `add`, but the piece with this serial number is changed: `added`, `changed`, `same`."""
    row = _columns(work, new)
    own = _same(work.connection, row["product_id"], new.serial_no)
    if own is None:
        _added(work, row)
        return "added"
    fresh = {name: value for name, value in row.items() if getattr(own, name) != value}
    fresh.pop("parent_id", None)
    if not fresh:
        return "same"
    work.connection.execute(update(asset).where(asset.c.id == own.id).values(fresh))
    work.audit("asset.change", own.public_id, fields=sorted(fresh))
    return "changed"


def get(ref: str, tenant: int, connection: Connection) -> AssetRow | None:
    """One piece, with the attributes of its product."""
    rows = connection.execute(_mine(tenant).where(asset.c.public_id == ref)).all()
    return next(iter(_shown(connection, tenant, rows)), None)


def by_serial(code: str, serial_no: str, tenant: int, connection: Connection) -> AssetRow | None:
    """The piece of a product with this serial number."""
    same = (product.c.code == code) & (asset.c.serial_no == serial_no)
    rows = connection.execute(_mine(tenant).where(same)).all()
    return next(iter(_shown(connection, tenant, rows)), None)


def of_customer(ref: str, tenant: int, connection: Connection) -> list[AssetRow]:
    """What a customer owns, the newest first."""
    owner = find(connection, tenant, ref)
    if owner is None:
        raise NotFoundError("there is no such customer")
    question = _mine(tenant).where(asset.c.customer_id == owner.id).order_by(asset.c.id.desc())
    return _shown(connection, tenant, connection.execute(question).all())


def _columns(work: Work, new: NewAsset) -> dict[str, Any]:
    owner = need(work.connection, work.tenant, new.customer)
    kind = products.by_code(work.connection, work.tenant, new.product)
    if kind is None:
        raise NotValidError(f"product: there is no product {new.product}")
    if not new.serial_no.strip() or len(new.serial_no) > _SERIAL_LENGTH:
        raise NotValidError(f"serial_no: 1 to {_SERIAL_LENGTH} characters")
    if new.sold_on and new.warranty_until and new.warranty_until < new.sold_on:
        raise NotValidError("warranty_until: before the sale")
    plain_text(new.attrs, "attrs")
    kept = {name: asdict(new)[name] for name in ("serial_no", "sold_on", "warranty_until")}
    return {
        **kept,
        "tenant_id": work.tenant,
        "customer_id": owner.id,
        "product_id": kind.id,
        "parent_id": _parent(work, new.parent),
        "attrs": dict(new.attrs),
    }


def _parent(work: Work, ref: str) -> int | None:
    if not ref:
        return None
    mine = (asset.c.tenant_id == work.tenant) & (asset.c.public_id == ref)
    found = work.connection.scalar(select(asset.c.id).where(mine))
    if found is None:
        raise NotValidError("parent: there is no such asset")
    return int(found)


def _added(work: Work, row: Mapping[str, Any]) -> AssetRow:
    ref = work.house.new_id()
    made = {**row, "public_id": ref, "created_at": work.at}
    work.connection.execute(insert(asset).values(made))
    owner = work.connection.execute(select(customer).where(customer.c.id == row["customer_id"]))
    tell_updated(work, owner.one(), ["assets"])
    found = get(ref, work.tenant, work.connection)
    if found is None:
        raise NotFoundError("there is no such asset")
    return found


def _same(connection: Connection, product_id: int, serial_no: str) -> Row[Any] | None:
    same = (asset.c.product_id == product_id) & (asset.c.serial_no == serial_no)
    return connection.execute(select(asset).where(same)).one_or_none()


def _mine(tenant: int) -> Select[Any]:
    return (
        select(
            asset,
            customer.c.public_id.label("customer_public_id"),
            product.c.code.label("product_code"),
            product.c.name.label("product_name"),
            _PARENT.c.public_id.label("parent_public_id"),
        )
        .join(customer, customer.c.id == asset.c.customer_id)
        .join(product, product.c.id == asset.c.product_id)
        .outerjoin(_PARENT, _PARENT.c.id == asset.c.parent_id)
        .where(asset.c.tenant_id == tenant)
    )


def _shown(connection: Connection, tenant: int, rows: Sequence[Row[Any]]) -> list[AssetRow]:
    kinds = {row.product_code: products.get(row.product_code, tenant, connection) for row in rows}
    return [_row(row, kinds[row.product_code]) for row in rows]


def _row(row: Row[Any], kind: Any) -> AssetRow:  # noqa: ANN401 - a ProductRow, which is there
    return AssetRow(
        id=row.public_id,
        customer=row.customer_public_id,
        product=row.product_code,
        product_name=row.product_name,
        serial_no=row.serial_no,
        sold_on=row.sold_on,
        warranty_until=row.warranty_until,
        parent=row.parent_public_id or "",
        attrs={**(kind.attrs if kind else {}), **row.attrs},
    )


def read_day(text: str) -> date | None:
    """A day of an imported table, ISO 8601; None for an empty cell. Raises ValueError."""
    return date.fromisoformat(text.strip()) if text.strip() else None
