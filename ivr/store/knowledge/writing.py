"""Writing articles: drafts, publishing them, taking them out of use."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, text, update

from ivr.domain.errors import NotValidError, StaleVersionError
from ivr.runtime.ports.desk import AuditRow
from ivr.runtime.ports.knowledge import CHANGEABLE
from ivr.store.desk.audit_in import audit
from ivr.store.knowledge.rows import article_row, need
from ivr.store.tables import kb_article
from ivr.tickets.knowledge import (
    ARCHIVED,
    DRAFT,
    KINDS,
    PUBLISHED,
    VISIBILITIES,
    ArticleStateError,
    answer_problem,
    language_of,
    locale_problem,
    slug_problem,
)
from ivr.tickets.search_text import index_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row

    from ivr.runtime.ports.knowledge import ArticleRow, NewArticle
    from ivr.store.tickets.operation import Operation

MOST_TITLE, MOST_BODY, MOST_CATEGORIES = 200, 200_000, 50
_TURN = text("SELECT pg_advisory_xact_lock(7236832)")


def draft(operation: Operation, new: NewArticle) -> ArticleRow:
    """Write the next version of an article in one language."""
    wrong = slug_problem(new.slug) or locale_problem(language_of(new.locale))
    if new.kind not in KINDS:
        wrong = f"kind: one of {', '.join(KINDS)}"
    if wrong:
        raise NotValidError(wrong)
    locale = language_of(new.locale)
    kind, version = _next(operation, new, locale)
    row: dict[str, Any] = {
        "tenant_id": operation.tenant,
        "public_id": operation.new_id(),
        "kind": kind,
        "slug": new.slug,
        "locale": locale,
        "version": version,
        "state": DRAFT,
        "author": operation.act.by,
        "at": operation.act.at,
        **_columns(operation, {name: getattr(new, name) for name in CHANGEABLE}),
    }
    _check_whole(row)
    row["search_fold"] = _words(row)
    operation.connection.execute(insert(kb_article).values(row))
    return _done(operation, row["public_id"], "kb.draft")


def change(
    operation: Operation, ref: str, changes: Mapping[str, object], revision: int | None
) -> ArticleRow:
    """New values of a draft; what is as before writes nothing."""
    row = _in_state(operation, ref, revision, DRAFT)
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise NotValidError(f"an article has no {', '.join(unknown)} that can be changed")
    columns = _columns(operation, changes)
    differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if not differing:
        return article_row(operation, row)
    after = {**row._asdict(), **differing}
    _check_whole(after)
    _write(operation, row, {**differing, "search_fold": _words(after), "at": operation.act.at})
    return _done(operation, ref, "kb.change", sorted(differing))


def publish(operation: Operation, ref: str, revision: int | None) -> ArticleRow:
    """Make a draft the version that holds; the one before is archived."""
    row = _in_state(operation, ref, revision, DRAFT)
    if not (row.body.strip() or row.ivr_answer.strip()):
        raise NotValidError("body: an article without a word cannot be published")
    mine = kb_article.c
    before = (mine.tenant_id == row.tenant_id, mine.slug == row.slug, mine.locale == row.locale)
    older = update(kb_article).where(*before, mine.state == PUBLISHED)
    operation.connection.execute(older.values(state=ARCHIVED, revision=mine.revision + 1))
    _write(operation, row, {"state": PUBLISHED, "published_at": operation.act.at})
    return _done(operation, ref, "kb.publish")


def archive(operation: Operation, ref: str, revision: int | None) -> ArticleRow:
    """Take a version out of use; it stays to be read by those who edit."""
    row = _in_state(operation, ref, revision, DRAFT, PUBLISHED)
    _write(operation, row, {"state": ARCHIVED})
    return _done(operation, ref, "kb.archive")


def remove(operation: Operation, ref: str) -> None:
    """Delete a draft."""
    row = _in_state(operation, ref, None, DRAFT)
    operation.connection.execute(delete(kb_article).where(kb_article.c.id == row.id))
    _audit(operation, ref, "kb.remove", ())


def _next(operation: Operation, new: NewArticle, locale: str) -> tuple[str, int]:
    """Kind and number of the next version. Everything under a slug is of one kind."""
    if operation.connection.dialect.name == "postgresql":
        operation.connection.execute(_TURN)  # two drafts at once would take one number
    mine = kb_article.c
    question = select(mine.kind, mine.locale, mine.state, mine.version).where(
        mine.tenant_id == operation.tenant, mine.slug == new.slug
    )
    rows = operation.connection.execute(question).all()
    kinds = {row.kind for row in rows} or {new.kind}
    if new.kind not in kinds:
        raise NotValidError(f"kind: {new.slug} is of the kind {min(kinds)}")
    same = [row for row in rows if row.locale == locale]
    if any(row.state == DRAFT for row in same):
        raise ArticleStateError(f"there is a draft of {new.slug} in {locale} already")
    return new.kind, max((row.version for row in same), default=0) + 1


def _in_state(operation: Operation, ref: str, revision: int | None, *states: str) -> Row[Any]:
    row = need(operation, ref, lock=True)
    if revision is not None and row.revision != revision:
        raise StaleVersionError(f"the article is at revision {row.revision}")
    if row.state not in states:
        raise ArticleStateError(f"this version is {row.state}; it would have to be {states[0]}")
    return row


def _columns(operation: Operation, changes: Mapping[str, object]) -> dict[str, Any]:
    """The columns of fields, each checked by itself."""
    return {name: _column(operation, name, value) for name, value in changes.items()}


def _column(operation: Operation, name: str, value: object) -> object:
    if name in {"valid_from", "valid_until"}:
        if value is not None and not isinstance(value, datetime):
            raise NotValidError(f"{name}: a moment")
        return value
    if name == "categories":
        return _codes(operation, value)
    if not isinstance(value, str) or "\0" in value:
        raise NotValidError(f"{name}: text")
    if name == "visibility" and value not in VISIBILITIES:
        raise NotValidError(f"visibility: one of {', '.join(VISIBILITIES)}")
    return value if name == "body" else value.strip()


def _codes(operation: Operation, value: object) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MOST_CATEGORIES:
        raise NotValidError(f"categories: at most {MOST_CATEGORIES}")
    found = {name: operation.catalogue.category(str(name)) for name in value}
    unknown = [name for name, each in found.items() if each is None]
    if unknown:
        raise NotValidError(f"categories: there is no category {unknown[0]}")
    return sorted({each.code for each in found.values() if each is not None})


def _check_whole(row: Mapping[str, Any]) -> None:
    """What several fields have to be together."""
    if not row["title"] or len(row["title"]) > MOST_TITLE:
        raise NotValidError(f"title: 1 to {MOST_TITLE} characters")
    if len(row["body"]) > MOST_BODY:
        raise NotValidError(f"body: at most {MOST_BODY} characters")
    since, until = row["valid_from"], row["valid_until"]
    if since is not None and until is not None and since >= until:
        raise NotValidError("valid_until: has to be later than valid_from")
    wrong = answer_problem(row["ivr_answer"])
    if wrong:
        raise NotValidError(wrong)


def _words(row: Mapping[str, Any]) -> str:
    return index_text(row["slug"], row["title"], row["body"], row["ivr_answer"])


def _write(operation: Operation, row: Row[Any], columns: Mapping[str, Any]) -> None:
    same = update(kb_article).where(kb_article.c.id == row.id)
    operation.connection.execute(same.values(revision=row.revision + 1, **columns))


def _done(operation: Operation, ref: str, what: str, fields: Sequence[str] = ()) -> ArticleRow:
    found = article_row(operation, need(operation, ref))
    _audit(operation, ref, what, fields)
    return found


def _audit(operation: Operation, ref: str, what: str, fields: Sequence[str]) -> None:
    facts: dict[str, object] = {"fields": list(fields)} if fields else {}
    act = operation.act
    row = AuditRow(act.at, act.by, what, f"kb:{ref}", act.reason, facts=facts)
    audit(operation.connection, row)
