"""Writes what becomes of an invitation: states, the talk, answers, and the texts to be sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select, update

from ivr.store.tables import survey_answer, survey_invitation, survey_response, survey_talk
from ivr.store.waves.calls import keep_calls
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import OPEN, State, check_move

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ivr.runtime.ports.asking.texts import Change, Invited
    from ivr.runtime.ports.texts import TextNew

STARTED = "started"
_ENDS = frozenset(
    {State.COMPLETED, State.PARTIAL, State.OPTED_OUT, State.EXPIRED, State.SUPPRESSED}
)
_CALLER = "caller"
_MINE = survey_invitation.c


@dataclass(frozen=True, slots=True)
class Hand:
    """What writing takes. new_id: makes public ids. say: queues a text in a transaction that is
    under way."""

    new_id: Callable[[], str]
    say: Callable[[Connection, TextNew, int], object]


def apply(
    connection: Connection,
    known: tuple[Row[Any], Invited],
    change: Change,
    at: datetime,
    hand: Hand,
) -> None:
    """Write it. Raises IllegalTransitionError for a move that is none."""
    row, found = known
    opens = any(state in OPEN for state, _ in change.moves) and found.state not in OPEN
    if opens and found.open_elsewhere:
        lost = ((State.SUPPRESSED, Reason.OPEN_INVITATION.value),)
        change = replace(change, moves=lost, say=(), talk=None, next_at=None)
    connection.execute(
        update(survey_invitation).where(_MINE.id == row.id).values(_columns(row, change, at))
    )
    if change.talk is not None:
        _keep_talk(connection, row, found.value or change.value, change)
    keep_calls(connection, row, change.call, change.over, at)
    _respond(connection, row, change, at, hand.new_id)
    for text in change.say:
        hand.say(connection, text, row.tenant_id)


def _columns(row: Row[Any], change: Change, at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"version": row.version + 1}
    state = State(row.state)
    for after, reason in change.moves:
        check_move(state, after, reason)
        values |= {"state": after.value, "reason": reason, **_moments(after, at)}
        state = after
    given = {
        "due_at": change.due_at,
        "expires_at": change.expires_at,
        "value_norm": change.value or None,
        "medium": change.medium or None,
        "reached_at": at if change.reached and row.reached_at is None else None,
    }
    known = {name: value for name, value in given.items() if value is not None}
    return values | known | ({"reached_at": None} if change.unreached else {})


def _moments(state: State, at: datetime) -> dict[str, Any]:
    if state is State.SENT:
        return {"sent_at": at, "medium": "sms"}
    if state is State.STARTED:
        return {"started_at": at}
    return {"ended_at": at} if state in _ENDS else {}


def _keep_talk(connection: Connection, row: Row[Any], value: str, change: Change) -> None:
    kept = {"state": dict(change.talk or {}), "next_at": change.next_at}
    same = survey_talk.c.invitation_id == row.id
    if connection.execute(update(survey_talk).where(same).values(kept)).rowcount == 0:
        new = {"tenant_id": row.tenant_id, "invitation_id": row.id, "value_norm": value, **kept}
        connection.execute(insert(survey_talk).values(new))


def _respond(
    connection: Connection, row: Row[Any], change: Change, at: datetime, new_id: Callable[[], str]
) -> None:
    """The answer, and how far the response is."""
    same = survey_response.c.invitation_id == row.id
    key = connection.scalar(select(survey_response.c.id).where(same))
    if key is None and change.answer is not None:
        new = insert(survey_response).values(_response(row, at, new_id))
        key = connection.scalar(new.returning(survey_response.c.id))
    if key is None:
        return
    values = _completion(change, at)
    if values:
        connection.execute(update(survey_response).where(same).values(values))
    if change.answer is not None:
        _keep_answer(connection, key, change)


def _response(row: Row[Any], at: datetime, new_id: Callable[[], str]) -> dict[str, Any]:
    return {
        "tenant_id": row.tenant_id,
        "public_id": new_id(),
        "invitation_id": row.id,
        "plan_id": row.plan_id,
        "version_id": row.version_id,
        "interaction_id": row.interaction_id,
        "respondent": _CALLER,
        "medium": "sms",
        "locale": row.locale,
        "completion": STARTED,
        "score_kind": "",
        "started_at": at,
    }


def _completion(change: Change, at: datetime) -> dict[str, Any]:
    """An opt-out after an answer leaves a partial response."""
    values: dict[str, Any] = {}
    for state, _ in change.moves:
        if state in _ENDS:
            done = state if state is State.COMPLETED else State.PARTIAL
            values |= {"completion": done.value, "finished_at": at}
    if change.is_key and change.answer is not None and change.answer.number is not None:
        values |= {"score": change.answer.number, "score_kind": change.score_kind}
    return values


def _keep_answer(connection: Connection, response: int, change: Change) -> None:
    answer = change.answer
    if answer is None:
        return
    values = {
        "score_kind": change.score_kind,
        "value_num": answer.number,
        "value_text": answer.value or answer.comment or None,
        "input_raw": answer.raw,
        "tries": answer.tries,
        "at": answer.at,
    }
    mine = (survey_answer.c.response_id == response, survey_answer.c.question == answer.question)
    if connection.execute(update(survey_answer).where(*mine).values(values)).rowcount == 0:
        new = {"response_id": response, "question": answer.question, **values}
        connection.execute(insert(survey_answer).values(new))
