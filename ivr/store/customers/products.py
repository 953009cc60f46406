"""The tree of products: attributes are handed down, a branch moves with all that hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from ivr.domain.errors import NotValidError
from ivr.domain.plain import plain_text
from ivr.runtime.ports.products import ProductRow
from ivr.store.tables import product

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.store.customers.work import Work

SEPARATOR = "/"
_LENGTHS = {"code": 64, "level": 24, "name": 1000}
_PATH_LENGTH = 512
_PARENT = product.alias("parent")


def save(work: Work, new: ProductRow) -> ProductRow:
    """Add a product, or change the one with this code; its branch follows it."""
    _check(new)
    own = by_code(work.connection, work.tenant, new.code)
    parent = _parent(work, new, own)
    path = new.code if parent is None else f"{parent.path}{SEPARATOR}{new.code}"
    if len(path) > _PATH_LENGTH:
        raise NotValidError(f"parent: the path is longer than {_PATH_LENGTH} characters")
    columns = {
        "parent_id": None if parent is None else parent.id,
        "path": path,
        "code": new.code,
        "name": new.name,
        "level_kind": new.level,
        "default_attrs": dict(new.own),
        "related": list(new.related),
        "active": new.active,
    }
    if own is None:
        row = {**columns, "tenant_id": work.tenant}
        work.connection.execute(insert(product).values(row))
    else:
        work.connection.execute(update(product).where(product.c.id == own.id).values(columns))
        _follow(work, own.path, path)
    work.audit("product.save", new.code)
    found = get(new.code, work.tenant, work.connection)
    if found is None:
        raise NotValidError("code: it was not stored")
    return found


def get(code: str, tenant: int, connection: Connection) -> ProductRow | None:
    """One product with what it inherits, in two reads."""
    row = by_code(connection, tenant, code)
    if row is None:
        return None
    steps = row.path.split(SEPARATOR)
    above = [SEPARATOR.join(steps[:count]) for count in range(1, len(steps) + 1)]
    rows = connection.execute(_tree(tenant).where(product.c.path.in_(above))).all()
    return _shown(rows)[-1]


def branch(under: str, tenant: int, connection: Connection) -> list[ProductRow]:
    """The tree, or a product and all below it, in the order of the paths."""
    if not under:
        return _shown(connection.execute(_tree(tenant)).all())
    top = get(under, tenant, connection)
    if top is None:
        return []
    rows = connection.execute(_tree(tenant).where(_below(top.path))).all()
    return [top, *_shown(rows, {top.path: top.attrs})]


def by_code(connection: Connection, tenant: int, code: str) -> Row[Any] | None:
    """The row of a product."""
    question = select(product).where(product.c.tenant_id == tenant, product.c.code == code)
    return connection.execute(question).one_or_none()


def _check(new: ProductRow) -> None:
    for name, most in _LENGTHS.items():
        if len(getattr(new, name)) > most:
            raise NotValidError(f"{name}: at most {most} characters")
    if not new.code or SEPARATOR in new.code or new.code != new.code.strip():
        raise NotValidError(f"code: not empty, without {SEPARATOR} and blanks around")
    plain_text(new.own, "own")


def _parent(work: Work, new: ProductRow, own: Row[Any] | None) -> Row[Any] | None:
    if not new.parent:
        return None
    parent = by_code(work.connection, work.tenant, new.parent)
    if parent is None:
        raise NotValidError(f"parent: there is no product {new.parent}")
    if own is not None and f"{parent.path}{SEPARATOR}".startswith(f"{own.path}{SEPARATOR}"):
        raise NotValidError("parent: it is the product itself, or below it")
    return parent


def _follow(work: Work, old: str, new: str) -> None:
    """All that hangs on a product gets its new path."""
    if old == new:
        return
    mine = (product.c.tenant_id == work.tenant) & _below(old)
    for row in work.connection.execute(select(product.c.id, product.c.path).where(mine)).all():
        path = new + row.path.removeprefix(old)
        if len(path) > _PATH_LENGTH:
            raise NotValidError(f"parent: a path is longer than {_PATH_LENGTH} characters")
        work.connection.execute(update(product).where(product.c.id == row.id).values(path=path))


def _below(path: str) -> Any:  # noqa: ANN401 - a condition
    """Everything under a path: `path/...`, by comparing letters, not words of a language."""
    return product.c.path.startswith(path + SEPARATOR, autoescape=True)


def _tree(tenant: int) -> Select[Any]:
    return (
        select(product, _PARENT.c.code.label("parent_code"))
        .outerjoin(_PARENT, _PARENT.c.id == product.c.parent_id)
        .where(product.c.tenant_id == tenant)
    )


def _shown(
    rows: Sequence[Row[Any]], known: Mapping[str, Mapping[str, Any]] | None = None
) -> list[ProductRow]:
    """Rows as products, those above before those below. known: attributes of paths above."""
    attrs = dict(known or {})
    found = []
    for row in sorted(rows, key=lambda row: row.path.split(SEPARATOR)):
        above = row.path.rpartition(SEPARATOR)[0]
        attrs[row.path] = {**attrs.get(above, {}), **row.default_attrs}
        found.append(
            ProductRow(
                code=row.code,
                name=row.name,
                parent=row.parent_code or "",
                level=row.level_kind,
                own=row.default_attrs,
                related=tuple(row.related),
                active=row.active,
                path=row.path,
                attrs=attrs[row.path],
            )
        )
    return found
