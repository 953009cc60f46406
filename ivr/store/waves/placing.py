"""Writes a wave down with everybody who was drawn, and the invitations of a portion of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, update

from ivr.domain.errors import IllegalTransitionError
from ivr.runtime.ports.asking.waves import DRAWING, OPEN, WaveNew
from ivr.store.tables import survey_invitation, survey_plan, survey_version, survey_wave
from ivr.store.waves.candidates import members
from ivr.store.waves.places import cell_text
from ivr.surveys.invitations import OPEN as INVITED
from ivr.surveys.invitations import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ivr.runtime.ports.asking.waves import Place
    from ivr.surveys.planned.placing import Placed

_I, _W, _P, _V = survey_invitation.c, survey_wave.c, survey_plan.c, survey_version.c
_UNDER_WAY = (State.SCHEDULED, State.OFFERED, *sorted(INVITED))
"""Somebody is asked, or may answer. A message that did not arrive keeps nobody waiting."""


def begin(connection: Connection, tenant: int, new: WaveNew, at: datetime) -> bool:
    """Write it down under the plan and wording in force; False if it was drawn before."""
    same = (_W.tenant_id == tenant, _W.code == new.survey, _W.name == new.plan, _W.key == new.key)
    if connection.scalar(select(_W.id).where(*same)) is not None:
        return False
    plan = connection.scalar(
        select(_P.id).where(
            *(_P.tenant_id == tenant, _P.code == new.survey, _P.name == new.plan),
            _P.valid_to.is_(None),
        )
    )
    version = connection.scalar(
        select(func.min(_V.id)).where(
            _V.tenant_id == tenant, _V.code == new.survey, _V.hash == new.version
        )
    )
    if plan is None or version is None:
        return False
    if new.begun_by:
        _check_none_under_way(connection, tenant, new, at)
    row = {"tenant_id": tenant, "plan_id": plan, "version_id": version, **_wave(new, at)}
    connection.execute(insert(survey_wave).values(row))
    return True


def place(
    connection: Connection,
    wave: str,
    decide: Place,
    limit: int,
    at: datetime,
    new_id: Callable[[], str],
) -> bool:
    """The next invitations, and how far it came; whether there are more to be made."""
    question = select(survey_wave).where(_W.public_id == wave, _W.state == DRAWING)
    row = connection.execute(question.with_for_update()).one_or_none()
    if row is None:
        return False
    keys = row.chosen[row.placed : row.placed + limit]
    known = members(connection, keys)
    rows = [_invitation(row, key, decide(known[key]), at, new_id()) for key in keys if key in known]
    if rows:
        connection.execute(insert(survey_invitation), rows)
    placed = row.placed + len(keys)
    done = placed >= len(row.chosen)
    values: dict[str, Any] = {"placed": placed}
    values |= {"state": OPEN, "chosen": []} if done else {}
    connection.execute(update(survey_wave).where(_W.id == row.id).values(values))
    return not done


def _check_none_under_way(connection: Connection, tenant: int, new: WaveNew, at: datetime) -> None:
    """Raise IllegalTransitionError while somebody may still be asked, or answer."""
    asks = exists().where(
        *(_I.plan_id == _W.plan_id, _I.wave == _W.key),
        or_(*(_I.state == each.value for each in _UNDER_WAY)),
    )
    same = (_W.tenant_id == tenant, _W.code == new.survey, _W.name == new.plan)
    live = select(_W.id).where(
        *same, _W.ends_at > at, or_(_W.state == DRAWING, and_(_W.state == OPEN, asks))
    )
    if connection.scalar(live.limit(1)) is not None:
        raise IllegalTransitionError("a wave of this plan is still under way")


def _wave(new: WaveNew, at: datetime) -> dict[str, Any]:
    drawn = new.drawn
    return {
        "public_id": new.id,
        "code": new.survey,
        "name": new.plan,
        "key": new.key,
        "state": DRAWING,
        "at": new.at,
        "ends_at": new.ends_at,
        "drawn_at": at,
        "looked_at": drawn.looked_at,
        "eligible": drawn.eligible,
        "selected": len(drawn.chosen),
        "placed": 0,
        "rate": drawn.rate,
        "reasons": dict(drawn.reasons),
        "chosen": list(drawn.chosen),
        "flow_hash": new.flow_hash or None,
        "begun_by": new.begun_by or None,
    }


def _invitation(
    wave: Row[Any], key: int, placed: Placed, at: datetime, public_id: str
) -> dict[str, Any]:
    number = placed.number
    return {
        **dict.fromkeys(("agent", "queue", "category"), ""),
        "tenant_id": wave.tenant_id,
        "public_id": public_id,
        "plan_id": wave.plan_id,
        "version_id": wave.version_id,
        "customer_id": key,
        "contact_point_id": number.key if number is not None else None,
        "value_norm": number.value if number is not None else None,
        "wave": wave.key,
        "cell": cell_text(placed.cell),
        "medium": placed.medium,
        "locale": placed.language,
        "state": placed.state.value,
        "reason": placed.reason,
        "rate": wave.rate,
        "created_at": at,
        "due_at": max(at, wave.at),
        "expires_at": wave.ends_at,
        "ended_at": at if placed.reason else None,
    }
