"""Reading articles: one, a page of many, the one that holds now, announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, select

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.knowledge import MOST, ArticlePage, Notice
from ivr.store.knowledge.rows import article_row, holds_at, is_about, seen_by
from ivr.store.tables import kb_article, kb_use
from ivr.tickets.knowledge import ANNOUNCEMENT, PUBLISHED, READ, language_of, slug_problem
from ivr.tickets.search import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from ivr.runtime.ports.knowledge import ArticleFilter, ArticleRow
    from ivr.store.tickets.operation import Operation
    from ivr.tickets.knowledge import Reader


def get(operation: Operation, ref: str, reader: Reader) -> ArticleRow | None:
    """One version, if this reader may see it."""
    question = select(kb_article).where(
        kb_article.c.tenant_id == operation.tenant, kb_article.c.public_id == ref, seen_by(reader)
    )
    row = operation.connection.execute(question).one_or_none()
    return None if row is None else article_row(operation, row)


def page(
    operation: Operation, which: ArticleFilter, reader: Reader, cursor: str, limit: int
) -> ArticlePage:
    """The latest first; public ids rise with time, so they are cursor and order in one."""
    mine, most = kb_article.c, max(1, min(limit, MOST))
    question = select(kb_article).where(
        mine.tenant_id == operation.tenant, seen_by(reader), *_wanted(operation, which)
    )
    if cursor:
        if len(cursor) != 26 or not cursor.isascii() or not cursor.isalnum():
            raise NotValidError("cursor: this is no cursor of this list")
        question = question.where(mine.public_id < cursor)
    question = question.order_by(mine.public_id.desc()).limit(most + 1)
    rows = operation.connection.execute(question).all()
    shown = tuple(article_row(operation, row) for row in rows[:most])
    return ArticlePage(shown, shown[-1].id if len(rows) > most else "")


def published(
    operation: Operation, slug: str, locale: str, reader: Reader, at: datetime
) -> ArticleRow | None:
    """What holds now under a slug; without a language the first one by its name."""
    if slug_problem(slug):
        return None
    mine = kb_article.c
    question = select(kb_article).where(
        mine.tenant_id == operation.tenant,
        mine.slug == slug,
        mine.state == PUBLISHED,
        mine.visibility.in_(reader.levels),
        holds_at(at),
    )
    if locale:
        question = question.where(mine.locale == language_of(locale))
    row = operation.connection.execute(question.order_by(mine.locale).limit(1)).one_or_none()
    return None if row is None else article_row(operation, row)


def notices(operation: Operation, reader: Reader, at: datetime) -> Sequence[Notice]:
    """The announcements that hold now, with when this reader has read them."""
    mine = kb_article.c
    receipt = (
        select(kb_use.c.article_id, func.min(kb_use.c.at, type_=kb_use.c.at.type).label("read_at"))
        .where(kb_use.c.kind == READ, kb_use.c.person == reader.name)
        .group_by(kb_use.c.article_id)
        .subquery()
    )
    question = (
        select(kb_article, receipt.c.read_at)
        .outerjoin(receipt, receipt.c.article_id == mine.id)
        .where(
            mine.tenant_id == operation.tenant,
            mine.kind == ANNOUNCEMENT,
            mine.state == PUBLISHED,
            mine.visibility.in_(reader.levels),
            holds_at(at),
        )
        .order_by(mine.published_at.desc(), mine.id.desc())
        .limit(MOST)
    )
    rows = operation.connection.execute(question).all()
    return [Notice(article_row(operation, row), row.read_at) for row in rows]


def _wanted(operation: Operation, which: ArticleFilter) -> list[ColumnElement[bool]]:
    mine = kb_article.c
    names = ("kinds", "states", "visibilities")
    columns = (mine.kind, mine.state, mine.visibility)
    found: list[ColumnElement[bool]] = [
        column.in_(getattr(which, name))
        for name, column in zip(names, columns, strict=True)
        if getattr(which, name)
    ]
    if which.locale:
        found.append(mine.locale == language_of(which.locale))
    if which.slug:
        found.append(mine.slug == which.slug)
    if which.category:
        found.append(is_about(operation.connection, _below(operation, which.category)))
    if which.valid_at is not None:
        found.append(holds_at(which.valid_at))
    return [*found, *_having(which.words)]


def _having(text: str) -> list[ColumnElement[Any]]:
    found = words(text)
    if text.strip() and not found:
        return [false()]
    every = [kb_article.c.search_fold.contains(word, autoescape=True) for word in found]
    return [and_(*every)] if every else []


def _below(operation: Operation, name: str) -> list[str]:
    """The codes of a category and of all below it."""
    catalogue, path = operation.catalogue, operation.path(name)
    within = [
        each.code for each in catalogue.categories.values() if catalogue.is_within(each.path, path)
    ]
    return sorted({*within, name})
