"""What a call writes about who is chosen: one row for each plan, in the transaction of its step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, String, Text, and_, bindparam, case, exists, func, literal, select

from ivr.store.statements import Each, Write
from ivr.store.tables import interaction, survey_invitation, survey_plan, survey_version
from ivr.store.types import UTC
from ivr.store.waves.places import cell_text, is_taken, taken_by
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, ScalarSelect

    from ivr.runtime.ports.asking.surveys import Chosen

VOICE = "voice"
_I, _P = survey_invitation.c, survey_plan.c
AT = bindparam("at", type_=UTC)
CALL = (
    select(interaction.c.id)
    .where(interaction.c.public_id == bindparam("call", type_=String))
    .scalar_subquery()
)

_WHOSE = (
    select(interaction.c.customer_id)
    .where(interaction.c.public_id == bindparam("call", type_=String))
    .scalar_subquery()
)


def version_of(name: str) -> ScalarSelect[Any]:
    """The key of a wording. name: of the parameter with its hash."""
    return (
        select(func.min(survey_version.c.id))
        .where(
            survey_version.c.code == bindparam("survey", type_=String),
            survey_version.c.hash == bindparam(name, type_=String),
        )
        .scalar_subquery()
    )


_CHOSEN_ROW: dict[str, ColumnElement[Any]] = {
    "public_id": bindparam("id", type_=String),
    "plan_id": _P.id,
    "version_id": version_of("version"),
    "interaction_id": CALL,
    "customer_id": _WHOSE,
    "wave": literal(""),
    "agent": literal(""),
    "queue": bindparam("queue", type_=String),
    "category": literal(""),
    "medium": literal(VOICE),
    "locale": bindparam("language", type_=String),
    "state": bindparam("state", type_=String),
    "reason": bindparam("reason", type_=String),
    "rate": bindparam("rate", type_=Float),
    "created_at": AT,
}
_PLACED_ROW = {
    **_CHOSEN_ROW,
    "state": case((is_taken(), str(State.SUPPRESSED)), else_=_CHOSEN_ROW["state"]),
    "reason": case((is_taken(), str(Reason.QUOTA_FULL)), else_=_CHOSEN_ROW["reason"]),
    "cell": bindparam("cell", type_=Text),
}


def _insert(row: Mapping[str, ColumnElement[Any]]) -> Each:
    """Under the plan in force, once for each call."""
    named = select(*row.values()).where(
        _P.code == bindparam("survey", type_=String),
        _P.name == bindparam("plan", type_=String),
        _P.valid_to.is_(None),
        ~exists().where(and_(_I.plan_id == _P.id, _I.interaction_id == CALL)),
    )
    return Each(
        70, survey_invitation.insert().from_select(list(row), named, include_defaults=False)
    )


_CHOSEN, _PLACED = _insert(_CHOSEN_ROW), _insert(_PLACED_ROW)
"""The second for whoever takes a place of a quota: looked at again here, since several callers may
have been decided on at once, each of whom saw the last place free."""


def chosen_writes(one: Chosen, base: dict[str, Any]) -> list[Write]:
    """Its row. base: the call and the time."""
    row = {
        "id": one.id,
        "survey": one.survey,
        "plan": one.plan,
        "version": one.version,
        "state": one.state,
        "reason": one.reason,
        "rate": one.rate,
        "queue": one.queue,
        "language": one.language,
    }
    if one.quota is None or one.state != State.ARMED or not one.cell:
        return [(_CHOSEN, {**base, **row})]
    place = {"cell": cell_text(one.cell), **taken_by(one.cell, one.quota)}
    return [(_PLACED, {**base, **row, **place})]
