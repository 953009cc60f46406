"""Tickets as reports count them, by which keys and filters; never those that a test opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from ivr.store.customers.products import SEPARATOR
from ivr.store.reports.counting import allowed, in_category, one_of
from ivr.store.tables import customer, interaction, product, ticket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, FromClause

    from ivr.reports.model import Question

MINE = ticket.c
_FIRM, _TOP = customer.alias("firm"), product.alias("top")
_COMPANY, _LINE = _FIRM.c, _TOP.c
KEYS: Mapping[str, ColumnElement[Any]] = {
    "agent": MINE.assignee,
    "team": MINE.team,
    "category": MINE.category,
    "kind": MINE.kind,
    "priority": MINE.priority,
    "status": MINE.status,
    "root_cause": MINE.root_cause,
    "product": product.c.code,
    "segment": customer.c.segment,
    "company": _COMPANY.customer_no,
    "line": _LINE.code,
}
"""company: that the customer belongs to, or is. line: the product at the top of the tree."""


def joined(source: FromClause, question: Question) -> FromClause:
    """With products and customers where rows are by these; source holds the ticket."""
    names = {*question.keys}
    if names & {"product", "line"}:
        source = source.outerjoin(product, product.c.id == MINE.product_id)
    if "line" in names:
        source = source.outerjoin(_TOP, tops())
    if names & {"segment", "company"}:
        source = source.outerjoin(customer, customer.c.id == MINE.customer_id)
    if "company" in names:
        whose = case((customer.c.kind == "company", customer.c.id), else_=customer.c.company_id)
        source = source.outerjoin(_FIRM, _FIRM.c.id == whose)
    return source


def tops() -> ColumnElement[bool]:
    """Whether `top` is at the top of the tree that a product stands in."""
    begin = func.substr(product.c.path, 1, func.length(_LINE.path) + len(SEPARATOR))
    below = or_(product.c.path == _LINE.path, begin == _LINE.path + SEPARATOR)
    return and_(_LINE.parent_id.is_(None), _LINE.tenant_id == product.c.tenant_id, below)


def wanted(question: Question, tenant: int) -> list[ColumnElement[bool]]:
    """The tickets that are asked for and may be seen."""
    tests = select(interaction.c.id).where(interaction.c.is_test.is_(True))
    found = [
        MINE.tenant_id == tenant,
        func.coalesce(MINE.first_interaction_id, 0).not_in(tests),
        *one_of(MINE.assignee, question.agents),
        *one_of(MINE.team, question.teams),
        *in_category(MINE.category, question.categories),
    ]
    if question.within is not None:
        within = question.within
        found.append(allowed((MINE.assignee, within.agents), (MINE.team, within.teams)))
    return found
