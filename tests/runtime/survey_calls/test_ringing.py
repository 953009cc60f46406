"""What becomes of an invitation by telephone: who is called, who is not, and what follows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.runtime.ports.asking.texts import Change, Invited
from ivr.runtime.survey_calls.ringing import Way, when_due, when_over
from ivr.runtime.surveys.deciding import Asked
from ivr.surveys.files.loading import read_version
from ivr.surveys.invitations import State
from ivr.surveys.planned.tries import Over, Result, Try
from ivr.surveys.texting.script import script_for
from ivr.tickets.consent import YES, Refusal, Verdict
from tests.fakes.survey_house import ANI, DEFINITION

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
WEEK = NOW + timedelta(days=7)
HOUR = timedelta(hours=1)
WAY = Way("CALL")
PLAN = {"when": "planned", "every": "FREQ=WEEKLY", "seed": "s", "media": ["voice", "sms"]}
FOUND = Invited(
    *("I1", 1, State.SCHEDULED, "", 1, 1, "round", {}, {}, "tr", ANI, NOW),
    due_at=NOW,
    expires_at=WEEK,
    wave="2026-11-23T10:00",
    medium="voice",
)
DONE = tuple(Try(f"C{n}", NOW, NOW, "busy") for n in range(3))
UNDER_WAY = Try("CALL", NOW)
TO_SMS = Change(medium="sms", due_at=NOW)
NO_NUMBER = ((State.SUPPRESSED, "no_contact_point"),)
MISSED = ((State.MISSED, "not_answered"),)


def asked(found: Invited = FOUND, **plan: Any) -> Asked:  # noqa: ANN401
    definition = json.dumps({**DEFINITION, "plans": {"round": {**PLAN, **plan}}})
    survey = read_version(definition)
    mine = survey.plans["round"]
    script = replace(script_for(survey, mine, "tr", NOW, {}), expires_at=WEEK)
    return Asked(found, survey, mine, script, NOW)


def due(found: Invited = FOUND, verdict: Verdict = YES, way: Way = WAY, **plan: Any) -> Any:  # noqa: ANN401
    return when_due(asked(found, **plan), verdict, NOW, way)


def test_whoever_may_be_called_is() -> None:
    assert due() == Change(call="CALL")


def test_nobody_is_called_who_is_not_due_or_is_being_called() -> None:
    for other in (
        replace(FOUND, due_at=NOW + HOUR),
        replace(FOUND, medium="sms"),
        replace(FOUND, state=State.SUPPRESSED),
        replace(FOUND, tries=(UNDER_WAY,)),
    ):
        assert due(other) is None


@pytest.mark.parametrize("refusal", [Refusal.OPTED_OUT, Refusal.NO_CONSENT])
def test_who_wants_no_calls_is_written_to_if_the_plan_says_so(refusal: Refusal) -> None:
    assert due(verdict=Verdict(refusal)) == TO_SMS
    reason = ((State.SUPPRESSED, refusal.value),)
    assert due(verdict=Verdict(refusal), media=["voice"]) == Change(moves=reason)
    landline = replace(FOUND, value="+902122220000")
    assert due(landline, Verdict(refusal)) == Change(moves=reason)
    assert due(verdict=Verdict(refusal), way=replace(WAY, can_text=False)) == Change(moves=reason)


def test_who_was_asked_lately_is_asked_by_no_medium() -> None:
    gap = ((State.SUPPRESSED, "gap"),)
    assert due(replace(FOUND, others=(NOW - HOUR,))) == Change(moves=gap)
    assert due(verdict=Verdict(Refusal.FREQUENCY)) == Change(moves=gap)
    rung_up = replace(FOUND, open_elsewhere=True)
    assert due(rung_up) == Change(moves=((State.SUPPRESSED, "open_invitation"),))


def test_at_night_he_waits_and_is_asked_otherwise_if_the_wave_ends_before_the_morning() -> None:
    morning = Verdict(Refusal.QUIET_HOURS, NOW + 12 * HOUR)
    assert due(verdict=morning) == Change(due_at=NOW + 12 * HOUR)
    assert when_due(asked(), YES, WEEK, WAY) == TO_SMS
    late = ((State.SUPPRESSED, "quiet_expired"),)
    assert when_due(asked(media=["voice"]), YES, WEEK, WAY) == Change(moves=late)


def test_a_number_that_we_do_not_call_goes_to_the_next_medium() -> None:
    abroad = replace(WAY, can_call=False)
    assert due(way=abroad) == TO_SMS
    assert due(way=abroad, media=["voice"]) == Change(moves=NO_NUMBER)


def test_after_three_calls_there_is_no_fourth() -> None:
    assert due(replace(FOUND, tries=DONE)) == TO_SMS
    assert due(replace(FOUND, tries=DONE), media=["voice"]) == Change(moves=MISSED)


def test_after_the_end_of_the_wave_nobody_is_called() -> None:
    over = Asked(FOUND, asked().survey, asked().plan, asked().script, WEEK)
    assert when_due(over, YES, WEEK, WAY) == Change(moves=((State.EXPIRED, ""),))


def ended(
    result: Result,
    found: Invited = FOUND,
    *,
    can_text: bool = True,
    **plan: Any,  # noqa: ANN401
) -> Change | None:
    tries = (*found.tries, UNDER_WAY)
    over = Over("CALL", result)
    return when_over(replace(found, tries=tries), asked(**plan).plan, over, NOW, can_text=can_text)


def test_who_was_not_reached_is_called_again_four_hours_later() -> None:
    for result in (Result.BUSY, Result.NO_ANSWER, Result.FAILED, Result.SYSTEM, Result.MACHINE):
        assert ended(result) == Change(over=Over("CALL", result), due_at=NOW + 4 * HOUR)


def test_a_machine_that_heard_the_offer_was_not_reached() -> None:
    offered = replace(FOUND, state=State.MISSED, reason="caller_left_at_handoff")
    found = ended(Result.MACHINE, offered)
    assert found is not None
    assert (found.unreached, found.due_at) == (True, NOW + 4 * HOUR)
    assert found.moves == ((State.SCHEDULED, ""),)


def test_silence_to_the_end_is_what_a_machine_does() -> None:
    found = ended(Result.ANSWERED, replace(FOUND, state=State.MISSED, reason="not_answered"))
    assert found is not None
    assert found.over == Over("CALL", Result.SILENT)
    assert found.due_at == NOW + 4 * HOUR


def test_who_hung_up_was_there_and_is_not_called_again() -> None:
    left = replace(FOUND, state=State.MISSED, reason="caller_left_at_handoff")
    over = Over("CALL", Result.ANSWERED)
    back = ((State.SCHEDULED, ""),)
    assert ended(Result.ANSWERED, left) == Change(over=over, moves=back, medium="sms", due_at=NOW)
    assert ended(Result.ANSWERED, left, media=["voice"]) == Change(over=over)
    assert ended(Result.ANSWERED, left, can_text=False) == Change(over=over)


def test_after_the_last_call_follows_the_next_medium_or_nothing() -> None:
    last = replace(FOUND, tries=DONE[:2])
    over = Over("CALL", Result.BUSY)
    assert ended(Result.BUSY, last) == Change(over=over, medium="sms", due_at=NOW)
    assert ended(Result.BUSY, last, media=["voice"]) == Change(over=over, moves=MISSED)


def test_a_call_that_would_come_after_the_wave_is_the_last() -> None:
    soon = replace(FOUND, expires_at=NOW + 2 * HOUR)
    assert ended(Result.BUSY, soon) == Change(
        over=Over("CALL", Result.BUSY), medium="sms", due_at=NOW
    )


def test_whoever_was_asked_or_whose_wave_was_stopped_is_left_as_he_is() -> None:
    over = Change(over=Over("CALL", Result.ANSWERED))
    for state in (State.COMPLETED, State.PARTIAL, State.OPTED_OUT, State.DECLINED):
        assert ended(Result.ANSWERED, replace(FOUND, state=state)) == over
    stopped = replace(FOUND, state=State.MISSED, reason="not_answered", wave_stopped=True)
    found = ended(Result.ANSWERED, stopped)
    assert found is not None
    assert (found.moves, found.due_at) == ((), None)


def test_a_call_that_is_settled_or_unknown_changes_nothing() -> None:
    assert when_over(FOUND, asked().plan, Over("CALL", Result.BUSY), NOW, can_text=True) is None
