"""Messages of callers who have gone: asked for until the provider has said what became of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.twilio.recorded.finishing import LONGEST_S, Finishing, _pauses, in_doubt
from ivr.channels.twilio.recorded.sounds import ProviderRecordings
from ivr.channels.twilio.rest import Rest
from ivr.domain.call import EndedBy, Turn
from ivr.domain.recording import HANGUP, LOST, MessageTaken, TakeMessage
from ivr.engine.rescue import PATIENCE_S
from ivr.engine.state import LIVE
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from ivr.channels.twilio.rest import Pairs, Said

ASKED = TakeMessage(turn=Turn(7), prompts=())
SID = "RE00000000000000000000000000000001"


@dataclass
class State:
    """Of a call that waits for a message."""

    ended_by: EndedBy = EndedBy.CALLER
    region: str = LIVE
    open: list[object] = field(default_factory=lambda: [ASKED])

    def waiting(self) -> list[object]:
        return self.open


@dataclass
class Desk:
    """One call, its server and its provider. rows: what the provider lists; None = it is away."""

    rows: list[dict[str, Any]] | None
    ended_by: EndedBy = EndedBy.CALLER
    status: str = ""
    asked: list[str] = field(default_factory=list)
    told: list[MessageTaken] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock, self.tasks = VirtualClock(), Tasks()
        state = State(self.ended_by)
        self.call = SimpleNamespace(id="c1", state=state, known=state)
        ports: Any = SimpleNamespace(clock=self.clock, tasks=self.tasks, recorder=None)
        carrier = SimpleNamespace(deliver_surely=self.deliver)
        switch: Any = SimpleNamespace(calls={"c1": self.call}, ports=ports, carrier=carrier)
        rest = Rest(self.send, self.clock)
        recordings = ProviderRecordings("main", rest, ports)
        self.finishing = Finishing(rest, recordings, switch, lambda _call, _leg: "CA1")

    async def send(self, method: str, path: str, _form: Pairs) -> Said:
        self.asked.append(f"{method} {path}")
        if self.rows is None:
            return 503, {}
        return 200, {"recordings": self.rows, "status": self.status}

    async def deliver(self, _call: str, event: MessageTaken) -> None:
        self.told.append(event)
        self.call.state.open = []

    async def after(self, seconds: float) -> list[MessageTaken]:
        """What the call was told after so long."""
        self.finishing.begin(self.call, Turn(7))  # type: ignore[arg-type]
        await self.clock.advance(seconds)
        await self.tasks.close()
        return self.told


def test_it_is_looked_for_less_and_less_often_but_not_for_longer_than_the_call_waits() -> None:
    pauses = list(_pauses())
    assert pauses == sorted(pauses)
    assert LONGEST_S <= sum(pauses) < PATIENCE_S - 60


async def test_one_that_is_there_is_told_with_its_address() -> None:
    desk = Desk([{"sid": SID, "status": "completed", "duration": "9"}])
    source = f"twilio:main:{SID}"
    wanted = MessageTaken(turn=Turn(7), seconds=9, ended_by=HANGUP, source=source)
    assert await desk.after(0.5) == [wanted]
    assert desk.asked == ["GET Calls/CA1/Recordings.json"]


async def test_one_that_the_provider_has_thrown_away_is_none() -> None:
    desk = Desk([{"sid": SID, "status": "absent", "duration": None}])
    assert await desk.after(0.5) == [MessageTaken(turn=Turn(7), ended_by=HANGUP)]


async def test_one_that_is_too_short_is_none_and_taken_away() -> None:
    desk = Desk([{"sid": SID, "status": "completed", "duration": "1"}])
    assert await desk.after(0.5) == [MessageTaken(turn=Turn(7), ended_by=HANGUP)]
    assert desk.asked[1:] == [f"DELETE Recordings/{SID}.json"]


@pytest.mark.parametrize(("length", "doubt"), [(0, True), (6, True), (7, False), (None, True)])
def test_what_may_be_all_silence_is_in_doubt(length: float | None, doubt: bool) -> None:
    assert in_doubt(ASKED, length) is doubt


async def test_what_cannot_be_listened_to_is_kept() -> None:
    desk = Desk([{"sid": SID, "status": "completed", "duration": "4"}])
    (event,) = await desk.after(0.5)
    assert event.seconds == 4


@pytest.mark.parametrize(("status", "gone"), [("completed", True), ("in-progress", False)])
async def test_after_a_restart_it_is_asked_whether_who_spoke_is_still_there(
    status: str, gone: bool
) -> None:
    desk = Desk([])
    desk.status = status
    await desk.finishing.check(desk.call)  # type: ignore[arg-type]
    assert desk.asked == ["GET Calls/CA1.json"]
    assert [type(one).__name__ for one in desk.told] == ["LegEnded"] * gone


async def test_whom_we_have_hung_up_is_taken_off_the_line_first() -> None:
    desk = Desk([{"sid": SID, "status": "completed", "duration": "9"}], EndedBy.HANGUP)
    assert len(await desk.after(0.5)) == 1
    assert desk.asked == ["POST Calls/CA1.json", "GET Calls/CA1/Recordings.json"]


async def test_a_call_that_was_told_meanwhile_needs_no_look() -> None:
    desk = Desk([])
    desk.call.state.open = []
    assert await desk.after(100) == []
    assert desk.asked == []


async def test_a_provider_that_stays_away_is_given_up_and_that_is_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(None)
    assert await desk.after(LONGEST_S + 300) == [MessageTaken(turn=Turn(7), ended_by=LOST)]
    (record,) = [one for one in caplog.records if one.msg == "message_lost"]
    assert record.levelno == logging.ERROR
