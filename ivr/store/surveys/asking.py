"""What a call writes about its survey, in the transaction of its step.

Each statement says from which states it may go on, so that whatever comes late or twice changes
nothing. Ranks order them within one transaction: chosen, moved, first answer, answers, the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Integer,
    String,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from ivr.runtime.ports.asking.surveys import Answered, ByText, Called, Chosen, Gone, Moved
from ivr.store.statements import Each, Write
from ivr.store.surveys.choosing import AT, CALL, VOICE, chosen_writes, version_of
from ivr.store.tables import (
    recording,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
)
from ivr.store.types import UTC
from ivr.surveys.invitations import State, may_follow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import BindParameter, ColumnElement

    from ivr.runtime.ports import Entry

_I, _R, _A, _P = survey_invitation.c, survey_response.c, survey_answer.c, survey_plan.c
_CALLED = Each(
    69,
    update(survey_invitation)
    .where(_I.public_id == bindparam("invitation", type_=String), _I.wave != "")
    .values(interaction_id=CALL, version=_I.version + 1),
)
_ITS_PLAN = select(_P.id).where(_P.code == bindparam("survey", type_=String))
_MINE = and_(_I.interaction_id == CALL, _I.plan_id.in_(_ITS_PLAN))
"""Invitations of this call and survey."""


def _before(state: State) -> list[str]:
    """The states that may come before one."""
    return [str(each) for each in State if may_follow(each, state)]


def _is_one_of(states: Sequence[str]) -> ColumnElement[bool]:
    """Written out: these statements are compiled once, and lists only when they are run."""
    return or_(*(_I.state == each for each in states))


def _kept(name: str) -> Any:  # noqa: ANN401 - a column's expression
    """A value, or what stands there if it is empty."""
    given = bindparam(f"its_{name}", type_=String)
    return case((given == "", survey_invitation.c[name]), else_=given)


_ENDS = frozenset({"completed", "partial", "declined", "opted_out", "suppressed", "missed"})


def _move(state: State) -> Each:
    values: dict[str, Any] = {
        "state": str(state),
        "reason": bindparam("its_reason", type_=String),
        "agent": _kept("agent"),
        "version": _I.version + 1,
    }
    if state == State.OFFERED:
        values["reached_at"] = AT
    if state in _ENDS:
        values["ended_at"] = AT
    return Each(
        80 if state == State.OFFERED else 90,
        update(survey_invitation).where(_MINE, _is_one_of(_before(state))).values(values),
    )


_MOVES = {
    str(state): _move(state)
    for state in (
        State.OFFERED,
        State.COMPLETED,
        State.PARTIAL,
        State.DECLINED,
        State.OPTED_OUT,
        State.SUPPRESSED,
        State.MISSED,
    )
}
_STARTED = Each(
    81,
    update(survey_invitation)
    .where(_MINE, _I.state == str(State.OFFERED))
    .values(state=str(State.STARTED), started_at=AT, version=_I.version + 1),
)
_LIVE = and_(_MINE, _I.state == str(State.STARTED))
_RESPONSE_ROW = {
    "public_id": bindparam("response", type_=String),
    "invitation_id": _I.id,
    "plan_id": _I.plan_id,
    "version_id": func.coalesce(version_of("version"), _I.version_id),
    "interaction_id": _I.interaction_id,
    "respondent": literal("caller"),
    "medium": literal(VOICE),
    "locale": _I.locale,
    "completion": literal("started"),
    "score_kind": literal(""),
    "started_at": AT,
}
_RESPONSE = Each(
    82,
    survey_response.insert().from_select(
        list(_RESPONSE_ROW),
        select(*_RESPONSE_ROW.values()).where(_LIVE, ~exists().where(_R.invitation_id == _I.id)),
        include_defaults=False,
    ),
)
_ITS_RESPONSE = select(_R.id).join(survey_invitation, _I.id == _R.invitation_id).where(_LIVE)
_ANSWER_VALUES: dict[str, BindParameter[Any]] = {
    "score_kind": bindparam("score_kind", type_=String),
    "value_num": bindparam("number", type_=Integer),
    "value_text": bindparam("text", type_=Text),
    "input_raw": bindparam("raw", type_=Text),
    "latency_ms": bindparam("latency_ms", type_=Integer),
    "tries": bindparam("tries", type_=Integer),
    "at": AT,
}
_CHANGED = Each(
    83,
    update(survey_answer)
    .where(
        _A.response_id.in_(_ITS_RESPONSE), _A.question == bindparam("its_question", type_=String)
    )
    .values(
        {name: bindparam(f"new_{name}", type_=each.type) for name, each in _ANSWER_VALUES.items()}
    ),
)
_ANSWER = Each(
    84,
    survey_answer.insert().from_select(
        ["response_id", "question", *_ANSWER_VALUES],
        select(_R.id, bindparam("its_question", type_=String), *_ANSWER_VALUES.values())
        .join(survey_invitation, _I.id == _R.invitation_id)
        .where(
            _LIVE,
            ~exists().where(
                and_(
                    _A.response_id == _R.id,
                    _A.question == bindparam("its_question", type_=String),
                )
            ),
        ),
        include_defaults=False,
    ),
)
_SPOKEN = Each(
    96,
    update(survey_answer)
    .where(
        _A.response_id.in_(
            select(_R.id).join(survey_invitation, _I.id == _R.invitation_id).where(_MINE)
        ),
        _A.question == bindparam("its_question", type_=String),
    )
    .values(
        recording=select(recording.c.public_id)
        .where(
            recording.c.interaction_id == CALL,
            recording.c.turn == bindparam("its_turn", type_=Integer),
        )
        .scalar_subquery()
    ),
)
"""Recordings are written at 95, after whatever ends the call: a caller may hang up with it."""
_SCORED = Each(
    85,
    update(survey_response)
    .where(_R.id.in_(_ITS_RESPONSE))
    .values(
        score=bindparam("its_score", type_=Integer),
        score_kind=bindparam("its_kind", type_=String),
    ),
)
_FINISHED = Each(
    86,
    update(survey_response)
    .where(_R.id.in_(_ITS_RESPONSE))
    .values(completion=bindparam("completion", type_=String), finished_at=AT),
)
_SCHEDULED = Each(
    90,
    update(survey_invitation)
    .where(_MINE, _I.state == str(State.ARMED))
    .values(
        state=str(State.SCHEDULED),
        value_norm=bindparam("its_value", type_=String),
        due_at=bindparam("its_due", type_=UTC),
        expires_at=bindparam("its_end", type_=UTC),
        agent=_kept("agent"),
        version=_I.version + 1,
    ),
)
_OF_CALL = _I.interaction_id == CALL
_LEFT_PARTIAL = Each(
    87,
    update(survey_response)
    .where(
        _R.invitation_id.in_(select(_I.id).where(_OF_CALL, _I.state == str(State.STARTED))),
        _R.finished_at.is_(None),
    )
    .values(completion="partial", finished_at=AT),
)
_LEFT = Each(
    91,
    update(survey_invitation)
    .where(_OF_CALL, _is_one_of(["armed", "offered", "started"]))
    .values(
        reason=case(
            (_I.state == "armed", bindparam("its_reason", type_=String)),
            (_I.state == "offered", literal("caller_left_at_handoff")),
            else_=literal(""),
        ),
        state=case((_I.state == "started", literal("partial")), else_=literal("missed")),
        agent=_kept("agent"),
        ended_at=AT,
        version=_I.version + 1,
    ),
)


def survey_writes(entry: Entry) -> list[Write]:
    """Every row that a step writes about surveys."""
    writes: list[Write] = []
    for one in entry.surveys:
        base = {"call": entry.call, "at": entry.at}
        writes += _WRITERS[type(one)](one, base)
    return writes


def _called(one: Called, base: dict[str, Any]) -> list[Write]:
    return [(_CALLED, {**base, "invitation": one.invitation})]


def _moved(one: Moved, base: dict[str, Any]) -> list[Write]:
    row = {**base, "survey": one.survey, "its_reason": one.reason, "its_agent": one.agent}
    writes: list[Write] = [(_MOVES[one.state], row)]
    if one.state in {"completed", "partial", "opted_out"}:
        writes.append((_FINISHED, {**base, "survey": one.survey, "completion": _end_of(one.state)}))
    return writes


def _end_of(state: str) -> str:
    return "completed" if state == "completed" else "partial"


def _answered(one: Answered, base: dict[str, Any]) -> list[Write]:
    mine = {**base, "survey": one.survey}
    values = {
        "score_kind": one.score_kind,
        "number": one.number,
        "text": one.text,
        "raw": one.raw,
        "latency_ms": one.latency_ms,
        "tries": one.tries,
    }
    new = {
        "new_score_kind": one.score_kind,
        "new_value_num": one.number,
        "new_value_text": one.text,
        "new_input_raw": one.raw,
        "new_latency_ms": one.latency_ms,
        "new_tries": one.tries,
        "new_at": base["at"],
    }
    question = {"its_question": one.question}
    writes: list[Write] = [
        (_STARTED, mine),
        (_RESPONSE, {**mine, "response": one.response, "version": one.version}),
        (_CHANGED, {**mine, **question, **new}),
        (_ANSWER, {**mine, **question, **values}),
    ]
    if one.is_key:
        writes.append((_SCORED, {**mine, "its_score": one.number, "its_kind": one.score_kind}))
    if one.spoken is not None:
        writes.append((_SPOKEN, {**mine, **question, "its_turn": one.spoken}))
    return writes


def _by_text(one: ByText, base: dict[str, Any]) -> list[Write]:
    row = {"its_value": one.value, "its_due": one.due_at, "its_end": one.expires_at}
    return [(_SCHEDULED, {**base, **row, "survey": one.survey, "its_agent": one.agent})]


def _gone(one: Gone, base: dict[str, Any]) -> list[Write]:
    row = {**base, "its_reason": one.reason, "its_agent": one.agent}
    return [(_LEFT_PARTIAL, base), (_LEFT, row)]


_WRITERS: dict[type, Callable[[Any, dict[str, Any]], list[Write]]] = {
    Chosen: chosen_writes,
    Called: _called,
    Moved: _moved,
    Answered: _answered,
    ByText: _by_text,
    Gone: _gone,
}
