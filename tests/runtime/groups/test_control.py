"""What desks ask of a call, as events of that call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain import events
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CALLER, CallId, LegId, Mode, Turn
from ivr.domain.commands import Enqueue
from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.domain.recording import RecordingPauseAsked
from ivr.engine.party import Leg, Phase, Purpose, Tape
from ivr.engine.state import Frame, State
from ivr.runtime.groups.control import Control
from ivr.runtime.live import LiveCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.house import House

CALL = CallId("c1")
PLACES = {"vip": "+902125550001", "+902125550001": "+902125550001"}
ENDPOINTS = {"ayse": "sim:ayse", "can": "sim:can"}


class Rig:
    """A control, a call with an agent in it, and the events that the call was told."""

    def __init__(self, house: House) -> None:
        self.told: list[Any] = []
        at = datetime(2026, 11, 23, tzinfo=UTC)
        agent = Leg(LegId(2), Phase.UP, agent=AgentId("ayse"), won=True)
        caller = Leg(CALLER, Phase.UP, Purpose.CALLER)
        self.state = State(CALL, "hash", "+90850", at, channel="simulator", legs=(caller, agent))
        self.state.frames = [Frame("bank", "agent")]
        house.switch.calls[CALL] = LiveCall(CALL, "t", "simulator", "r", b"", 1, self.state)
        house.switch.deliver = self._deliver  # type: ignore[method-assign,assignment]
        self.control = Control(
            house.switch,
            lambda agent, reach: ENDPOINTS.get(agent, "") if reach is Reach.SIMULATOR else "",
            lambda name, _language: PLACES.get(name, ""),
            lambda: frozenset({"cards", "loans"}),
            lambda offer: ("listen",) if offer == QUIET else ("listen", "whisper", "barge"),
        )

    async def _deliver(self, _call: CallId, event: events.Event) -> None:
        self.told.append(event)

    async def asks(self, action: str, who: str = "ayse", **body: Any) -> Any:  # noqa: ANN401
        """Somebody presses a button."""
        await self.control.act(CALL, action, body, who)
        return self.told[-1]


@pytest.fixture
def rig(house: House) -> Rig:
    return Rig(house)


LEG = LegId(2)
QUIET = OfferId("o-quiet")
"""An offer of a queue on whose calls supervisors may only listen."""


@pytest.mark.parametrize(
    ("action", "body", "event"),
    [
        ("hold", {}, events.HoldAsked(leg=LEG)),
        ("resume", {}, events.ResumeAsked(leg=LEG)),
        ("mute", {}, events.MuteAsked(leg=LEG, muted=True)),
        ("unmute", {}, events.MuteAsked(leg=LEG, muted=False)),
        ("hangup", {}, events.HangUpAsked(leg=LEG)),
        ("merge", {}, events.MergeAsked(leg=LEG)),
        ("swap", {}, events.SwapAsked(leg=LEG)),
        ("consult-cancel", {}, events.ConsultCancelAsked(leg=LEG)),
        ("consult-complete", {}, events.ConsultCompleteAsked(leg=LEG)),
        (
            "consult",
            {"to": "agent:can"},
            events.DeskConsultAsked(leg=LEG, address="sim:can", label="can", inside=True),
        ),
        (
            "transfer",
            {"to": "queue:loans"},
            events.DeskTransferAsked(leg=LEG, queue="loans", label="loans"),
        ),
        (
            "transfer",
            {"to": "place:vip"},
            events.DeskTransferAsked(leg=LEG, address="+902125550001", label="vip"),
        ),
        (
            "transfer",
            {"to": "0212 555 00 01"},
            events.DeskTransferAsked(leg=LEG, address="+902125550001", label="0212 555 00 01"),
        ),
    ],
)
async def test_every_button_is_one_event(
    rig: Rig, action: str, body: Mapping[str, Any], event: events.Event
) -> None:
    assert await rig.asks(action, **body) == event


async def test_only_what_is_recorded_can_be_paused(rig: Rig) -> None:
    for action in ("pause-recording", "resume-recording"):
        with pytest.raises(IllegalTransitionError):
            await rig.asks(action)
    rig.state.tape = Tape(Turn(5), rig.state.started_at)
    asked = RecordingPauseAsked(leg=LEG, paused=True, who="ayse")
    assert await rig.asks("pause-recording") == asked
    rig.state.tape = replace(rig.state.tape, asked=Turn(6))
    assert await rig.asks("resume-recording") == replace(asked, paused=False)
    with pytest.raises(IllegalTransitionError):
        await rig.asks("pause-recording")


async def test_a_supervisor_hears_the_agent_by_his_own_telephone(rig: Rig) -> None:
    told = await rig.asks("monitor", "can", mode="whisper", reason="training")
    assert told == events.MonitorAsked(leg=LEG, address="sim:can", mode=Mode.WHISPER, who="can")
    assert await rig.asks("take-over", "can", reason="x") == events.TakeOverAsked(
        leg=LEG, who="can"
    )
    assert await rig.asks("monitor-end", "can") == events.MonitorEndAsked(leg=LEG, who="can")


async def test_what_the_queue_of_a_call_forbids_supervisors_is_refused(rig: Rig) -> None:
    caller, agent = rig.state.legs
    rig.state.legs = (caller, replace(agent, offer=QUIET))
    for mode in ("whisper", "barge"):
        with pytest.raises(IllegalTransitionError, match=f"allows no {mode}") as refused:
            await rig.asks("monitor", "can", mode=mode, reason="training")
        assert refused.value.status == 409
    told = await rig.asks("monitor", "can", mode="listen", reason="training")
    assert told.mode is Mode.LISTEN


async def test_a_supervisor_without_a_telephone_cannot_listen(rig: Rig) -> None:
    with pytest.raises(NotValidError):
        await rig.asks("monitor", "deniz", mode="listen", reason="x")


async def test_a_waiting_caller_is_moved_with_his_age(rig: Rig) -> None:
    with pytest.raises(IllegalTransitionError):
        await rig.asks("move", "can", queue="loans", reason="x")
    rig.state.top.open["place"] = Enqueue(turn=Turn(7), ticket=Ticket("c1/7"), queue="cards")
    told = await rig.asks("move", "can", queue="loans", reason="x")
    assert told == events.QueueRefused(turn=Turn(7), end=WaitEnd.OVERFLOW, target="loans")


@pytest.mark.parametrize(
    ("action", "body", "error"),
    [
        ("transfer", {"to": "queue:nowhere"}, NotFoundError),
        ("transfer", {"to": "agent:nobody"}, NotFoundError),
        ("transfer", {"to": "+4915112345678"}, NotFoundError),
        ("move", {"queue": "nowhere"}, NotFoundError),
    ],
)
async def test_who_cannot_be_reached_is_not_rung(
    rig: Rig, action: str, body: Mapping[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await rig.asks(action, **body)
    assert rig.told == []


async def test_who_is_not_in_the_call_steers_nothing(rig: Rig) -> None:
    with pytest.raises(IllegalTransitionError):
        await rig.asks("hold", "can")


async def test_a_call_that_has_ended_is_not_found(rig: Rig) -> None:
    with pytest.raises(NotFoundError):
        await rig.control.act("gone", "hold", {}, "ayse")
