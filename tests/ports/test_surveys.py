"""What surveys promise of a call: chosen once, moved in order, answers stored with the step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.asking.surveys import Answered, ByText, Chosen, Gone, Moved, Past
from ivr.runtime.ports.recorded.recordings import NewRecording
from tests.ports.conftest import NOON
from tests.surveys.files.house import changed, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.runtime.ports import Entry, Store
    from ivr.runtime.ports.asking.surveys import SurveyWrite

SURVEY = loaded()
CALL = CallId("c1")
NUMBER = "+905321112233"
DELAY, EXPIRY = timedelta(minutes=5), timedelta(hours=48)
_IDS = count(1)


def new_id() -> str:
    return f"{next(_IDS):026d}"


def chosen(state: str = "armed", reason: str = "", **more: str) -> Chosen:
    made = Chosen(new_id(), "support", "after_call", SURVEY.hash, state, reason, 0.5, "cards", "tr")
    return replace(made, **more)  # type: ignore[arg-type]


def answered(question: str = "csat", number: int | None = 5, **more: object) -> Answered:
    made = Answered("support", new_id(), SURVEY.hash, question, number, raw=str(number))
    return replace(made, latency_ms=900, tries=1, **more)  # type: ignore[arg-type]


class Calling:
    """One call and what it writes, step by step."""

    def __init__(self, store: Store, step: Callable[..., Entry], call: str) -> None:
        self._store, self._step, self._call = store, step, call
        self._seq = 0

    async def writes(self, *surveys: SurveyWrite, kept: Sequence[NewRecording] = ()) -> None:
        self._seq += 1
        entry = replace(self._step(self._seq, call=self._call), surveys=surveys)
        entry = replace(entry, recordings=tuple(kept))
        await self._store.journal.append(entry)

    async def state(self) -> tuple[str, str]:
        (one,) = await self._store.surveys.of_call(CallId(self._call))
        return one.state, one.reason


@pytest.fixture
async def published(store: Store) -> Store:
    await store.calls.claim()
    await store.surveys.publish([SURVEY], NOON, new_id)
    return store


@pytest.fixture
def calling(published: Store, step: Callable[..., Entry]) -> Calling:
    return Calling(published, step, "c1")


async def test_a_call_that_was_not_decided_has_nothing(published: Store, calling: Calling) -> None:
    await calling.writes()
    assert await published.surveys.of_call(CALL) == []
    assert await published.surveys.answers(CALL) == []


async def test_who_is_chosen_is_known_with_plan_version_and_rate(
    published: Store, calling: Calling
) -> None:
    one = chosen()
    await calling.writes(one)
    (found,) = await published.surveys.of_call(CALL)
    assert (found.id, found.survey, found.plan) == (one.id, "support", "after_call")
    assert (found.version, found.rate, found.queue) == (SURVEY.hash, 0.5, "cards")
    assert (found.state, found.reason, found.medium) == ("armed", "", "voice")


async def test_a_call_is_decided_once_under_a_plan(published: Store, calling: Calling) -> None:
    await calling.writes(chosen())
    await calling.writes(chosen("suppressed", "not_sampled"))
    assert await calling.state() == ("armed", "")


async def test_nobody_is_chosen_under_a_plan_that_is_not_there(
    published: Store, calling: Calling
) -> None:
    await calling.writes(chosen(plan="other"))
    assert await published.surveys.of_call(CALL) == []


async def test_a_spoken_answer_points_at_the_recording_of_its_step_also_if_the_call_ends_with_it(
    published: Store, calling: Calling
) -> None:
    await calling.writes(chosen(), Moved("support", "offered"))
    await calling.writes(answered(number=2, is_key=True))
    said = NewRecording(new_id(), "survey_comment", 7, 8.0, "spool:a", survey="support")
    spoken = answered("comment", None, spoken=7)
    await calling.writes(spoken, Moved("support", "completed"), Gone(""), kept=[said])
    found = await published.surveys.answers(CALL)
    assert [(one.question, one.number, one.recording) for one in found] == [
        ("csat", 2, ""), ("comment", None, said.id),
    ]  # fmt: skip
    assert {one.completion for one in found} == {"completed"}
    assert await calling.state() == ("completed", "")


async def test_a_whole_survey_is_stored_step_by_step(published: Store, calling: Calling) -> None:
    await calling.writes(chosen())
    await calling.writes(Moved("support", "offered", agent="ayse"))
    assert await calling.state() == ("offered", "")
    await calling.writes(answered(number=2, score_kind="csat", is_key=True))
    assert await calling.state() == ("started", "")
    await calling.writes(answered("nps", 10, score_kind="nps"))
    await calling.writes(Moved("support", "completed"))
    assert await calling.state() == ("completed", "")
    kept = await published.surveys.answers(CALL)
    assert [(one.question, one.number, one.score_kind) for one in kept] == [
        ("csat", 2, "csat"),
        ("nps", 10, "nps"),
    ]
    assert {(one.completion, one.score) for one in kept} == {("completed", 2)}
    assert (kept[0].raw, kept[0].latency_ms, kept[0].tries) == ("2", 900, 1)
    (found,) = await published.surveys.of_call(CALL)
    assert found.agent == "ayse"


async def test_a_second_answer_to_a_question_replaces_the_first(
    published: Store, calling: Calling
) -> None:
    await calling.writes(chosen())
    await calling.writes(Moved("support", "offered"))
    await calling.writes(answered(number=1))
    await calling.writes(answered(number=4))
    await calling.writes(answered("product", None, text="modem"))
    kept = await published.surveys.answers(CALL)
    assert [(one.number, one.text) for one in kept] == [(4, None), (None, "modem")]


async def test_answers_of_somebody_who_is_not_asked_are_not_kept(
    published: Store, calling: Calling
) -> None:
    await calling.writes(chosen())
    await calling.writes(answered())
    assert await published.surveys.answers(CALL) == []
    assert await calling.state() == ("armed", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], ("missed", "caller_left_first")),
        ([Moved("support", "offered")], ("missed", "caller_left_at_handoff")),
        ([Moved("support", "offered"), answered()], ("partial", "")),
        ([Moved("support", "offered"), Moved("support", "declined")], ("declined", "")),
        ([Moved("support", "offered"), Moved("support", "opted_out")], ("opted_out", "")),
        ([Moved("support", "suppressed", "too_short")], ("suppressed", "too_short")),
    ],
)
async def test_the_end_of_the_call_settles_what_is_open(
    calling: Calling, before: list[SurveyWrite], after: tuple[str, str]
) -> None:
    await calling.writes(chosen())
    for one in before:
        await calling.writes(one)
    await calling.writes(Gone("caller_left_first"))
    assert await calling.state() == after
    await calling.writes(Moved("support", "offered"))
    assert await calling.state() == after


async def test_partial_answers_stay_when_the_caller_hangs_up(
    published: Store, calling: Calling
) -> None:
    for one in (chosen(), Moved("support", "offered"), answered(), Gone("caller_left_first")):
        await calling.writes(one)
    (kept,) = await published.surveys.answers(CALL)
    assert (kept.number, kept.completion) == (5, "partial")


async def test_the_past_of_a_number_is_when_it_was_asked(
    published: Store, calling: Calling, step: Callable[..., Entry]
) -> None:
    await calling.writes(chosen())
    assert await published.surveys.past([NUMBER], NOON, NOON) == Past()
    await calling.writes(Moved("support", "offered"))
    asked = step(2).at
    assert (await published.surveys.past([NUMBER], NOON, NOON)).invited == (asked,)
    await calling.writes(answered())
    assert (await published.surveys.past([NUMBER], NOON, NOON)).open
    await calling.writes(Moved("support", "completed"))
    found = await published.surveys.past([NUMBER], step(3).at, NOON)
    assert (found.invited, found.open) == ((), False)
    assert (await published.surveys.past(["+905000000000"], NOON, NOON)).invited == ()


async def test_an_edited_plan_holds_for_later_calls_and_not_for_earlier_ones(
    published: Store, calling: Calling, step: Callable[..., Entry]
) -> None:
    await calling.writes(chosen())
    other = loaded(changed("Thank you, goodbye.", "Thanks.").replace("rate: 50%", "rate: 5%"))
    await published.surveys.publish([other], step(9).at, new_id)
    later = Calling(published, step, "c2")
    await later.writes(chosen(version=other.hash))
    (first,) = await published.surveys.of_call(CALL)
    (second,) = await published.surveys.of_call(CallId("c2"))
    assert (first.version, second.version) == (SURVEY.hash, other.hash)
    await calling.writes(Moved("support", "offered"))
    await calling.writes(answered())
    assert await calling.state() == ("started", "")


async def test_a_plan_that_is_halted_stays_so_when_it_is_edited_and_is_forgotten_with_it(
    published: Store, step: Callable[..., Entry]
) -> None:
    rows = published.surveys
    assert await rows.halted() == frozenset()
    for _twice in range(2):
        await rows.halt("support", "after_call", halted=True)
        assert await rows.halted() == {("support", "after_call")}
    edited = loaded(changed("rate: 50%", "rate: 5%"))
    await rows.publish([edited], step(2).at, new_id)
    assert await rows.halted() == {("support", "after_call")}
    await rows.halt("support", "after_call", halted=False)
    assert await rows.halted() == frozenset()
    await rows.halt("support", "after_call", halted=True)
    await rows.publish([], step(3).at, new_id)
    assert await rows.halted() == frozenset()
    await rows.publish([SURVEY], step(4).at, new_id)
    assert await rows.halted() == frozenset()


async def test_a_plan_that_is_not_in_force_cannot_be_halted(published: Store) -> None:
    with pytest.raises(NotFoundError):
        await published.surveys.halt("support", "other", halted=True)
    with pytest.raises(NotFoundError):
        await published.surveys.halt("other", "after_call", halted=False)


async def test_publishing_the_same_again_changes_nothing(
    published: Store, calling: Calling
) -> None:
    await published.surveys.publish([SURVEY], NOON, new_id)
    await calling.writes(chosen())
    assert len(await published.surveys.of_call(CALL)) == 1


async def test_whoever_is_asked_by_text_alone_is_written_to_after_the_call(
    published: Store, calling: Calling
) -> None:
    await calling.writes(chosen())
    later = ByText("support", NUMBER, NOON + DELAY, NOON + EXPIRY, "ayse")
    await calling.writes(later, Gone("caller_left_first"))
    assert await calling.state() == ("scheduled", "")
    (found,) = await published.surveys.of_call(CALL)
    assert found.agent == "ayse"
    await calling.writes(later)
    assert await calling.state() == ("scheduled", "")


async def test_what_is_scheduled_is_under_way_until_its_end(
    published: Store, calling: Calling
) -> None:
    await calling.writes(chosen())
    await calling.writes(ByText("support", NUMBER, NOON + DELAY, NOON + EXPIRY))
    assert (await published.surveys.past([NUMBER], NOON, NOON)).open
    assert not (await published.surveys.past([NUMBER], NOON, NOON + EXPIRY)).open


async def test_whoever_wants_no_more_is_found_with_his_number(
    published: Store, calling: Calling, step: Callable[..., Entry]
) -> None:
    await calling.writes(chosen())
    await calling.writes(Moved("support", "offered"))
    assert await published.surveys.refused(NOON) == []
    assert not (await published.surveys.past([NUMBER], NOON, NOON)).refused
    await calling.writes(Moved("support", "opted_out"))
    assert await published.surveys.refused(NOON) == [(CALL, NUMBER)]
    assert await published.surveys.refused(step(9).at) == []
    assert (await published.surveys.past(["201", NUMBER], NOON, NOON)).refused
