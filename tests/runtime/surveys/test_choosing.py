"""Who is chosen, at what price for the caller who waits, and what the end of the call settles."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.call import BridgeId, CallId, Segment, Turn
from ivr.domain.commands import CloseInteraction, Enqueue
from ivr.domain.errors import StoreError
from ivr.domain.filing import InviteSurvey
from ivr.domain.queue import Ticket
from ivr.engine.party import ALONE, TALK
from ivr.engine.state import State as CallState
from ivr.runtime import metrics
from ivr.runtime.live import LiveCall, Picked
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.surveys import MemorySurveys
from ivr.runtime.ports import Entry
from ivr.runtime.ports.asking.surveys import ByText, Chosen, Gone, Moved
from ivr.runtime.surveys import surveyor as module
from ivr.runtime.surveys.surveyor import Surveyor
from ivr.surveys.files.loading import Surveys
from tests.surveys.files.house import TEXT, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.domain.commands import Command
    from ivr.domain.values import Value
    from ivr.runtime.ports.asking.surveys import Invitation, Past, SurveyWrite
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.quotas import FilledOf

MOBILE = "+905321112233"
CALL = CallId("CALL1")
ENDS = CloseInteraction(outcome="answered")


def rated(rate: str, media: str = "[voice, sms]") -> str:
    """The shipped survey with another rate, for whoever waits in the queue cards."""
    text = TEXT.replace("rate: 50%", f"rate: {rate}")
    return text.replace("media: [voice, sms]", f"media: {media}")


class Rows(MemorySurveys):
    """Surveys in memory that count what is read, and fail or wait if they are told to."""

    def __init__(self) -> None:
        super().__init__(lambda _call: MOBILE)
        self.reads: list[str] = []
        self.broken: Callable[[], Any] | None = None

    async def _read(self, what: str) -> None:
        self.reads.append(what)
        if self.broken is not None:
            await self.broken()

    async def of_call(self, call: CallId) -> Sequence[Invitation]:
        await self._read("of_call")
        return await super().of_call(call)

    async def customer(self, call: CallId) -> Mapping[str, Value]:
        await self._read("customer")
        return {"segment": "corporate"}

    async def filled(self, plans: Sequence[tuple[Survey, Plan]]) -> FilledOf:
        await self._read("filled")
        return await super().filled(plans)

    async def past(self, numbers: Sequence[str], since: Any, now: Any) -> Past:  # noqa: ANN401
        await self._read("past")
        return await super().past(numbers, since, now)


class Desk:
    """One call after the other, and what surveys write about them."""

    def __init__(self, text: str, number: str = MOBILE) -> None:
        self.clock = VirtualClock()
        self.rows = Rows()
        self.known = Surveys({"support": loaded(text)})
        self.number = number
        ids = iter(range(1000))
        self.surveyor = Surveyor(
            self.rows, lambda: self.known, self.clock, lambda: f"{next(ids):026}"
        )
        self.call = LiveCall(CALL, "t", "simulator", "r", b"", 1, survey=Picked.NOT_YET)
        self._seq = 0

    async def open(self) -> Desk:
        await self.rows.publish(tuple(self.known.surveys.values()), self.clock.now(), str)
        return self

    def state(self, **more: Any) -> CallState:  # noqa: ANN401
        now = self.clock.now()
        state = CallState(
            self.call.id, "h", "+908502220000", now, ani=self.number, language="tr", last_at=now
        )
        return replace(state, **more)

    async def writes(self, *commands: Command, **state: Any) -> tuple[SurveyWrite, ...]:  # noqa: ANN401
        """A step: what it wrote, which is durable then."""
        self.call.state = self.state(**state)
        found = await self.surveyor.writes(self.call, self.call.state, commands)
        self._seq += 1
        self.rows.write(Entry(self.call.id, 1, self._seq, self.clock.now(), "", surveys=found))
        self.surveyor.written(self.call, found)
        return found

    async def waits(self, **state: Any) -> tuple[SurveyWrite, ...]:  # noqa: ANN401
        return await self.writes(enqueue(), **state)

    async def ends(self, *, agent: bool = True, **state: Any) -> tuple[SurveyWrite, ...]:  # noqa: ANN401
        now = self.clock.now()
        talk = Segment(TALK, now - timedelta(seconds=60), now, "1201")
        return await self.writes(ENDS, segments=[talk] if agent else [], **state)

    async def became(self) -> tuple[str, str]:
        (one,) = await MemorySurveys.of_call(self.rows, self.call.id)
        return one.state, one.reason


def enqueue() -> Enqueue:
    return Enqueue(turn=Turn(1), ticket=Ticket("t"), queue="cards")


async def broken() -> None:
    raise StoreError("the database is away")


async def asleep() -> None:
    await asyncio.Event().wait()


async def test_a_call_that_is_not_drawn_costs_no_read() -> None:
    desk = await Desk(rated("0%")).open()
    (one,) = await desk.waits()
    assert isinstance(one, Chosen)
    assert (one.state, one.reason) == ("suppressed", "not_sampled")
    assert await desk.waits() == ()
    assert await desk.ends() == ()
    assert desk.rows.reads == []


async def test_the_history_is_read_of_those_who_are_drawn() -> None:
    desk = await Desk(rated("100%")).open()
    (one,) = await desk.waits()
    assert isinstance(one, Chosen)
    assert one.state == "armed"
    assert desk.rows.reads == ["past"]


async def test_a_quota_is_looked_at_for_those_who_are_drawn_and_the_customer_for_it() -> None:
    limited = "    year_cap: 4\n    quota: {segment: {corporate: 1}}\n"
    desk = await Desk(rated("100%").replace("    year_cap: 4\n", limited)).open()
    (one,) = await desk.waits()
    assert isinstance(one, Chosen)
    assert (one.state, one.cell) == ("armed", {"segment": "corporate"})
    assert desk.rows.reads == ["customer", "past", "filled"]
    desk.call = LiveCall(CallId("CALL2"), "t", "simulator", "r", b"", 1, survey=Picked.NOT_YET)
    (other,) = await desk.waits()
    assert isinstance(other, Chosen)
    assert (other.state, other.reason) == ("suppressed", "quota_full")


@pytest.mark.parametrize("fault", [broken, asleep])
async def test_a_caller_never_suffers_for_a_survey(
    monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Any]
) -> None:
    monkeypatch.setattr(module, "CHOOSING_S", 0.01)
    desk = await Desk(rated("100%")).open()
    desk.rows.broken = fault
    before = skipped("choose")
    assert await desk.waits() == ()
    assert skipped("choose") == before + 1
    desk.rows.broken = None
    assert await desk.waits() == ()
    assert await desk.ends() == ()


async def test_a_step_that_could_not_be_kept_chooses_again() -> None:
    desk = await Desk(rated("100%")).open()
    state = desk.state()
    first = await desk.surveyor.writes(desk.call, state, [enqueue()])
    again = await desk.surveyor.writes(desk.call, state, [enqueue()])
    assert [one.state for one in (*first, *again) if isinstance(one, Chosen)] == ["armed"] * 2


async def test_whoever_was_chosen_is_settled_also_after_the_surveys_have_gone() -> None:
    for offered in (False, True):
        desk = await Desk(rated("100%")).open()
        await desk.waits()
        if offered:
            desk.rows.write(
                Entry(CALL, 1, 9, desk.clock.now(), "", surveys=(Moved("support", "offered"),))
            )
        desk.known = Surveys({})
        await desk.ends()
        due = ("missed", "caller_left_at_handoff") if offered else ("suppressed", "plan_inactive")
        assert await desk.became() == due


async def test_a_call_that_was_taken_over_is_settled_by_its_rows() -> None:
    desk = await Desk(rated("100%")).open()
    await desk.waits()
    desk.call = LiveCall(CALL, "t", "simulator", "r", b"", 2)
    assert await desk.waits() == ()
    await desk.ends(legs=(replace(ALONE[0], bridge=BridgeId(1)),))
    assert await desk.became() == ("missed", "caller_left_first")


async def test_a_plan_for_texts_alone_is_scheduled_and_blames_no_agent() -> None:
    desk = await Desk(rated("100%", media="[sms]")).open()
    await desk.waits()
    texted, gone = await desk.ends()
    now = desk.clock.now()
    due, end = now + timedelta(minutes=5), now + timedelta(hours=48)
    assert texted == ByText("support", MOBILE, due, end, "1201")
    assert isinstance(gone, Gone)
    assert await desk.became() == ("scheduled", "")


async def test_a_paused_plan_chooses_nobody_and_asks_nobody_who_was_chosen() -> None:
    desk = await Desk(rated("100%")).open()
    await desk.waits()
    await desk.surveyor.pauses.halt("support", "after_call", halted=True)
    told = await desk.surveyor.decide(desk.call, invite())
    assert (told.medium, told.reason) == ("", "plan_inactive")
    await desk.ends()
    assert await desk.became() == ("suppressed", "plan_inactive")
    desk.call = LiveCall(CallId("CALL2"), "t", "simulator", "r", b"", 1, survey=Picked.NOT_YET)
    (other,) = await desk.waits()
    assert isinstance(other, Chosen)
    assert (other.state, other.reason) == ("suppressed", "plan_inactive")
    await desk.surveyor.pauses.halt("support", "after_call", halted=False)
    desk.call = LiveCall(CallId("CALL3"), "t", "simulator", "r", b"", 1, survey=Picked.NOT_YET)
    (third,) = await desk.waits()
    assert isinstance(third, Chosen)
    assert third.state == "armed"


@pytest.mark.parametrize("fault", [broken, asleep])
async def test_a_decision_that_fails_is_the_systems_fault(
    monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Any]
) -> None:
    monkeypatch.setattr(module, "LIMIT_S", 0.01)
    desk = await Desk(rated("100%")).open()
    await desk.waits()
    desk.rows.broken = fault
    before = skipped("ask")
    told = await desk.surveyor.decide(desk.call, invite())
    assert (told.medium, told.reason) == ("", "system")
    assert skipped("ask") == before + 1


async def test_what_came_up_since_he_was_chosen_counts_at_the_offer() -> None:
    desk = await Desk(rated("100%")).open()
    await desk.waits()
    told = await desk.surveyor.decide(desk.call, invite())
    assert told.medium == "voice"
    meanwhile = CallId("CALL2")
    chosen = Chosen("2" * 26, "support", "after_call", "h", "armed", "", 1.0)
    writes = (chosen, Moved("support", "offered"))
    desk.rows.write(Entry(meanwhile, 1, 1, desk.clock.now(), "", surveys=writes))
    told = await desk.surveyor.decide(desk.call, invite())
    assert (told.medium, told.reason) == ("", "gap")


async def test_whom_nobody_chose_is_not_even_looked_for() -> None:
    desk = await Desk(rated("0%")).open()
    await desk.waits()
    told = await desk.surveyor.decide(desk.call, invite())
    assert (told.medium, told.reason) == ("", "")
    assert desk.rows.reads == []


async def test_a_refusal_that_can_be_kept_for_nobody_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = await Desk(rated("100%")).open()
    for number in ("", "201"):
        desk.call.state = desk.state(ani=number or None)
        await desk.surveyor.opt_out(desk.call)
    assert [record.message for record in caplog.records] == ["opt_out_not_kept"] * 2


def invite() -> InviteSurvey:
    return InviteSurvey(turn=Turn(2), survey="support", talked_s=60.0, agent="1201")


def skipped(step: str) -> float:
    return float(metrics.SURVEYS_SKIPPED.labels(step)._value.get())


async def test_others_hear_when_a_call_leaves_something_to_be_gone_on_with() -> None:
    desk = await Desk(rated("100%", media="[sms]")).open()
    heard: list[str] = []
    desk.surveyor.settled = lambda: heard.append("now")
    await desk.waits()
    assert heard == []
    await desk.ends()
    assert heard == ["now"]
