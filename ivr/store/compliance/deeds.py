"""How data whose time is over goes: deleted, or without anything that says whose it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Table, delete, exists, select, update

from ivr.store.compliance.kinds import EMPTY
from ivr.store.compliance.steps.erasing import is_hidden
from ivr.store.compliance.steps.words import CUSTOMER, KEPT_FIELDS
from ivr.store.compliance.subjects import chunks
from ivr.store.recorded import destroying
from ivr.store.tables import (
    attachment,
    call_reply,
    call_snapshot,
    erasure_request,
    inbox_message,
    intake_item,
    interaction,
    journal,
    outbox_event,
    survey_answer,
    survey_response,
    text_message,
    ticket,
    ticket_article,
    ticket_change,
    wrapup,
)
from ivr.tickets.erasure import cleared
from ivr.tickets.retention import Data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Column

    from ivr.store.compliance.desk import Work

_SOUND = (Data.RECORDING, Data.SURVEY_AUDIO)
_ARTICLE, _INTAKE = "article", "intake"


def files_of(data: Data, keys: Sequence[int], connection: Connection) -> list[str]:
    """The addresses of the files that go with these rows."""
    found: list[str] = []
    for some in chunks(keys):
        if data is Data.REJECTED_INTAKE:
            raw = select(intake_item.c.raw_uri).where(intake_item.c.id.in_(some))
            found += [uri for uri in connection.scalars(raw) if uri]
        if data in _SOUND:
            found += destroying.addresses(connection, some)
        owners = _owners(data, some, connection)
        for kind, ids in owners.items():
            question = select(attachment.c.uri).where(
                attachment.c.owner_kind == kind,
                attachment.c.owner_id.in_(ids),
                attachment.c.purged_at.is_(None),
            )
            found += connection.scalars(question)
    return found


def do(data: Data, keys: Sequence[int], work: Work) -> None:
    """Let these rows go, in one transaction."""
    for some in chunks(keys):
        _purge_files(work, _owners(data, some, work.connection))
        _DEEDS[data](work, some)


def _owners(data: Data, keys: Sequence[int], connection: Connection) -> dict[str, list[int]]:
    if data is Data.REJECTED_INTAKE:
        return {_INTAKE: list(keys)}
    if data is not Data.TICKET:
        return {}
    said = select(ticket_article.c.id).where(ticket_article.c.ticket_id.in_(keys))
    return {_ARTICLE: list(connection.scalars(said)), "ticket": list(keys)}


def _purge_files(work: Work, owners: Mapping[str, Sequence[int]]) -> None:
    gone = {"filename": "", "uri": "", "sha256": "", "purged_at": work.at}
    for kind, keys in owners.items():
        for some in chunks(keys):
            mine = (attachment.c.owner_kind == kind, attachment.c.owner_id.in_(some))
            fresh = update(attachment).where(*mine, attachment.c.purged_at.is_(None))
            work.connection.execute(fresh.values(gone))


def _journals(work: Work, keys: Sequence[int]) -> None:
    for table in (call_reply, call_snapshot, journal):
        _gone(work, table, table.c.call_id, keys)


def _contacts(work: Work, keys: Sequence[int]) -> None:
    question = select(interaction).where(interaction.c.id.in_(keys))
    for row in work.connection.execute(question).all():
        same = update(interaction).where(interaction.c.id == row.id)
        work.connection.execute(same.values(_nobodys(work, row)))
        noted = update(wrapup).where(wrapup.c.call == row.public_id)
        work.connection.execute(noted.values(note=""))


def _nobodys(work: Work, row: Row[Any]) -> dict[str, Any]:
    """A contact with pseudonyms for numbers; its customer stays, for he is one still."""
    values: dict[str, Any] = {"anonymized_at": work.at, "note": ""}
    if row.attrs:
        values["attrs"] = cleared(row.attrs)
    if row.direction == "outbound":
        return values | {"to_norm": _hidden(work, row.to_norm)}
    norm = row.from_norm or row.from_raw
    if norm:
        raw = _hidden(work, norm) if row.from_raw else row.from_raw
        values |= {"from_raw": raw, "from_norm": _hidden(work, norm) if row.from_norm else None}
    return values


def _tickets(work: Work, keys: Sequence[int]) -> None:
    codes = work.office.choices()
    for row in work.connection.execute(select(ticket).where(ticket.c.id.in_(keys))).all():
        words = {"subject": "", "description": "", "search_fold": "", "pref_window": ""}
        more = {"custom": cleared(row.custom, codes), "anonymized_at": work.at}
        same = update(ticket).where(ticket.c.id == row.id)
        work.connection.execute(same.values({**words, **more}))
    mine = ticket_article.c.ticket_id.in_(keys)
    work.connection.execute(update(ticket_article).where(mine).values(body="", message_id=None))
    his = update(ticket_article).where(mine, ticket_article.c.author_kind == CUSTOMER)
    work.connection.execute(his.values(author=""))
    lines = update(ticket_change).where(ticket_change.c.ticket_id.in_(keys))
    work.connection.execute(lines.values(reason=""))
    texts = lines.where(ticket_change.c.field.not_in(sorted(KEPT_FIELDS)))
    work.connection.execute(texts.values(before="", after=""))


def _rejected(work: Work, keys: Sequence[int]) -> None:
    """The rows of their files go with them: nothing points there any more."""
    mine = (attachment.c.owner_kind == _INTAKE, attachment.c.owner_id.in_(keys))
    work.connection.execute(delete(attachment).where(*mine))
    _gone(work, intake_item, intake_item.c.id, keys)


def _survey_words(work: Work, keys: Sequence[int]) -> None:
    """What was said and typed goes; scores stay."""
    said = update(survey_answer).where(survey_answer.c.response_id.in_(keys))
    work.connection.execute(said.values(value_text=None, input_raw=None))
    mine = update(survey_response).where(survey_response.c.id.in_(keys))
    work.connection.execute(mine.values(anonymized_at=work.act.at))


def _sound(work: Work, keys: Sequence[int]) -> None:
    """The row stays and says when its sound went."""
    destroying.forget(work.connection, keys, work.at)


def _events(work: Work, keys: Sequence[int]) -> None:
    """The newest about each thing stays without a word, so that numbers never begin anew."""
    later, mine = outbox_event.alias("later"), outbox_event.c
    newer = exists().where(
        later.c.tenant_id == mine.tenant_id,
        later.c.aggregate == mine.aggregate,
        later.c.aggregate_id == mine.aggregate_id,
        later.c.seq > mine.seq,
    )
    work.connection.execute(delete(outbox_event).where(mine.id.in_(keys), newer))
    work.connection.execute(update(outbox_event).where(mine.id.in_(keys)).values(payload=EMPTY))


def _gone(work: Work, table: Table, column: Column[Any], keys: Sequence[int]) -> None:
    work.connection.execute(delete(table).where(column.in_(keys)))


def _deleted(table: Table) -> Callable[[Work, Sequence[int]], None]:
    def deed(work: Work, keys: Sequence[int]) -> None:
        _gone(work, table, table.c.id, keys)

    return deed


def _hidden(work: Work, value: str) -> str:
    return value if is_hidden(value) else work.lasting(value)


_DEEDS: Mapping[Data, Callable[[Work, Sequence[int]], None]] = {
    Data.JOURNAL: _journals,
    Data.INTERACTION: _contacts,
    Data.TICKET: _tickets,
    Data.SURVEY_ANSWER: _survey_words,
    Data.TEXT: _deleted(text_message),
    **dict.fromkeys(_SOUND, _sound),
    Data.REJECTED_INTAKE: _rejected,
    Data.OUTBOX: _events,
    Data.INBOX: _deleted(inbox_message),
    Data.ERASURE_REPORT: _deleted(erasure_request),
}
