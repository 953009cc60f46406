"""Reads an invitation with all that decides about it: plan, wording, contact, person, talk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, and_, exists, or_, select, union

from ivr.runtime.ports.asking.texts import Invited, text_key
from ivr.runtime.ports.asking.waves import STOPPED
from ivr.store.surveys.closed_tickets import recovers, was_reopened
from ivr.store.tables import (
    customer,
    interaction,
    survey_invitation,
    survey_plan,
    survey_talk,
    survey_version,
    survey_wave,
    text_message,
)
from ivr.store.waves.calls import is_called, tries_of
from ivr.store.waves.candidates import PERSON, person_facts
from ivr.store.waves.places import standing_of
from ivr.surveys.invitations import OPEN, State
from ivr.surveys.scopes import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value

_MINE = survey_invitation.c
_YEAR = timedelta(days=366)
_ITS_WAVE = and_(
    survey_wave.c.tenant_id == _MINE.tenant_id,
    survey_wave.c.code == survey_plan.c.code,
    survey_wave.c.name == survey_plan.c.name,
    survey_wave.c.key == _MINE.wave,
)


def load(
    connection: Connection, public_id: str, *, lock: bool = False
) -> tuple[Row[Any], Invited] | None:
    """The row and what hangs on it; None if there is none.

    lock: every invitation of the same number is locked until the end of the transaction, so that
    two of them never become open at once.
    """
    if lock:
        _lock(connection, public_id)
    row = connection.execute(_whole().where(_MINE.public_id == public_id)).one_or_none()
    if row is None:
        return None
    return row, _shown(connection, row, row.value_norm or row.from_norm or "", lock=lock)


def _lock(connection: Connection, public_id: str) -> None:
    """In the order of their numbers, so that no two wait for each other."""
    named = select(_MINE.tenant_id, _MINE.value_norm, interaction.c.from_norm)
    joined = named.outerjoin(interaction, interaction.c.id == _MINE.interaction_id)
    row = connection.execute(joined.where(_MINE.public_id == public_id)).one_or_none()
    if row is None:
        return
    mine = [_MINE.public_id == public_id]
    value = row.value_norm or row.from_norm
    if value:
        mine.append((_MINE.tenant_id == row.tenant_id) & (_MINE.value_norm == value))
    connection.execute(
        select(_MINE.id).where(or_(*mine)).order_by(_MINE.id).with_for_update()
    ).all()


def _whole() -> Select[Any]:
    return (
        select(
            survey_invitation,
            survey_plan.c.name.label("plan_name"),
            survey_plan.c.definition.label("plan_definition"),
            survey_version.c.definition.label("definition"),
            interaction.c.from_norm,
            interaction.c.to_norm,
            interaction.c.flow,
            interaction.c.medium.label("contact_medium"),
            interaction.c.talk_ms,
            *PERSON,
            survey_talk.c.state.label("talk"),
            survey_wave.c.state.label("wave_state"),
            survey_wave.c.flow_hash,
        )
        .join(survey_plan, survey_plan.c.id == _MINE.plan_id)
        .join(survey_version, survey_version.c.id == _MINE.version_id)
        .outerjoin(interaction, interaction.c.id == _MINE.interaction_id)
        .outerjoin(customer, customer.c.id == _MINE.customer_id)
        .outerjoin(survey_talk, survey_talk.c.invitation_id == _MINE.id)
        .outerjoin(survey_wave, _ITS_WAVE)
    )


def _shown(connection: Connection, row: Row[Any], value: str, *, lock: bool) -> Invited:
    before, is_open = _others(connection, row, value)
    talk_ms = row.talk_ms if row.interaction_id is not None else None
    return Invited(
        id=row.public_id,
        tenant=row.tenant_id,
        state=State(row.state),
        reason=row.reason,
        plan=row.plan_id,
        version=row.version_id,
        plan_name=row.plan_name,
        plan_definition=row.plan_definition,
        definition=row.definition,
        locale=row.locale,
        value=value,
        created_at=row.created_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        sent_at=row.sent_at,
        facts=_facts(row),
        talk_s=None if talk_ms is None else talk_ms / 1000,
        talk=row.talk,
        others=before,
        open_elsewhere=is_open,
        first_text=_first_text(connection, row),
        wave=row.wave,
        medium=row.medium,
        flow_hash=row.flow_hash or "",
        wave_stopped=row.wave_state == STOPPED,
        tries=tries_of(connection, row),
        standing=standing_of(connection, row, lock=lock),
        reopened=was_reopened(connection, row.ticket_id),
        recovers=recovers(connection, row.ticket_id),
        halted=_is_halted(connection, row),
    )


def _is_halted(connection: Connection, row: Row[Any]) -> bool:
    """The plan of this name that is in force now: it may have been edited since."""
    mine, now = survey_plan.alias(), survey_plan.alias()
    names = ("tenant_id", "code", "name")
    found = (
        select(now.c.id)
        .join(mine, and_(*(mine.c[name] == now.c[name] for name in names)))
        .where(mine.c.id == row.plan_id, now.c.valid_to.is_(None), now.c.active.is_(False))
    )
    return connection.scalar(found) is not None


def _facts(row: Row[Any]) -> Mapping[str, Mapping[str, Value]]:
    """What conditions may read; see ivr/surveys/scopes.py."""
    contact = {
        "queue": row.queue,
        "medium": row.contact_medium or "",
        "dnis": row.to_norm or "",
        "flow": row.flow or "",
        "language": row.locale,
    }
    return {"interaction": whole("interaction", contact), "customer": person_facts(row)}


def _others(connection: Connection, row: Row[Any], value: str) -> tuple[list[datetime], bool]:
    """When other invitations of the same person went out in a year, by text or on the line, and
    whether one of the same number is open."""
    same = _same_person(row, value)
    if not same:
        return [], False
    found = connection.execute(union(*same)).all()
    went = [each.sent_at or each.reached_at for each in found]
    is_open = any(each.state in OPEN and value in (each.value_norm, each.came) for each in found)
    return went, is_open or _is_rung_up(connection, row, value)


def _is_rung_up(connection: Connection, row: Row[Any], value: str) -> bool:
    """Whether another survey calls the same number at this moment."""
    if not value:
        return False
    others = (_MINE.tenant_id == row.tenant_id, _MINE.value_norm == value, _MINE.id != row.id)
    return bool(connection.scalar(select(exists().where(*others, is_called()))))


def _same_person(row: Row[Any], value: str) -> list[Select[Any]]:
    """By text a number stands in the invitation, on the line in its call. One question for each
    index: a condition with `or` over them would read every row."""
    since, call = row.created_at - _YEAR, interaction.c
    seen = (_MINE.id, _MINE.state, _MINE.sent_at, _MINE.reached_at, _MINE.value_norm)
    question = (
        select(*seen, call.from_norm.label("came"))
        .outerjoin(interaction, call.id == _MINE.interaction_id)
        .where(_MINE.id != row.id, or_(_MINE.sent_at > since, _MINE.reached_at > since))
    )
    mine, same = _MINE.tenant_id == row.tenant_id, []
    if value:
        same.append(question.where(mine, _MINE.value_norm == value))
        same.append(question.where(call.tenant_id == row.tenant_id, call.from_norm == value))
    if row.customer_id is not None:
        same.append(question.where(mine, _MINE.customer_id == row.customer_id))
    return same


def _first_text(connection: Connection, row: Row[Any]) -> tuple[str, str]:
    if row.sent_at is None:
        return "", ""
    question = select(text_message.c.state, text_message.c.reason).where(
        text_message.c.tenant_id == row.tenant_id,
        text_message.c.origin_key == text_key(row.public_id, 1),
    )
    found = connection.execute(question).one_or_none()
    return ("", "") if found is None else (found.state, found.reason)
