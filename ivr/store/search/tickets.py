"""Finding tickets: by number, by the customer's number or address, by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from ivr.domain.fold import fold
from ivr.runtime.ports.search import TICKET
from ivr.store.search.asking import distinct, matches, told
from ivr.store.search.people import customers_of
from ivr.store.tables import (
    ticket,
    ticket_tag,
)
from ivr.store.tickets.refs import root_id
from ivr.tickets.search import LookupKind
from ivr.tickets.search_text import Rank
from ivr.tickets.states import MERGED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement

    from ivr.runtime.ports.tickets import Scope
    from ivr.store.search.asking import Asking, Match

_SHOWN = select(
    ticket.c.public_id,
    ticket.c.number,
    ticket.c.subject.label("title"),
    ticket.c.status.label("state"),
    ticket.c.team.label("group"),
    ticket.c.last_activity_at.label("at"),
)


def find(asking: Asking) -> Iterator[Match]:
    """Tickets that this person may see."""
    if not asking.sight.tickets:
        return
    seen = _SHOWN.where(ticket.c.tenant_id == asking.tenant, *_within(asking.sight.scope))
    seen = seen.where(*_filters(asking), *asking.days(ticket.c.opened_at))
    one = seen.add_columns(ticket.c.id)
    for lookup in asking.query.lookups:
        if lookup.kind is LookupKind.TICKET:
            number = root_id(asking.connection, lookup.value, asking.tenant)
            yield from told(asking, one.where(ticket.c.id == number), TICKET, Rank.TICKET)
    people = customers_of(asking) if asking.sight.names else []
    if people:
        his = one.where(ticket.c.customer_id.in_(people), ticket.c.state_type != MERGED)
        his = his.order_by(ticket.c.last_activity_at.desc()).limit(asking.limit)
        yield from told(asking, his, TICKET, Rank.CONTACT)
    yield from matches(asking, ticket, seen.where(ticket.c.state_type != MERGED), TICKET)


def _within(scope: Scope | None) -> list[ColumnElement[bool]]:
    """His own and those of his teams, as lists show them."""
    if scope is None:
        return []
    his = or_(ticket.c.assignee == scope.person, ticket.c.opened_by == scope.person)
    return [or_(his, ticket.c.team.in_(scope.teams)) if scope.teams else his]


def _filters(asking: Asking) -> list[ColumnElement[bool]]:
    query = asking.query
    found: list[ColumnElement[bool]] = []
    for field, column in (("status", ticket.c.status), ("team", ticket.c.team)):
        for names, is_wanted in ((query.one_of(field), True), (query.none_of(field), False)):
            if names:
                known = _named(asking, column, names)
                found.append(column.in_(known) if is_wanted else column.not_in(known))
    found += _plain(ticket.c.kind, query.one_of("kind"), query.none_of("kind"))
    codes = (asking.codes(query.one_of("category")), asking.codes(query.none_of("category")))
    found += _plain(ticket.c.category, *codes)
    return [*found, *_tags(asking)]


def _plain(
    column: ColumnElement[Any], wanted: Sequence[str], unwanted: Sequence[str]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [column.in_(wanted)] if wanted else []
    return [*found, column.not_in(unwanted)] if unwanted else found


def _named(asking: Asking, column: ColumnElement[Any], names: Sequence[str]) -> list[str]:
    """The values in use that read so when they are folded."""
    return [each for each in distinct(asking.connection, column) if fold(each) in names]


def _tags(asking: Asking) -> list[ColumnElement[bool]]:
    mine = ticket_tag.c
    found: list[ColumnElement[bool]] = []
    for names, is_wanted in (
        (asking.query.one_of("tag"), True),
        (asking.query.none_of("tag"), False),
    ):
        if not names:
            continue
        known = _named(asking, mine.tag, names)
        tagged = ticket.c.id.in_(select(mine.ticket_id).where(mine.tag.in_(known)))
        found.append(tagged if is_wanted else ~tagged)
    return found
