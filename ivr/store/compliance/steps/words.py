"""What was said and written: texts, files, form values, and the journal of merges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select

from ivr.store.compliance.steps.opinions import survey_words
from ivr.store.compliance.subjects import chunks
from ivr.store.recorded import destroying
from ivr.store.tables import (
    attachment,
    customer_merge,
    customer_merge_item,
    intake_item,
    interaction,
    sla_clock,
    sla_clock_event,
    ticket,
    ticket_article,
    ticket_change,
    ticket_merge,
    wrapup,
)
from ivr.tickets.erasure import cleared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.store.compliance.steps.erasing import Erasing
    from ivr.store.compliance.subjects import Subject

CUSTOMER = "customer"
KEPT_FIELDS = frozenset(
    {"status", "state_type", "kind", "priority", "severity", "emergency", "team", "assignee"}
    | {"category", "categories", "product", "tags", "checklist", "parent", "merged_into", "merged"}
    | {"links", "blocking", "root_cause", "resolution_code", "reopen_count", "source"}
)
"""Fields of a ticket whose history says nothing about who it was."""
_NO_WORDS = {"subject": "", "description": "", "search_fold": "", "pref_window": ""}
_NOTHING_SENT: Mapping[str, Any] = {
    "sender_raw": "",
    "sender_norm": None,
    "sender_name": "",
    "subject": "",
    "body": "",
    "message_id": "",
    "refs": [],
    "form": {},
    "reason": "",
}


def free_text(job: Erasing) -> int:
    """Tickets, articles, notes and what came in keep their times and codes, and no words."""
    tickets = job.subject.tickets(job.connection)
    done = job.change(ticket, tickets, {**_NO_WORDS, "anonymized_at": job.at})
    done += _said(job, tickets)
    done += _history(job, tickets)
    _promises(job, tickets)
    contacts = job.subject.contacts(job.connection)
    done += job.change(interaction, contacts, {"note": ""})
    calls = [public_id for _, public_id in job.subject.calls(job.connection)]
    for begin in range(0, len(calls), 500):
        noted = select(wrapup.c.id).where(wrapup.c.call.in_(calls[begin : begin + 500]))
        done += job.change(wrapup, list(job.connection.scalars(noted)), {"note": ""})
    return done + _sent_in(job) + survey_words(job)


def transcripts(_job: Erasing) -> int:
    """Nothing of a call is written out yet."""
    return 0


def recordings(job: Erasing) -> int:
    """What he said: its files are destroyed by now, and with their keys nobody could read them."""
    keys = spoken(job.subject, job.connection)
    return sum(destroying.forget(job.connection, some, job.at) for some in chunks(keys))


def sound_of(subject: Subject, connection: Connection) -> list[str]:
    """Where the sound of his recordings is on this machine."""
    found: list[str] = []
    for some in chunks(spoken(subject, connection)):
        found += destroying.addresses(connection, some)
    return found


def spoken(subject: Subject, connection: Connection) -> list[int]:
    """The rows of his recordings that are not gone."""
    found: list[int] = []
    for some in chunks(subject.contacts(connection)):
        found += destroying.rows_of(connection, some)
    return found


def files_of(subject: Subject, connection: Connection) -> list[tuple[int, str]]:
    """Row and address of each file of his that is not destroyed yet; row 0: a mail as it came."""
    owners = {
        "article": subject.articles(connection),
        "ticket": subject.tickets(connection),
        "intake": subject.items(connection),
        "intake_item": subject.items(connection),
    }
    found: list[tuple[int, str]] = []
    for kind, keys in owners.items():
        for some in chunks(keys):
            question = select(attachment.c.id, attachment.c.uri).where(
                attachment.c.owner_kind == kind,
                attachment.c.owner_id.in_(some),
                attachment.c.purged_at.is_(None),
            )
            found += [(row.id, row.uri) for row in connection.execute(question)]
    for some in chunks(owners["intake"]):
        raw = select(intake_item.c.raw_uri).where(
            intake_item.c.id.in_(some), intake_item.c.raw_uri != ""
        )
        found += [(0, uri) for uri in connection.scalars(raw)]
    return found


def attachments(job: Erasing) -> int:
    """Their files are destroyed by now; the rows say when."""
    found = files_of(job.subject, job.connection)
    gone = {"filename": "", "uri": "", "sha256": "", "purged_at": job.at}
    job.change(attachment, [key for key, _ in found if key], gone)
    job.change(intake_item, job.subject.items(job.connection), {"raw_uri": ""})
    return len(found)


def custom_fields(job: Erasing) -> int:
    """Values of forms: numbers and fixed answers stay, what people wrote goes."""
    codes = job.work.office.choices()
    done = 0
    for some in chunks(job.subject.tickets(job.connection)):
        rows = job.connection.execute(
            select(ticket.c.id, ticket.c.custom).where(ticket.c.id.in_(some))
        ).all()
        for row in rows:
            done += job.change(ticket, [row.id], {"custom": cleared(row.custom, codes)})
    return done


def merges(job: Erasing) -> int:
    """Digests of rows, by which a name could be tried; what was merged stays so for good."""
    ids = job.subject.ids
    either = or_(customer_merge.c.survivor_id.in_(ids), customer_merge.c.loser_id.in_(ids))
    keys = list(job.connection.scalars(select(customer_merge.c.id).where(either)))
    job.change(customer_merge, keys, {"reason": ""})
    return job.remove(customer_merge_item, customer_merge_item.c.merge_id, keys)


def _said(job: Erasing, tickets: Sequence[int]) -> int:
    articles = job.subject.articles(job.connection)
    done = job.change(ticket_article, articles, {"body": "", "message_id": None})
    for some in chunks(articles):
        his = select(ticket_article.c.id).where(
            ticket_article.c.id.in_(some), ticket_article.c.author_kind == CUSTOMER
        )
        job.change(ticket_article, list(job.connection.scalars(his)), {"author": ""})
    for some in chunks(tickets):
        either = or_(ticket_merge.c.loser_id.in_(some), ticket_merge.c.survivor_id.in_(some))
        keys = list(job.connection.scalars(select(ticket_merge.c.id).where(either)))
        job.change(ticket_merge, keys, {"reason": ""})
    return done


def _history(job: Erasing, tickets: Sequence[int]) -> int:
    """Which field changed when stays; of texts, not from what to what."""
    done = 0
    for some in chunks(tickets):
        lines = select(ticket_change.c.id, ticket_change.c.field)
        rows = job.connection.execute(lines.where(ticket_change.c.ticket_id.in_(some))).all()
        job.change(ticket_change, [row.id for row in rows], {"reason": ""})
        words = [row.id for row in rows if row.field not in KEPT_FIELDS]
        done += job.change(ticket_change, words, {"before": "", "after": ""})
    return done


def _promises(job: Erasing, tickets: Sequence[int]) -> None:
    """Every line of the clocks stays; why a person set another target goes."""
    for some in chunks(tickets):
        lines = select(sla_clock_event.c.id, sla_clock_event.c.data)
        lines = lines.join(sla_clock, sla_clock.c.id == sla_clock_event.c.clock_id)
        rows = job.connection.execute(lines.where(sla_clock.c.ticket_id.in_(some))).all()
        for row in rows:
            if "why" in row.data:
                job.change(sla_clock_event, [row.id], {"data": {**row.data, "why": ""}})


def _sent_in(job: Erasing) -> int:
    done = 0
    for some in chunks(job.subject.items(job.connection)):
        question = select(intake_item.c.id, intake_item.c.public_id, intake_item.c.sender_norm)
        for row in job.connection.execute(question.where(intake_item.c.id.in_(some))).all():
            sender = job.hidden(row.sender_norm) if row.sender_norm else None
            own = {"sender_norm": sender, "dedupe_key": f"erased:{row.public_id}"}
            done += job.change(intake_item, [row.id], {**_NOTHING_SENT, **own})
    return done
