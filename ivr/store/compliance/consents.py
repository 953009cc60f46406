"""What people agreed to or refused, and the one judge of whether somebody may be contacted."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select, update

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.compliance import EMAIL, MEDIA, SMS, VOICE, ConsentRow
from ivr.store.compliance.desk import Jobs
from ivr.store.tables import consent_event, contact_refused, text_message
from ivr.tickets.consent import (
    CALLBACK,
    PURPOSES,
    Consent,
    Rules,
    Status,
    Verdict,
    may_contact,
    to_register,
)
from ivr.tickets.identity.points import read_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from ivr.runtime.ports.compliance import ConsentNew
    from ivr.runtime.ports.customers import Act
    from ivr.store.compliance.desk import Office, Work
    from ivr.store.database import Database
    from ivr.tickets.consent import Wish

_KINDS = {VOICE: "phone", SMS: "phone", EMAIL: "email"}
_REMEMBERED = timedelta(days=366)
"""How long messages count for how often somebody was contacted."""
_UNSENT = ("queued", "failed")
_SILENT_MAIL = Rules(silent=frozenset({EMAIL}))
"""Mail disturbs nobody at any hour."""


class SqlConsents(Jobs):
    """The port `Consents`. rules: what is judged by."""

    def __init__(self, database: Database, office: Office, rules: Rules = _SILENT_MAIL) -> None:
        super().__init__(database, office)
        self._rules = rules

    def normal(self, value: str, medium: str) -> str:
        """A number or address in the form that is compared."""
        return normal(value, medium, self._office.country)

    async def say(self, new: ConsentNew, act: Act) -> ConsentRow:
        """Keep what somebody said."""
        return await self._change(act, lambda work: say(work, new))

    async def of(self, value: str, medium: str, tenant: int = 1) -> Sequence[ConsentRow]:
        """All that was said for a number or address."""
        norm = normal(value, medium, self._office.country)
        names = [norm, self._office.pseudonyms.lasting(tenant, norm)]
        question = _said(tenant, names, medium).order_by(
            consent_event.c.at.desc(), consent_event.c.id.desc()
        )
        return await self._database.read(lambda it: [_shown(row) for row in it.execute(question)])

    async def may_contact(self, wish: Wish, tenant: int = 1) -> Verdict:
        """Whether somebody may be contacted now."""
        verdict = await self.judged(wish, tenant)
        if verdict.refusal is not None:
            row = {
                "tenant_id": tenant,
                "value_hash": self._office.pseudonyms.lasting(tenant, wish.value),
                "medium": wish.medium,
                "purpose": wish.purpose,
                "reason": verdict.refusal.value,
                "at": wish.now,
            }
            await self._database.change(lambda it: it.execute(insert(contact_refused).values(row)))
        return verdict

    async def judged(self, wish: Wish, tenant: int = 1) -> Verdict:
        """The same, with nothing stored."""
        hidden = self._office.pseudonyms.lasting(tenant, wish.value)
        return await self._database.read(partial(self._judged, wish, hidden, tenant))

    async def to_register(self, tenant: int = 1, limit: int = 200) -> Sequence[ConsentRow]:
        """What the registry has to be told. Only what was said of purposes it keeps is read."""
        purposes = sorted(self._rules.registered)
        question = select(consent_event).where(
            consent_event.c.tenant_id == tenant, consent_event.c.purpose.in_(purposes)
        )
        rows = await self._database.read(lambda it: it.execute(question).all())
        due = {each.id for each in to_register([_plain(row) for row in rows], self._rules)}
        order = sorted((row for row in rows if row.id in due), key=lambda row: (row.at, row.id))
        return [_shown(row) for row in order[:limit]]

    async def registered(self, ids: Sequence[int], act: Act) -> int:
        """The registry knows these."""
        return await self._change(act, lambda work: _registered(work, ids))

    def _judged(self, wish: Wish, hidden: str, tenant: int, connection: Connection) -> Verdict:
        rows = connection.execute(_said(tenant, [wish.value, hidden], wish.medium))
        said = [_plain(row, wish.value) for row in rows]
        return may_contact(wish, said, _sent(connection, wish, tenant), self._rules)


def say(work: Work, new: ConsentNew) -> ConsentRow:
    """Keep what somebody said, tell other systems, and write it down."""
    _check(new)
    value = normal(new.value, new.medium, work.office.country)
    row = {
        "tenant_id": work.tenant,
        "value_norm": value,
        "medium": new.medium,
        "purpose": new.purpose,
        "status": new.status,
        "source": new.source,
        "evidence": new.evidence,
        "at": work.at,
        "registry_synced_at": work.at if new.synced else None,
    }
    key = work.connection.scalar(insert(consent_event).values(row).returning(consent_event.c.id))
    hidden = work.lasting(value)
    facts = {"medium": new.medium, "purpose": new.purpose, "source": new.source}
    # Writing it down takes turns on every database, so that two events never get one number.
    work.audit(f"consent.{new.status}", hidden[:16], **facts)
    told = {**facts, "value": value, "status": new.status}
    work.tell("consent.changed", ("consent", hidden), told)
    stored = select(consent_event).where(consent_event.c.id == key)
    return _shown(work.connection.execute(stored).one())


def normal(value: str, medium: str, country: str) -> str:
    """A number or address in the form that is compared. Raises NotValidError."""
    if medium not in MEDIA:
        raise NotValidError(f"medium: one of {', '.join(MEDIA)}")
    norm = read_point(_KINDS.get(medium, "handle"), value, country).norm
    if norm is None:
        raise NotValidError("value: this is nothing that somebody can be reached at")
    return norm


def _check(new: ConsentNew) -> None:
    if new.purpose not in PURPOSES:
        raise NotValidError(f"purpose: one of {', '.join(PURPOSES)}")
    if new.status not in tuple(Status):
        raise NotValidError(f"status: one of {', '.join(Status)}")
    if not new.source or len(new.source) > 64:
        raise NotValidError("source: 1 to 64 characters")


def _registered(work: Work, ids: Sequence[int]) -> int:
    change = update(consent_event).where(
        consent_event.c.tenant_id == work.tenant,
        consent_event.c.id.in_(list(ids)),
        consent_event.c.registry_synced_at.is_(None),
    )
    done = int(work.connection.execute(change.values(registry_synced_at=work.at)).rowcount)
    work.audit("consent.registered", "", rows=done)
    return done


def _said(tenant: int, values: Sequence[str], medium: str) -> Select[Any]:
    return select(consent_event).where(
        consent_event.c.tenant_id == tenant,
        consent_event.c.value_norm.in_(values),
        consent_event.c.medium == medium,
    )


def _sent(connection: Connection, wish: Wish, tenant: int) -> list[datetime]:
    """When we began to text him for this purpose; an answer to a text of his begins nothing, and
    whoever is in contact with us is not asked how often."""
    if wish.purpose == CALLBACK or wish.in_contact:
        return []
    question = select(text_message.c.at).where(
        text_message.c.tenant_id == tenant,
        text_message.c.to_norm == wish.value,
        text_message.c.purpose == wish.purpose,
        text_message.c.direction == "out",
        ~text_message.c.in_contact,
        text_message.c.state.not_in(_UNSENT),
        text_message.c.at > wish.now - _REMEMBERED,
    )
    return list(connection.scalars(question))


def _plain(row: Row[Any], value: str = "") -> Consent:
    return Consent(
        row.id,
        value or row.value_norm,
        row.medium,
        row.purpose,
        row.status,
        row.source,
        row.at,
        row.registry_synced_at,
    )


def _shown(row: Row[Any]) -> ConsentRow:
    return ConsentRow(
        row.id,
        row.value_norm,
        row.medium,
        row.purpose,
        row.status,
        row.source,
        row.evidence,
        row.at,
        row.registry_synced_at,
    )
