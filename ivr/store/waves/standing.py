"""How full the quotas of a wave are, as one of its invitations that is to be sent sees them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from ivr.store.tables import survey_invitation, survey_wave
from ivr.store.waves.calls import is_called
from ivr.surveys.invitations import State
from ivr.surveys.planned.quotas import COUNTING, Filled, Standing

_I, _W = survey_invitation.c, survey_wave.c
_NONE = Standing()

if TYPE_CHECKING:
    from collections.abc import Sequence


def standing_of(connection: Connection, row: Row[Any], *, lock: bool) -> Standing:
    """Counted only for who is about to be written to and belongs to a quota. lock: of these there
    is one at a time, since the wave is locked until the transaction ends."""
    if row.cell is None or row.state != State.SCHEDULED:
        return _NONE
    if lock:
        wave = (_W.plan_id == row.plan_id, _W.key == row.wave)
        connection.execute(select(_W.id).where(*wave).with_for_update()).all()
    states: Sequence[str] = [each.value for each in COUNTING]
    is_asked = or_(_I.state.in_(states), and_(_I.state == State.SCHEDULED, is_called()))
    question = (
        select(_I.cell, _I.state, func.count().label("number"))
        .where(_I.plan_id == row.plan_id, _I.wave == row.wave, is_asked)
        .where(_I.cell.isnot(None))
        .group_by(_I.cell, _I.state)
    )
    filled = tuple(
        Filled(json.loads(each.cell), _held(State(each.state)), each.number)
        for each in connection.execute(question)
    )
    return Standing(json.loads(row.cell), filled)


def _held(state: State) -> State:
    """Whose telephone rings is about to be offered it."""
    return State.OFFERED if state is State.SCHEDULED else state
