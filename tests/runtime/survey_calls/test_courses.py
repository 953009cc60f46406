"""What is known of a call that has ended: as it was watched, else as it was recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.call import CallId, Cause, EndedBy
from ivr.engine.state import State
from ivr.runtime.ports import InteractionRow
from ivr.runtime.survey_calls.courses import Courses
from ivr.surveys.planned.tries import Over, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CALL = CallId("01M83KHX8RXHZVHGEE6HZ9F8D5")
BEGUN, ASKED = ["begin"], ["begin", "survey_support.begin"]
RECORD = InteractionRow(
    public_id=CALL,
    trunk="browser",
    channel="simulator",
    ani="+905321112233",
    dnis="+908502220000",
    flow="planned_support",
    flow_hash="f",
    language="tr",
    is_test=False,
    started_at=NOW,
    ended_at=NOW,
    outcome="failed",
    result="success",
    cause="busy",
    ended_by="lost",
    note="",
    path=(),
    segments=(),
    notes=(),
)


@dataclass
class Records:
    """The records of calls."""

    row: InteractionRow | None = None

    async def get(self, _call: CallId) -> InteractionRow | None:
        """One."""
        return self.row

    async def recent(self, _limit: int = 50) -> Sequence[InteractionRow]:
        """Nobody asks."""
        return ()

    by_number = since = recent


def seen(path: list[str], at_s: float, **more: Any) -> State:  # noqa: ANN401
    state = State(CALL, "f", "+908502220000", NOW)
    state.path, state.last_at = path, NOW + timedelta(seconds=at_s)
    for name, value in more.items():
        setattr(state, name, value)
    return state


def ends(cause: Cause, by: EndedBy = EndedBy.LOST) -> dict[str, Any]:
    return {"ended": True, "cause": cause, "ended_by": by, "outcome": "failed"}


def watched(*states: State) -> Courses:
    courses = Courses(Records())  # type: ignore[arg-type]
    for state in states:
        courses.looked(CALL, state)
    return courses


async def test_a_call_is_answered_when_its_flow_begins_and_served_when_the_survey_does() -> None:
    late = watched(seen([], 0), seen(BEGUN, 5), seen(ASKED, 7.5), over(ASKED, 40))
    assert await late.ended(CALL) == Over(CALL, Result.ANSWERED, answered=True, abandoned=True)
    soon = watched(seen([], 0), seen(BEGUN, 5), seen(ASKED, 5.5), over(ASKED, 40))
    assert await soon.ended(CALL) == Over(CALL, Result.ANSWERED, answered=True)


async def test_what_rang_in_vain_was_not_answered() -> None:
    busy = watched(seen([], 0), over([], 3, Cause.BUSY))
    assert await busy.ended(CALL) == Over(CALL, Result.BUSY)


def over(path: list[str], at_s: float, cause: Cause = Cause.NORMAL) -> State:
    return seen(path, at_s, **ends(cause, EndedBy.HANGUP))


@pytest.mark.parametrize(
    ("row", "result"),
    [
        (RECORD, Over(CALL, Result.BUSY)),
        (
            replace(RECORD, path=tuple(ASKED), cause="normal", ended_by="caller"),
            Over(CALL, Result.ANSWERED, answered=True),
        ),
        (
            replace(RECORD, path=tuple(BEGUN), cause="system_lost"),
            Over(CALL, Result.SYSTEM, answered=True, abandoned=True),
        ),
        (replace(RECORD, ended_at=None, cause=None), Over(CALL, Result.SYSTEM)),
        (None, Over(CALL, Result.SYSTEM)),
    ],
)
async def test_a_call_of_a_former_life_is_known_by_its_record(
    row: InteractionRow | None, result: Over
) -> None:
    assert await Courses(Records(row)).ended(CALL) == result  # type: ignore[arg-type]


async def test_what_is_settled_is_forgotten() -> None:
    courses = watched(seen([], 0), over([], 3, Cause.BUSY))
    courses.forget(CALL)
    assert await courses.ended(CALL) == Over(CALL, Result.SYSTEM)
