"""What is different for an invitation of a wave: room in its quotas, and until when it lasts."""

from __future__ import annotations

from datetime import timedelta

from ivr.runtime.ports.asking.texts import Invited
from ivr.runtime.surveys.rounds import AGAIN, answered_until, too_late, waits_for_room
from ivr.surveys.invitations import State
from ivr.surveys.quotas import Filled, Standing
from ivr.surveys.texting.script import script_for
from tests.fakes.survey_house import MORNING
from tests.fakes.wave_house import NOW, asked

MODEM = {"product": "modem"}
SURVEY = asked(quota={"product": {"modem": "1"}})
PLAN = SURVEY.plans[NOW]


def invited(state: State | None = None, wave: str = "2026-11-23T10:00") -> Invited:
    filled = () if state is None else (Filled(MODEM, state, 1),)
    return Invited(
        id="I",
        tenant=1,
        state=State.SCHEDULED,
        reason="",
        plan=1,
        version=1,
        plan_name=NOW,
        plan_definition={},
        definition={},
        locale="tr",
        value="+905321112233",
        created_at=MORNING,
        wave=wave,
        standing=Standing(MODEM, filled),
    )


def test_there_is_room_or_he_waits_or_is_not_asked() -> None:
    assert waits_for_room(invited(), PLAN, MORNING) is None
    waits = waits_for_room(invited(State.SENT), PLAN, MORNING)
    assert waits is not None
    assert (waits.due_at, waits.moves) == (MORNING + AGAIN, ())
    full = waits_for_room(invited(State.COMPLETED), PLAN, MORNING)
    assert full is not None
    assert full.moves == ((State.SUPPRESSED, "quota_full"),)


def test_at_the_end_of_a_wave_the_quota_is_named_where_it_was_the_reason() -> None:
    assert too_late(invited(State.SENT), PLAN).moves == ((State.SUPPRESSED, "quota_full"),)
    assert too_late(invited(), PLAN).moves == ((State.EXPIRED, ""),)


def test_an_answer_may_come_until_the_plan_or_the_wave_is_over() -> None:
    script = script_for(SURVEY, PLAN, "tr", MORNING + timedelta(days=5), {})
    assert answered_until(invited(), PLAN, script, MORNING).expires_at == MORNING + timedelta(
        days=2
    )
    late = MORNING + timedelta(days=6)
    assert answered_until(invited(), PLAN, script, late).expires_at == script.expires_at
    assert answered_until(invited(wave=""), PLAN, script, MORNING) is script
