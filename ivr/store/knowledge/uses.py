"""What articles were used for: counted, and receipts for announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, or_, select

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.knowledge import Receipt
from ivr.store.knowledge.rows import need
from ivr.store.tables import interaction, interaction_segment, kb_article, kb_use
from ivr.store.tickets.refs import ticket_id
from ivr.tickets.knowledge import READ, SHOWN, SOLVED, USES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from ivr.runtime.ports.knowledge import Use
    from ivr.store.tickets.operation import Operation


def add(operation: Operation, ref: str, use: Use, at: datetime) -> None:
    """Count a use of a version. Everybody reads an announcement once."""
    if use.kind not in USES:
        raise NotValidError(f"kind: one of {', '.join(USES)}")
    is_receipt = use.kind == READ
    article = need(operation, ref, lock=is_receipt)
    if is_receipt and _has_read(operation, article.id, use.person):
        return
    row = {
        "article_id": article.id,
        "kind": use.kind,
        "at": at,
        "person": use.person,
        "interaction_id": _interaction(operation, use.interaction),
        "ticket_id": ticket_id(operation.connection, use.ticket, operation.tenant)
        if use.ticket
        else None,
    }
    operation.connection.execute(insert(kb_use).values(row))


def counts(operation: Operation, ref: str) -> Mapping[str, int]:
    """How often a version was used, by kind. solved: said so, or by a call that ended after it."""
    article = need(operation, ref)
    question = (
        select(kb_use.c.kind, func.count().label("times"))
        .where(kb_use.c.article_id == article.id)
        .group_by(kb_use.c.kind)
    )
    found = {row.kind: row.times for row in operation.connection.execute(question)}
    by_calls = operation.connection.scalar(solved_calls(article.id)) or 0
    extra = {SOLVED: by_calls}
    return {kind: found.get(kind, 0) + extra.get(kind, 0) for kind in USES}


def solved_calls(article: int) -> Select[int]:
    """How many calls ended after this answer, without a queue or an agent: nothing was left to ask.

    Of several answers in a call the last one counts, and only where nobody said `solved` himself.
    """
    mine, later = kb_use.c, kb_use.alias("later")
    part = interaction_segment.c
    helped = select(part.id).where(
        part.interaction_id == mine.interaction_id,
        or_(part.queue.is_not(None), part.agent.is_not(None)),
    )
    said_more = select(later.c.id).where(
        later.c.interaction_id == mine.interaction_id,
        or_(later.c.kind == SOLVED, and_(later.c.kind == SHOWN, later.c.id > mine.id)),
    )
    return (
        select(func.count())
        .select_from(kb_use)
        .join(interaction, interaction.c.id == mine.interaction_id)
        .where(mine.article_id == article, mine.kind == SHOWN, interaction.c.ended_at.is_not(None))
        .where(~helped.exists(), ~said_more.exists())
    )


def receipts(operation: Operation, ref: str) -> Sequence[Receipt]:
    """Who has read an announcement."""
    question = (
        select(kb_use.c.person, kb_use.c.at)
        .join(kb_article, kb_article.c.id == kb_use.c.article_id)
        .where(kb_article.c.id == need(operation, ref).id, kb_use.c.kind == READ)
        .order_by(kb_use.c.id)
    )
    return [Receipt(person, at) for person, at in operation.connection.execute(question)]


def _has_read(operation: Operation, article: int, person: str) -> bool:
    mine = kb_use.c
    same = (mine.article_id == article, mine.kind == READ, mine.person == person)
    return operation.connection.scalar(select(mine.id).where(*same).limit(1)) is not None


def _interaction(operation: Operation, ref: str) -> int | None:
    """The row of a contact; None for none, and for one that is not written yet."""
    if not ref:
        return None
    question = select(interaction.c.id).where(
        interaction.c.tenant_id == operation.tenant, interaction.c.public_id == ref
    )
    return operation.connection.scalar(question)
