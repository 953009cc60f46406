"""Rows of articles, and which of them somebody may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.knowledge import ArticleRow
from ivr.store.tables import kb_article
from ivr.tickets.knowledge import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from ivr.store.tickets.operation import Operation
    from ivr.tickets.knowledge import Reader


def article_row(operation: Operation, row: Row[Any]) -> ArticleRow:
    """A row as the port gives it."""
    return ArticleRow(
        id=row.public_id,
        kind=row.kind,
        slug=row.slug,
        locale=row.locale,
        version=row.version,
        revision=row.revision,
        title=row.title,
        body=row.body,
        ivr_answer=row.ivr_answer,
        visibility=row.visibility,
        state=row.state,
        categories=tuple(operation.path(code) for code in row.categories),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        author=row.author,
        at=row.at,
        published_at=row.published_at,
    )


def need(operation: Operation, ref: str, *, lock: bool = False) -> Row[Any]:
    """The row of a public id. lock: nobody else changes it until the end of the transaction."""
    question = select(kb_article).where(
        kb_article.c.tenant_id == operation.tenant, kb_article.c.public_id == ref
    )
    question = question.with_for_update() if lock else question
    found = operation.connection.execute(question).one_or_none()
    if found is None:
        raise NotFoundError("there is no such article")
    return found


def seen_by(reader: Reader) -> ColumnElement[bool]:
    """Published ones of his levels; his own and, for those who edit, all others, too."""
    mine = kb_article.c
    public = and_(mine.state == PUBLISHED, mine.visibility.in_(reader.levels))
    if not reader.name:
        return public
    if reader.edits:
        return mine.state.is_not(None)
    return or_(public, mine.author == reader.name)


def holds_at(at: datetime) -> ColumnElement[bool]:
    """Begun and not over."""
    mine = kb_article.c
    return and_(
        or_(mine.valid_from.is_(None), mine.valid_from <= at),
        or_(mine.valid_until.is_(None), mine.valid_until > at),
    )


def is_about(connection: Connection, codes: Sequence[str]) -> ColumnElement[bool]:
    """Names at least one of these categories."""
    column = kb_article.c.categories
    if connection.dialect.name == "postgresql":
        each = func.jsonb_array_elements_text(column, type_=JSONB()).table_valued("value")
    else:
        each = func.json_each(column).table_valued("value")
    return select(each.c.value).where(each.c.value.in_(codes)).exists()
