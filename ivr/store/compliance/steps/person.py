"""Who it was: contact points, identifiers, names, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, or_, select, update

from ivr.domain.fold import fold
from ivr.store.compliance.subjects import chunks
from ivr.store.tables import (
    asset,
    auto_reply,
    consent_event,
    contact_point,
    customer,
    customer_identifier,
    identity_candidate,
    interaction,
    ticket,
)
from ivr.tickets.erasure import NAME, cleared

if TYPE_CHECKING:
    from ivr.store.compliance.steps.erasing import Erasing

_NUMBER_DIGITS = 20


def contact_points(job: Erasing) -> int:
    """How he is reached goes; tickets and contacts no longer point there."""
    mine = contact_point.c.customer_id.in_(job.subject.ids)
    keys = list(job.connection.scalars(select(contact_point.c.id).where(mine)))
    for table in (ticket, interaction):
        for some in chunks(keys):
            points = update(table).where(table.c.contact_point_id.in_(some))
            job.connection.execute(points.values(contact_point_id=None))
    return job.remove(contact_point, contact_point.c.id, keys)


def identifiers(job: Erasing) -> int:
    """Official numbers go, and who he may be the same as."""
    ids = job.subject.ids
    either = or_(identity_candidate.c.a_id.in_(ids), identity_candidate.c.b_id.in_(ids))
    pairs = list(job.connection.scalars(select(identity_candidate.c.id).where(either)))
    job.remove(identity_candidate, identity_candidate.c.id, pairs)
    return job.remove(customer_identifier, customer_identifier.c.customer_id, ids)


def names(job: Erasing) -> int:
    """His records stay, with the same name as everybody's who was forgotten, and no number."""
    rows = job.connection.execute(select(customer).where(customer.c.id.in_(job.subject.ids))).all()
    for row in rows:
        values = {
            "customer_no": f"erased-{row.public_id[-_NUMBER_DIGITS:]}",
            "full_name": NAME,
            "name_fold": fold(NAME),
            "search_fold": "",
            "pref_medium": "",
            "pref_window": "",
            "attrs": cleared(row.attrs),
            "anonymized_at": row.anonymized_at or job.at,
            "updated_at": job.at,
            "version": row.version + 1,
        }
        job.change(customer, [row.id], values)
    _assets(job)
    return len(rows)


def _assets(job: Erasing) -> None:
    """What he owns is still counted by product; the number on it is on his papers too."""
    rows = job.connection.execute(select(asset).where(asset.c.customer_id.in_(job.subject.ids)))
    for row in rows.all():
        serial = job.hidden(row.serial_no)
        job.change(asset, [row.id], {"serial_no": serial, "attrs": cleared(row.attrs)})


def numbers(job: Erasing) -> int:
    """Numbers of contacts become pseudonyms, the same for the same number; what he refused stays
    refused, under a pseudonym that outlives his key."""
    done = 0
    for some in chunks(job.subject.contacts(job.connection)):
        rows = job.connection.execute(select(interaction).where(interaction.c.id.in_(some)))
        for row in rows.all():
            done += job.change(interaction, [row.id], _contact(job, row))
    for value in job.subject.own:
        said = update(consent_event).where(
            consent_event.c.tenant_id == job.work.tenant, consent_event.c.value_norm == value
        )
        fresh = {"value_norm": job.work.lasting(value), "evidence": ""}
        done += job.connection.execute(said.values(fresh)).rowcount
    answered = _rows(job, auto_reply, auto_reply.c.sender_norm)
    return done + job.remove(auto_reply, auto_reply.c.id, answered)


def _contact(job: Erasing, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    """His side of a contact: the one who called, or who was called."""
    values: dict[str, Any] = {"anonymized_at": row.anonymized_at or job.at}
    if row.attrs:
        values["attrs"] = cleared(row.attrs)
    norm = row.from_norm or row.from_raw
    if row.direction == "outbound":
        return values | {"to_norm": job.hidden(row.to_norm)}
    if norm:
        raw = job.hidden(norm) if row.from_raw else row.from_raw
        kept = job.hidden(norm) if row.from_norm else None
        values |= {"from_raw": raw, "from_norm": kept}
    return values


def _rows(job: Erasing, table: Table, column: Column[Any]) -> list[int]:
    question = select(table.c.id).where(column.in_(job.subject.own))
    return list(job.connection.scalars(question))
