"""The port `ClosedTickets` on SQLite or PostgreSQL: one transaction per ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, exists, func, insert, select

from ivr.runtime.ports.tickets import SURVEY_ORIGIN
from ivr.store.tables import (
    customer,
    interaction,
    product,
    survey_invitation,
    survey_plan,
    survey_response,
    survey_version,
    ticket,
)
from ivr.store.waves.candidates import PERSON, members, person_facts, ticket_facts
from ivr.store.waves.places import cell_text, filled_of
from ivr.surveys.after_ticket import Closed, decided
from ivr.surveys.facts import Facts
from ivr.surveys.planned.placing import Number
from ivr.surveys.scopes import whole
from ivr.tickets.states import CLOSED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from ivr.store.database import Database
    from ivr.surveys.after_ticket import AskedOfTicket
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.planned.placing import Member

_T, _I, _P, _V = ticket.c, survey_invitation.c, survey_plan.c, survey_version.c
_SMS = "sms"


class SqlClosedTickets:
    """The port `ClosedTickets`."""

    def __init__(self, database: Database, tenant: int = 1) -> None:
        self._database = database
        self._tenant = tenant

    async def undecided(self, since: datetime, limit: int) -> Sequence[Closed]:
        """See the port."""
        return await self._database.read(lambda it: _undecided(it, self._tenant, since, limit))

    async def decide(
        self,
        closed: Closed,
        plans: Sequence[tuple[Survey, Plan]],
        at: datetime,
        new_id: Callable[[], str],
    ) -> bool:
        """See the port."""
        return await self._database.change(lambda it: _decide(it, closed, plans, at, new_id))


def recovers(connection: Connection, ticket_id: int | None) -> bool:
    """Whether an invitation after this ticket asks if a low score was put right, which nothing may
    put off: the ticket follows a low score, that was not given to such a question itself."""
    if ticket_id is None:
        return False
    response = survey_response.c
    answered = survey_response.join(survey_invitation, _I.id == response.invitation_id).join(
        ticket, _T.origin_key == SURVEY_ORIGIN + response.public_id
    )
    asked = select(_I.ticket_id).select_from(answered).where(_T.id == ticket_id)
    found = connection.execute(asked).one_or_none()
    return found is not None and found.ticket_id is None


def was_reopened(connection: Connection, ticket_id: int | None) -> bool:
    """Whether the ticket that an invitation is about is being worked on again."""
    if ticket_id is None:
        return False
    return connection.scalar(select(_T.state_type).where(_T.id == ticket_id)) != CLOSED


def _undecided(connection: Connection, tenant: int, since: datetime, limit: int) -> list[Closed]:
    rows = connection.execute(_closed(tenant, since, limit)).all()
    people = members(connection, [row.customer_id for row in rows if row.customer_id is not None])
    return [_shown(connection, row, people.get(row.customer_id)) for row in rows]


def _closed(tenant: int, since: datetime, limit: int) -> Select[Any]:
    """Its last activity and the plans are looked at for their indexes only."""
    plans = select(_P.id).where(_P.tenant_id == tenant)
    return (
        select(
            *(_T.id, _T.public_id, _T.closed_at, _T.customer_id, _T.emergency, _T.origin_key),
            *(_T.category, _T.kind, _T.priority, _T.team),
            product.c.code.label("product"),
            *(interaction.c.from_norm, interaction.c.locale, interaction.c.is_test),
            *PERSON,
        )
        .outerjoin(product, product.c.id == _T.product_id)
        .outerjoin(interaction, interaction.c.id == _T.first_interaction_id)
        .outerjoin(customer, customer.c.id == _T.customer_id)
        .where(
            *(_T.tenant_id == tenant, _T.last_activity_at >= since, _T.closed_at >= since),
            *(_T.state_type == CLOSED, _T.merged_into.is_(None), _T.anonymized_at.is_(None)),
            ~exists().where(_I.plan_id.in_(plans), _I.ticket_id == _T.id),
        )
        .order_by(_T.closed_at, _T.id)
        .limit(limit)
    )


def _shown(connection: Connection, row: Row[Any], member: Member | None) -> Closed:
    facts = ticket_facts(row) | {"follow_up": recovers(connection, row.id)}
    return Closed(
        key=row.id,
        id=row.public_id,
        closed_at=row.closed_at,
        locale=row.customer_locale or row.locale or "",
        numbers=_numbers(row, member),
        facts=Facts({"ticket": whole("ticket", facts), "customer": person_facts(row)}),
        is_test=bool(row.is_test),
        emergency=row.emergency,
    )


def _numbers(row: Row[Any], member: Member | None) -> Sequence[Number]:
    """Those of the customer; of a stranger the one that he called from."""
    if member is not None:
        return member.numbers
    return (Number(0, row.from_norm),) if row.from_norm else ()


def _decide(
    connection: Connection,
    closed: Closed,
    plans: Sequence[tuple[Survey, Plan]],
    at: datetime,
    new_id: Callable[[], str],
) -> bool:
    row = connection.execute(select(ticket).where(_T.id == closed.key).with_for_update()).one()
    if connection.scalar(select(_I.id).where(_I.ticket_id == closed.key).limit(1)) is not None:
        return False
    asked = decided(plans, closed, filled_of(connection, row.tenant_id, plans, lock=True))
    rows = [_invitation(connection, row, each, at, new_id()) for each in asked]
    known = [each for each in rows if None not in (each["plan_id"], each["version_id"])]
    if known:
        connection.execute(insert(survey_invitation), known)
    return bool(known)


def _invitation(
    connection: Connection, row: Row[Any], asked: AskedOfTicket, at: datetime, public_id: str
) -> dict[str, Any]:
    number = asked.number
    return {
        "tenant_id": row.tenant_id,
        "public_id": public_id,
        **_wording(connection, row.tenant_id, asked),
        "customer_id": row.customer_id,
        "contact_point_id": (number.key or None) if number is not None else None,
        "value_norm": number.value if number is not None else None,
        "ticket_id": row.id,
        "agent": row.assignee,
        "category": row.category,
        **dict.fromkeys(("queue", "wave"), ""),
        "cell": cell_text(asked.cell),
        "medium": _SMS,
        "locale": asked.language,
        "state": asked.state.value,
        "reason": asked.reason,
        "rate": 1.0 if asked.plan.rate is None else asked.plan.rate,
        "created_at": at,
        "due_at": asked.due_at,
        "expires_at": asked.expires_at,
        "ended_at": at if asked.reason else None,
    }


def _wording(connection: Connection, tenant: int, asked: AskedOfTicket) -> dict[str, int | None]:
    """The rows of plan and version in force, None where they are not any more."""
    plan = select(_P.id).where(
        *(_P.tenant_id == tenant, _P.code == asked.survey.code, _P.name == asked.plan.name),
        _P.valid_to.is_(None),
    )
    version = select(func.min(_V.id)).where(
        _V.tenant_id == tenant, _V.code == asked.survey.code, _V.hash == asked.survey.hash
    )
    return {"plan_id": connection.scalar(plan), "version_id": connection.scalar(version)}
