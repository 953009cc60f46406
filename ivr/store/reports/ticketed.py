"""Tickets as reports count them, by which keys and filters; never those that a test opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ivr.store.reports.counting import allowed, in_category, one_of
from ivr.store.tables import customer, interaction, product, ticket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, FromClause

    from ivr.reports.model import Question

MINE = ticket.c
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
}


def joined(source: FromClause, question: Question) -> FromClause:
    """With products and customers where rows are by these; source holds the ticket."""
    if "product" in question.keys:
        source = source.outerjoin(product, product.c.id == MINE.product_id)
    if "segment" in question.keys:
        source = source.outerjoin(customer, customer.c.id == MINE.customer_id)
    return source


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
