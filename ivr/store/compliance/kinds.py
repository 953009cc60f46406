"""What is kept and since when, kind by kind: the candidates of a run of destruction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, exists, select

from ivr.domain.recording import CALL, SURVEY_COMMENT, VOICEMAIL
from ivr.domain.texting.states import QUEUED, RECEIVED
from ivr.store.recorded.destroying import THERE
from ivr.store.tables import (
    call,
    contact_point,
    erasure_request,
    inbox_message,
    intake_item,
    interaction,
    journal,
    outbox_delivery,
    outbox_event,
    recording,
    survey_invitation,
    survey_response,
    text_message,
    ticket,
)
from ivr.tickets.retention import Data, Kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

SETTLED = ("rejected", "spam")
EMPTY = "{}"
"""What the newest event about a thing says once its time is over: its number is needed still."""
_NOTHING = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How rows of a kind are found. since: its time begins then; ready: nothing needs it any more.

    customer, queue, outcome: columns that say whom it concerns and which period holds.
    """

    data: Data
    key: Any
    since: Any
    ready: ColumnElement[bool]
    customer: Any = None
    queue: Any = None
    outcome: Any = None
    tenant: Any = None

    def question(self, after: int, before: datetime, limit: int) -> Select[Any]:
        """Rows whose time began before a moment, in the order of their numbers."""
        more = {
            "customer": self.customer,
            "queue": self.queue,
            "outcome": self.outcome,
            "tenant": self.tenant,
        }
        columns = [column.label(name) for name, column in more.items() if column is not None]
        found = select(self.key.label("key"), self.since.label("since"), *columns)
        found = self._joined(found).where(self.key > after, self.since <= before, self.ready)
        return found.order_by(self.key).limit(limit)

    def _joined(self, found: Select[Any]) -> Select[Any]:
        if self.data is Data.JOURNAL:
            return found.outerjoin(interaction, interaction.c.public_id == call.c.public_id)
        return found


def _texts() -> Kind:
    """Those that nobody waits for; of whom they are is known by their number alone."""
    mine = text_message.c
    whose = select(contact_point.c.customer_id).where(
        contact_point.c.tenant_id == mine.tenant_id,
        contact_point.c.value_norm.in_([mine.to_norm, mine.from_norm]),
    )
    return Kind(
        Data.TEXT,
        mine.id,
        mine.changed_at,
        mine.state.not_in((QUEUED, RECEIVED)),
        whose.limit(1).scalar_subquery(),
        tenant=mine.tenant_id,
    )


def _survey_answers() -> Kind:
    """Answers by response: their words go together."""
    mine = survey_response.c
    asked = select(survey_invitation.c.customer_id).where(
        survey_invitation.c.id == mine.invitation_id
    )
    return Kind(
        Data.SURVEY_ANSWER,
        mine.id,
        mine.finished_at,
        mine.anonymized_at.is_(None),
        asked.scalar_subquery(),
        tenant=mine.tenant_id,
    )


def _recordings(data: Data, *kinds: str) -> Kind:
    """Those of some kinds, sound or words, whatever became of them."""
    mine = recording.c

    def of_contact(column: Any) -> Any:  # noqa: ANN401 - a column
        there = interaction.c.id == mine.interaction_id
        return select(column).where(there).scalar_subquery()

    return Kind(
        data,
        mine.id,
        mine.at,
        and_(mine.kind.in_(kinds), THERE),
        of_contact(interaction.c.customer_id),
        mine.queue,
        of_contact(interaction.c.outcome),
        mine.tenant_id,
    )


KINDS: Mapping[Data, Kind] = {
    kind.data: kind
    for kind in (
        Kind(
            Data.JOURNAL,
            call.c.id,
            call.c.ended_at,
            exists().where(journal.c.call_id == call.c.id),
            interaction.c.customer_id,
            interaction.c.last_queue,
            interaction.c.outcome,
        ),
        Kind(
            Data.INTERACTION,
            interaction.c.id,
            interaction.c.ended_at,
            interaction.c.anonymized_at.is_(None),
            interaction.c.customer_id,
            interaction.c.last_queue,
            interaction.c.outcome,
            interaction.c.tenant_id,
        ),
        Kind(
            Data.TICKET,
            ticket.c.id,
            ticket.c.closed_at,
            ticket.c.anonymized_at.is_(None),
            ticket.c.customer_id,
            outcome=ticket.c.status,
            tenant=ticket.c.tenant_id,
        ),
        Kind(
            Data.REJECTED_INTAKE,
            intake_item.c.id,
            intake_item.c.done_at,
            and_(intake_item.c.state.in_(SETTLED), intake_item.c.ticket_id.is_(None)),
            intake_item.c.suggested_customer_id,
            tenant=intake_item.c.tenant_id,
        ),
        _recordings(Data.RECORDING, VOICEMAIL, CALL),
        _recordings(Data.SURVEY_AUDIO, SURVEY_COMMENT),
        _survey_answers(),
        _texts(),
        Kind(
            Data.OUTBOX,
            outbox_event.c.id,
            outbox_event.c.at,
            and_(
                outbox_event.c.payload != EMPTY,
                ~exists().where(
                    outbox_delivery.c.event_id == outbox_event.c.id,
                    outbox_delivery.c.done_at.is_(None),
                ),
            ),
            tenant=outbox_event.c.tenant_id,
        ),
        Kind(
            Data.INBOX,
            inbox_message.c.id,
            inbox_message.c.done_at,
            inbox_message.c.done_at.isnot(None),
        ),
        Kind(
            Data.ERASURE_REPORT,
            erasure_request.c.id,
            erasure_request.c.done_at,
            erasure_request.c.done_at.isnot(None),
            tenant=erasure_request.c.tenant_id,
        ),
    )
}


def page(
    connection: Connection, data: Data, after: int, before: datetime, limit: int
) -> list[tuple[int, Kept]]:
    """The next candidates of a kind, each with its tenant."""
    rows = connection.execute(KINDS[data].question(after, before, limit)).mappings()
    return [(row.get("tenant", 1), _kept(data, row)) for row in rows]


def _kept(data: Data, row: Mapping[Any, Any]) -> Kept:
    whom = row.get("customer")
    return Kept(
        data,
        row["key"],
        row["since"],
        customers=() if whom is None else (whom,),
        queue=row.get("queue") or _NOTHING,
        outcome=row.get("outcome") or _NOTHING,
    )
