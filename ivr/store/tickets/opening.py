"""Opening a ticket: number, row, category, links, clocks, event and audit in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import FOLLOW_UP_OF, OPENED, Opening
from ivr.store.tables import ticket, ticket_interaction, ticket_link, ticket_tag
from ivr.store.tickets import fields, refs
from ivr.store.tickets.clocks.facts import facts_of, vip_rank
from ivr.store.tickets.clocks.ledgers import begin
from ivr.store.tickets.family import check_place, take_category
from ivr.store.tickets.numbers import lock_year, next_number
from ivr.store.tickets.rows import by_id, outline
from ivr.tickets.sla.happenings import Opened
from ivr.tickets.states import NEW, default_of

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import NewTicket
    from ivr.store.tickets.operation import Operation
    from ivr.tickets.catalogue.model import Category

NORMAL, URGENT = 2, 4
MOST_TAG = 64


def open_ticket(operation: Operation, new: NewTicket) -> Opening:
    """Open a ticket, or give the one that this origin key has opened before."""
    if not new.origin_key:
        raise NotValidError("a ticket needs an origin key")
    found = _opened_before(operation, new.origin_key)
    if found is None:
        zone = operation.published.rules.zone
        year = lock_year(operation.connection, operation.tenant, operation.act.at, zone)
        found = _opened_before(operation, new.origin_key)  # by somebody whom we have waited for
        if found is None:
            return Opening(by_id(operation, _open(operation, new, year)), fresh=True)
    return Opening(by_id(operation, found), fresh=False)


def _open(operation: Operation, new: NewTicket, year: int) -> int:
    category = fields.category_of(operation, new.category)
    row = _row(operation, new, category)
    row["number"] = next_number(operation.connection, operation.tenant, year)
    row["search_fold"] = fields.searchable(row)
    made = insert(ticket).values(row).returning(ticket.c.id)
    row["id"] = int(operation.connection.execute(made).scalar_one())
    take_category(operation, row["id"], row["category"])
    _link(operation, new, row)
    _tag(operation, row["id"], new.tags)
    happening = Opened(row["opened_at"], row["team"], row["assignee"])
    clocks = begin(operation, row["id"], happening, facts_of(operation, row))
    same = ticket.c.id == row["id"]
    operation.connection.execute(update(ticket).where(same).values(clocks))
    operation.touch(row)
    operation.tell("ticket.created", row["public_id"], outline(operation, row))
    operation.audit("ticket.open", row["number"], sorted(_given(new)))
    return int(row["id"])


def _opened_before(operation: Operation, origin_key: str) -> int | None:
    same = (ticket.c.tenant_id == operation.tenant, ticket.c.origin_key == origin_key)
    found = operation.connection.scalar(select(ticket.c.id).where(*same))
    return None if found is None else int(found)


def _row(operation: Operation, new: NewTicket, category: Category | None) -> dict[str, Any]:
    at, status = operation.act.at, default_of(NEW)
    row: dict[str, Any] = {
        "tenant_id": operation.tenant,
        "public_id": operation.new_id(),
        "origin_key": fields.text("origin_key", new.origin_key),
        "description": fields.text("description", new.description),
        "status": status.code,
        "state_type": status.type,
        "emergency": new.emergency,
        "pref_medium": fields.text("pref_medium", new.pref_medium),
        "pref_window": fields.text("pref_window", new.pref_window),
        "category": category.code if category else "",
        "team": fields.text("team", new.team or (category.team if category else "")),
        "assignee": fields.text("assignee", new.assignee),
        "source": fields.text("source", new.source),
        "opened_by": fields.text("opened_by", operation.act.by),
        "opened_at": at,
        "last_activity_at": at,
        "root_cause": "",
        "resolution_code": "",
        "blocking": new.blocking,
        "first_contact_resolved": False,
        "course": {},
        **fields.columns_of(operation, {}, "subject", new.subject),
        **_belonging(operation, new),
    }
    kind = new.kind or (category.kind if category else "request")
    row |= {"kind": fields.kind(kind)} | _levels(operation, new, category, row["customer_id"])
    return row | fields.custom_columns(operation, row["category"], {}, dict(new.custom))


def _belonging(operation: Operation, new: NewTicket) -> dict[str, Any]:
    connection, tenant = operation.connection, operation.tenant
    customer = refs.customer_id(connection, new.customer, tenant)
    interaction = refs.interaction_id(connection, new.interaction, tenant)
    parent = refs.ticket_id(connection, new.parent, tenant)
    check_place(connection, None, parent)
    return {
        "customer_id": customer,
        "contact_point_id": refs.contact_id(connection, new.contact, customer),
        "product_id": refs.product_id(connection, new.product, tenant),
        "asset_id": refs.asset_id(connection, new.asset, tenant),
        "first_interaction_id": interaction,
        "contact_count": int(interaction is not None),
        "parent_id": parent,
    }


def _levels(
    operation: Operation, new: NewTicket, category: Category | None, customer: int | None
) -> dict[str, Any]:
    """Priority and severity: given, or of the category; then raised for a VIP and an emergency."""
    usual = fields.level("priority", category.priority) if category else NORMAL
    raised = usual + int(vip_rank(operation, customer) > 0)
    priority = min(raised, URGENT) if not new.emergency else URGENT
    severity = fields.level("severity", category.severity) if category else 1
    return {
        "priority": fields.level("priority", new.priority or priority),
        "severity": fields.level("severity", new.severity or severity),
    }


def _link(operation: Operation, new: NewTicket, row: dict[str, Any]) -> None:
    at, mine = operation.act.at, {"ticket_id": row["id"], "at": operation.act.at}
    if row["first_interaction_id"] is not None:
        link = {**mine, "interaction_id": row["first_interaction_id"], "role": OPENED}
        operation.connection.execute(insert(ticket_interaction).values(link))
    follows = refs.ticket_id(operation.connection, new.follows, operation.tenant)
    if follows is not None:
        link = {"ticket_id": row["id"], "kind": FOLLOW_UP_OF, "other_id": follows, "at": at}
        operation.connection.execute(insert(ticket_link).values(**link, by=operation.act.by))


def _tag(operation: Operation, ticket_id: int, tags: tuple[str, ...]) -> None:
    rows = [{"ticket_id": ticket_id, "tag": tag} for tag in sorted(set(map(clean_tag, tags)))]
    if rows:
        operation.connection.execute(insert(ticket_tag), rows)


def clean_tag(tag: str) -> str:
    """A tag as it is kept. Raises NotValidError for one that says nothing or too much."""
    found = " ".join(tag.replace("\0", "").split())
    if not 1 <= len(found) <= MOST_TAG:
        raise NotValidError(f"a tag has 1 to {MOST_TAG} characters")
    return found


def _given(new: NewTicket) -> list[str]:
    return [name for name in new.__dataclass_fields__ if getattr(new, name)]
