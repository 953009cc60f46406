"""What machines wrote down on the way: journals of calls, messages, queues, desks, the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select

from ivr.domain.errors import IllegalTransitionError
from ivr.domain.texting.states import FAILED, QUEUED
from ivr.store.compliance.subjects import chunks
from ivr.store.tables import (
    call,
    call_reply,
    call_snapshot,
    callback,
    external_ref,
    interaction,
    journal,
    text_message,
    text_part,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.store.compliance.steps.erasing import Erasing
    from ivr.store.compliance.subjects import Subject

CUSTOMER = "customer"
_ERASED = "erased"
_SHORT_HASH = 32


def journals(job: Erasing) -> int:
    """The events of his calls; how long, where and how well they went stays in the contacts."""
    keys = [key for key, _ in job.subject.calls(job.connection)]
    job.remove(call_reply, call_reply.c.call_id, keys)
    job.remove(call_snapshot, call_snapshot.c.call_id, keys)
    return job.remove(journal, journal.c.call_id, keys)


def messages(job: Erasing) -> int:
    """Text messages: to whom becomes a pseudonym; one that still waits is not sent any more."""
    own = job.subject.own
    mine = or_(text_message.c.to_norm.in_(own), text_message.c.from_norm.in_(own))
    rows = job.connection.execute(select(text_message).where(mine)).all()
    for row in rows:
        values: dict[str, Any] = {
            name: _short(job, getattr(row, name)) for name in ("to_norm", "from_norm")
        }
        if row.state == QUEUED:
            values |= {"state": FAILED, "reason": _ERASED, "changed_at": job.at}
        values |= {"body": "", "origin_key": f"erased:{row.public_id}"}
        job.change(text_message, [row.id], values)
    parts = or_(text_part.c.to_norm.in_(own), text_part.c.from_norm.in_(own))
    job.connection.execute(delete(text_part).where(parts))
    return len(rows)


def data_key(job: Erasing) -> int:
    """From now on nobody can try numbers against the pseudonyms."""
    work = job.work
    pseudonyms = work.office.pseudonyms
    return sum(pseudonyms.destroy(job.connection, each, job.at) for each in job.subject.ids)


def announcement(job: Erasing) -> int:
    """Every system that knows him is told to forget him too; one event for all of them."""
    systems = systems_of(job.subject, job.connection)
    data = {"id": job.subject.public_id, "systems": sorted(systems)}
    # Writing it down takes turns on every database, so that two events never get one number.
    job.work.audit("customer.erase", job.subject.public_id, systems=sorted(systems))
    job.work.tell("customer.erased", (CUSTOMER, job.subject.public_id), data)
    return 1


def systems_of(subject: Subject, connection: Connection) -> frozenset[str]:
    """Names of the systems that know him or one of his tickets."""
    found = set[str]()
    kinds = {
        CUSTOMER: list(subject.ids),
        "ticket": subject.tickets(connection),
        "article": subject.articles(connection),
    }
    for kind, keys in kinds.items():
        for some in chunks(keys):
            question = select(external_ref.c.system).where(
                external_ref.c.entity == kind, external_ref.c.entity_id.in_(some)
            )
            found |= set(connection.scalars(question))
    return frozenset(found)


def check_quiet(subject: Subject, connection: Connection) -> None:
    """Nothing of his goes on now. Raises IllegalTransitionError: what is live is not rewritten."""
    for some in chunks(subject.contacts(connection)):
        live = select(interaction.c.id).where(
            interaction.c.id.in_(some), interaction.c.ended_at.is_(None)
        )
        if connection.scalar(live.limit(1)) is not None:
            raise IllegalTransitionError("a contact of this customer goes on now")
        running = select(call.c.id).join(interaction, interaction.c.public_id == call.c.public_id)
        open_ = running.where(interaction.c.id.in_(some), call.c.ended_at.is_(None))
        if connection.scalar(open_.limit(1)) is not None:
            raise IllegalTransitionError("a call of this customer goes on now")
    promised = select(callback.c.id).where(callback.c.live, callback.c.identity.in_(subject.own))
    if connection.scalar(promised.limit(1)) is not None:
        raise IllegalTransitionError("this customer waits to be called back; cancel that first")


def _short(job: Erasing, value: str) -> str:
    return job.hidden(value)[:_SHORT_HASH] if value in job.subject.own else value
