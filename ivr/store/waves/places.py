"""How full the quotas of surveys are: counted when somebody is decided on, and before he is asked.

The places of a wave are those of its own invitations. After calls and tickets they are those of a
plan for as long as it keeps survey, name and seed, however it is edited: a new seed counts anew.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from ivr.store.tables import survey_invitation, survey_plan, survey_wave
from ivr.store.waves.calls import is_called
from ivr.surveys.invitations import State
from ivr.surveys.quotas import CHOSEN, COUNTING, Filled, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.quotas import FilledOf
    from ivr.surveys.sampling import Quota

_I, _P, _W = survey_invitation.c, survey_plan.c, survey_wave.c
_ALIKE = survey_plan.alias("alike")
_HELD = survey_invitation.alias("held")
_NONE = Standing()
_NO_WAVE: ColumnElement[str] = literal_column("''")
"""Written out, as the others: an index of a part of the rows is taken only for what it says."""
_LIMITED = ("product", "region", "segment")
"""The dimensions of quotas."""


def cell_text(cell: Mapping[str, str]) -> str | None:
    """The part of a quota that an invitation belongs to, as it is stored; None = to none."""
    return json.dumps(cell, ensure_ascii=False, sort_keys=True) if cell else None


def standing_of(connection: Connection, row: Row[Any], *, lock: bool) -> Standing:
    """Counted only for who is about to be written to and belongs to a quota. lock: of these there
    is one at a time, since the wave or the plan is locked until the transaction ends."""
    if row.cell is None or row.state != State.SCHEDULED:
        return _NONE
    cell = json.loads(row.cell)
    if not row.wave:
        if lock:
            _lock_plan(connection, row.plan_id)
        return Standing(cell, _counted(connection, _chosen(row.plan_id), _I.id != row.id))
    if lock:
        wave = (_W.plan_id == row.plan_id, _W.key == row.wave)
        connection.execute(select(_W.id).where(*wave).with_for_update()).all()
    is_asked = or_(_is_one_of(_I, COUNTING), and_(_I.state == State.SCHEDULED, is_called()))
    mine = and_(_I.plan_id == row.plan_id, _I.wave == row.wave, is_asked)
    return Standing(cell, _counted(connection, mine))


def filled_of(
    connection: Connection, tenant: int, plans: Iterable[tuple[Survey, Plan]], *, lock: bool = False
) -> FilledOf:
    """How full the quotas of these plans are, those without one left out. lock: see above."""
    found: dict[tuple[str, str], tuple[Filled, ...]] = {}
    for survey, plan in plans:
        named = (_P.tenant_id == tenant, _P.code == survey.code, _P.name == plan.name)
        in_force = select(_P.id).where(*named, _P.valid_to.is_(None))
        key = connection.scalar(in_force) if plan.quota is not None else None
        if key is not None:
            if lock:
                _lock_plan(connection, key)
            found[survey.code, plan.name] = _counted(connection, _chosen(key))
    return found


def is_taken() -> ColumnElement[bool]:
    """Whether a quota of the plan that a statement selects from has no place left for the
    parameters of `taken_by`."""
    return or_(*(_is_over(name) for name in _LIMITED))


def taken_by(cell: Mapping[str, str], quota: Quota) -> dict[str, Any]:
    """The parameters of `is_taken` for somebody in this cell."""
    found: dict[str, Any] = {"count_partials": quota.count_partials}
    for name in _LIMITED:
        inside = name in cell
        found[f"{name}_is"] = _fragment(name, cell[name]) if inside else ""
        found[f"{name}_limit"] = quota.limits[name][cell[name]] if inside else None
    return found


def _is_over(name: str) -> ColumnElement[bool]:
    """Places held and filled are compared with the limit; without one, nothing is over it."""
    fragment = bindparam(f"{name}_is", type_=String)
    partials = bindparam("count_partials", type_=Boolean)
    whole = _HELD.c.state != State.PARTIAL.value
    same = (_ALIKE.c[each] == _P[each] for each in ("tenant_id", "code", "name", "seed"))
    held = (
        select(func.count())
        .select_from(_HELD.join(_ALIKE, _ALIKE.c.id == _HELD.c.plan_id))
        .where(*same, _HELD.c.cell.is_not(None), _HELD.c.wave == _NO_WAVE)
        .where(func.replace(_HELD.c.cell, fragment, "") != _HELD.c.cell)
        .where(_is_one_of(_HELD.c, CHOSEN), or_(whole, partials))
        .correlate(survey_plan)
        .scalar_subquery()
    )
    limit = bindparam(f"{name}_limit", type_=Integer)
    return and_(limit.is_not(None), held >= limit)


def _fragment(name: str, value: str) -> str:
    """What stands in the text of every cell with this value, and of no other: quotation marks
    within a value are escaped."""
    return json.dumps({name: value}, ensure_ascii=False)[1:-1]


def _chosen(plan: int) -> ColumnElement[bool]:
    """Invitations after contacts that hold or fill a place of a plan, as it is or as it was."""
    mine, other = survey_plan.alias(), survey_plan.alias()
    names = ("tenant_id", "code", "name", "seed")
    alike: Select[Any] = (
        select(other.c.id)
        .join(mine, and_(*(mine.c[name] == other.c[name] for name in names)))
        .where(mine.c.id == plan)
    )
    return and_(_I.plan_id.in_(alike), _I.wave == _NO_WAVE, _is_one_of(_I, CHOSEN))


def _counted(connection: Connection, *mine: ColumnElement[bool]) -> tuple[Filled, ...]:
    return tuple(
        Filled(json.loads(each.cell), _held(State(each.state)), each.number)
        for each in connection.execute(_by_cell(*mine))
    )


def _by_cell(*mine: ColumnElement[bool]) -> Select[Any]:
    return (
        select(_I.cell, _I.state, func.count().label("number"))
        .where(*mine, _I.cell.is_not(None))
        .group_by(_I.cell, _I.state)
    )


def _held(state: State) -> State:
    """Who is chosen, or whose telephone rings, is about to be offered it."""
    return State.OFFERED if state in {State.ARMED, State.SCHEDULED} else state


def _lock_plan(connection: Connection, key: int) -> None:
    connection.execute(select(_P.id).where(_P.id == key).with_for_update()).all()


def _is_one_of(columns: Any, states: Sequence[State]) -> ColumnElement[bool]:  # noqa: ANN401
    """Written out: some of these statements are compiled once, and lists only when they are run."""
    return or_(*(columns.state == literal_column(f"'{each.value}'") for each in states))
