"""What is said on a ticket, and which of its clocks hear it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import (
    AGENT,
    ARTICLE_KINDS,
    AUTHORS,
    CALL,
    CUSTOMER,
    FOLLOW_UP,
    MESSAGE,
    NOTE,
    REPLY,
    Appended,
    ArticleRow,
    FileRow,
)
from ivr.store.tables import attachment, interaction, ticket, ticket_article
from ivr.store.tickets.changing import write
from ivr.store.tickets.contacts import count, link_row
from ivr.store.tickets.refs import interaction_id, locked
from ivr.store.tickets.rows import by_id
from ivr.tickets.sla.happenings import Answered, CustomerWrote
from ivr.tickets.states import CLOSED, OPEN, PENDING_CUSTOMER, RESOLVED, default_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, RowMapping, Select

    from ivr.runtime.ports.tickets import NewArticle, NewFile
    from ivr.store.tickets.operation import Operation
    from ivr.tickets.sla.happenings import Happening

OWNER = "article"
"""What files of articles belong to (`attachment.owner_kind`)."""
MOST_BODY = 1_000_000
ARTICLES: Select[Any] = (
    select(
        ticket_article,
        ticket.c.number.label("its_ticket"),
        interaction.c.public_id.label("its_interaction"),
    )
    .join(ticket, ticket.c.id == ticket_article.c.ticket_id)
    .outerjoin(interaction, interaction.c.id == ticket_article.c.interaction_id)
)


def append(operation: Operation, ref: str, new: NewArticle) -> Appended:
    """Add an article, or give the one that has its message_id."""
    _check(new)
    row = locked(operation.connection, ref, operation.tenant)
    known = _known(operation, new.message_id)
    if known is not None:
        article, of = known
        return Appended(article, by_id(operation, of), fresh=False)
    article_id = _insert(operation, row, new)
    [article] = read(operation.connection, ARTICLES.where(ticket_article.c.id == article_id))
    columns, happenings = _effects(operation, row, new)
    told = {"id": article.id, "kind": article.kind, "internal": article.internal}
    write(operation, row, columns, happenings, {"article": told})
    asks = new.kind == MESSAGE and row["state_type"] in {RESOLVED, CLOSED}
    return Appended(article, by_id(operation, row["id"]), fresh=True, asks_agent=asks)


def read(connection: Connection, question: Select[Any]) -> list[ArticleRow]:
    """The articles of a question made from ARTICLES, in its order, with their files."""
    rows = connection.execute(question).mappings().all()
    files = _files(connection, [row["id"] for row in rows])
    return [_article(row, files[row["id"]]) for row in rows]


def is_answer(new: NewArticle) -> bool:
    """Whether the customer got to hear something from a person of ours."""
    return new.kind in {REPLY, CALL} and new.author_kind == AGENT and not new.internal


def _check(new: NewArticle) -> None:
    if new.kind not in ARTICLE_KINDS or new.author_kind not in AUTHORS:
        raise NotValidError(f"an article is one of {', '.join(ARTICLE_KINDS)}")
    if new.kind == MESSAGE and new.author_kind != CUSTOMER:
        raise NotValidError("a message is the customer's; what we say is a reply")
    if "\0" in new.body or len(new.body) > MOST_BODY:
        raise NotValidError(f"an article has at most {MOST_BODY} characters, none of them NUL")


def _known(operation: Operation, message_id: str) -> tuple[ArticleRow, int] | None:
    if not message_id:
        return None
    mine = ticket_article.c
    same = (mine.tenant_id == operation.tenant, mine.message_id == message_id)
    question = ARTICLES.where(*same)
    of = operation.connection.scalar(select(mine.ticket_id).where(*same))
    return None if of is None else (read(operation.connection, question)[0], int(of))


def _insert(operation: Operation, row: Mapping[str, Any], new: NewArticle) -> int:
    connection = operation.connection
    contact = interaction_id(connection, new.interaction, operation.tenant)
    columns = {
        "public_id": operation.new_id(),
        "tenant_id": operation.tenant,
        "ticket_id": row["id"],
        "at": new.at,
        "kind": new.kind,
        "internal": new.internal or new.kind == NOTE,
        "author_kind": new.author_kind,
        "author": new.author,
        "interaction_id": contact,
        "body": new.body,
        "content_type": new.content_type,
        "message_id": new.message_id or None,
    }
    made = insert(ticket_article).values(columns).returning(ticket_article.c.id)
    article_id = int(connection.execute(made).scalar_one())
    if contact is not None:
        link_row(operation, row["id"], contact, FOLLOW_UP)
    if new.files:
        rows = [_file_columns(operation, article_id, each, new) for each in new.files]
        connection.execute(insert(attachment), rows)
    return article_id


def _effects(
    operation: Operation, row: Mapping[str, Any], new: NewArticle
) -> tuple[dict[str, Any], tuple[Happening, ...]]:
    """The columns and the happenings that an article brings."""
    at = min(new.at, operation.act.at)  # a mail counts from when it came, not from when it was read
    columns: dict[str, Any] = {}
    if new.interaction:
        columns["contact_count"] = count(operation.connection, row["id"])
    if is_answer(new):
        if row["first_response_at"] is None:
            columns["first_response_at"] = at
        return columns, (Answered(at),)
    if new.kind != MESSAGE:
        return columns, ()
    if row["state_type"] == PENDING_CUSTOMER:  # he has said what we waited for
        opened = default_of(OPEN)
        columns |= {"status": opened.code, "state_type": opened.type}
    return columns, (CustomerWrote(at),)


def _file_columns(
    operation: Operation, article_id: int, file: NewFile, new: NewArticle
) -> dict[str, Any]:
    return {
        "public_id": operation.new_id(),
        "tenant_id": operation.tenant,
        "owner_kind": OWNER,
        "owner_id": article_id,
        "filename": file.filename,
        "mime": file.mime,
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
        "uri": file.uri,
        "at": new.at,
    }


def _files(connection: Connection, articles: Sequence[int]) -> dict[int, list[FileRow]]:
    file = attachment.c
    question = (
        select(attachment)
        .where(file.owner_kind == OWNER, file.owner_id.in_(articles))
        .order_by(file.id)
    )
    found: dict[int, list[FileRow]] = defaultdict(list)
    for row in connection.execute(question) if articles else ():
        gone = row.purged_at is not None
        found[row.owner_id].append(
            FileRow(
                row.public_id, row.filename, row.mime, row.size_bytes, row.sha256, row.uri, gone
            )
        )
    return found


def _article(row: RowMapping, files: Sequence[FileRow]) -> ArticleRow:
    return ArticleRow(
        id=row["public_id"],
        ticket=row["its_ticket"],
        at=row["at"],
        kind=row["kind"],
        internal=row["internal"],
        author_kind=row["author_kind"],
        author=row["author"],
        body=row["body"],
        content_type=row["content_type"],
        message_id=row["message_id"] or "",
        interaction=row["its_interaction"] or "",
        files=tuple(files),
    )
