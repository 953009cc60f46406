"""What R24 and R25 count: tickets by product and by whom they are from, opened and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Date, and_, func, or_

from ivr.store.reports import clocks, tickets
from ivr.store.reports.counting import Counting, between, counted
from ivr.store.reports.expressions import times
from ivr.store.reports.ticketed import KEYS, MINE, joined, tops, wanted
from ivr.store.tables import asset, product, ticket

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.reports.model import Fact, Question

_OWNED = asset.c
_OF_ASSETS = ("product", "line")


def quality(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Tickets opened about products, those under warranty, and what is out there."""
    told = or_(MINE.product_id.isnot(None), MINE.asset_id.isnot(None))
    in_time = func.date(MINE.opened_at, type_=Date) <= _OWNED.warranty_until
    what = Counting(
        source=joined(ticket, question).outerjoin(asset, _OWNED.id == MINE.asset_id),
        where=[*between(MINE.opened_at, question), told, *wanted(question, tenant)],
        at=MINE.opened_at,
        keys=KEYS,
        counts={
            "opened": func.count(),
            "complaints": times(MINE.kind == "complaint"),
            "dated": times(_OWNED.warranty_until.isnot(None)),
            "in_warranty": times(and_(_OWNED.warranty_until.isnot(None), in_time)),
        },
    )
    found = counted(connection, what, question)
    return [*found, *_assets(connection, question, tenant)] if _are_all(question) else found


def _are_all(question: Question) -> bool:
    """Whether what is out there can be told of the same rows, and for everybody."""
    return set(question.by) <= set(_OF_ASSETS) and not (
        question.agents or question.teams or question.categories or question.within
    )


def _assets(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Those there now."""
    source = asset.join(product, product.c.id == _OWNED.product_id)
    top = KEYS["line"]
    if "line" in question.keys:
        source = source.outerjoin(top.table, tops())
    what = Counting(
        source=source,
        where=[_OWNED.tenant_id == tenant],
        at=_OWNED.created_at,
        keys={"product": product.c.code, "line": top},
        counts={"assets": func.count()},
    )
    return counted(connection, what, question)


def efficiency(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Tickets opened, closed and promised, by whom they are from or who works on them."""
    opened = Counting(
        source=joined(ticket, question),
        where=[*between(MINE.opened_at, question), *wanted(question, tenant)],
        at=MINE.opened_at,
        keys=KEYS,
        counts={"opened": func.count(), "complaints": times(MINE.kind == "complaint")},
    )
    return [
        *counted(connection, opened, question),
        *tickets.closed(connection, question, tenant),
        *clocks.attainment(connection, question, tenant),
    ]
