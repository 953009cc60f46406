"""Random callers through the shipped flows: one end each, and the journal tells the same call."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.channels.simulator.trunk import Message, SimulatorTrunk
from ivr.config.load import load_config
from ivr.config.world import to_world
from ivr.domain.events import Event
from ivr.engine.checking import check_flows
from ivr.engine.step import step
from ivr.runtime.flows.library import read_folder
from ivr.runtime.memory.clock import START, VirtualClock, settle
from ivr.runtime.ports import FetchResult
from ivr.runtime.recovery import take_over
from ivr.runtime.sealing import MasterKeys
from ivr.runtime.standing import Ports
from ivr.runtime.switch import Offered, Switch
from ivr.runtime.tasks import Tasks
from tests.fakes.house import AwayStore, OneBook
from tests.fakes.served import ROOT

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.engine.book import Book
    from ivr.engine.state import State

NUMBERS = {"bank": "+908502220000", "pharmacy": "+908502220001"}
CALLERS = ("+905321112233", "+905321112203", "+905550000000", None)
RECORDS: Mapping[str, Mapping[str, Value]] = {
    "customer": {"id": "C-9", "name": "Ayşe", "vip": False, "language": "tr"},
    "card_block": {},
    "pin_check": {"ok": True},
    "pharmacy": {"district": "Kadıköy", "name": "Moda", "address": "x", "phone": "+902165550101"},
    "postcode_area": {"district": "Kadıköy"},
}
ACTS = st.one_of(
    st.tuples(st.just("press"), st.text("0123456789*#", min_size=1, max_size=17)),
    st.tuples(st.just("press"), st.sampled_from("12390*")),
    st.tuples(st.just("press"), st.sampled_from(["1234", "4532015112830366#", "34710"])),
    st.tuples(st.just("say"), st.sampled_from(["bakiye", "kayıp kart", "english", "?", "anadolu"])),
    st.tuples(st.just("wait"), st.sampled_from([0.3, 1.0, 4.0, 11.0, 40.0])),
    st.tuples(st.sampled_from(["hang_up", "restart", "away"]), st.just("")),
)
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["found", "found", "missing", "failed", "nonsense"]),
        st.sampled_from([0.0, 0.3, 1.2, 9.0]),
    ),
    max_size=6,
)


@cache
def shipped_book() -> Book:
    """The shipped flows, checked once."""
    config = load_config(ROOT / "config.yaml", {}, now=START)
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        book, problems = check_flows(read_folder(Path("flows")), to_world(config, START))
    finally:
        os.chdir(before)
    assert book is not None, "\n".join(map(str, problems))
    return book


@dataclass(slots=True)
class Chance:
    """Implements `Source`: answers as the dice fell, then finds."""

    name: str
    clock: VirtualClock
    answers: list[tuple[str, float]]

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """What comes next; never after the limit."""
        result, took_s = self.answers.pop(0) if self.answers else ("found", 0.0)
        late = took_s > limit_s
        await self.clock.sleep_until(_after(self.clock, min(took_s, limit_s)))
        if late or result in {"failed", "missing"}:
            return FetchResult("failed" if late else result, {}, "timeout" if late else "")
        record: Mapping[str, Value] = {"id": 7} if result == "nonsense" else RECORDS[self.name]
        return FetchResult("found", record)


def _after(clock: VirtualClock, seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


class Ear(logging.Handler):
    """Hears what went wrong behind the scenes."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.getMessage()} {record.exc_info}")


@dataclass(slots=True)
class Line:
    """One simulated call through the switch, with restarts and a store that is away at times."""

    answers: list[tuple[str, float]]
    clock: VirtualClock = field(default_factory=VirtualClock)
    store: AwayStore = field(default_factory=AwayStore)
    told: list[Message] = field(default_factory=list)
    call_keys: list[bytes] = field(default_factory=list)
    tasks: Tasks = field(init=False)
    switch: Switch = field(init=False)
    trunk: SimulatorTrunk = field(init=False)
    states: list[State] = field(default_factory=list)

    def start(self) -> None:
        """A process begins."""
        self.tasks = Tasks()
        keys = MasterKeys(b"k" * 32)
        self.switch = Switch(
            Ports(
                store=self.store,
                books=OneBook(shipped_book()),
                clock=self.clock,
                keys=keys,
                sources={n: Chance(n, self.clock, self.answers) for n in RECORDS},
                tasks=self.tasks,
                new_id=lambda: "CALL1",
            )
        )
        self.trunk = SimulatorTrunk("browser", self.switch, self.tasks)
        self.switch.trunks["browser"] = self.trunk

    async def restart(self) -> None:
        """kill -9 and a new process."""
        self.store.away = 0
        await self.tasks.close()
        self.start()
        await take_over(self.switch)
        if "CALL1" in self.switch.calls:
            self.trunk.attach("CALL1", self.told.append)  # type: ignore[arg-type]

    async def act(self, what: str, value: str | float) -> None:
        """What happens next."""
        if what == "press":
            for key in str(value):
                await self._do(self.trunk.press("CALL1", key))  # type: ignore[arg-type]
                await self.clock.advance(0.2)
        elif what == "say":
            await self._do(self.trunk.say("CALL1", str(value)))  # type: ignore[arg-type]
        elif what == "hang_up":
            await self._do(self.trunk.hang_up("CALL1"))  # type: ignore[arg-type]
        elif what == "restart":
            await self.restart()
        elif what == "away":
            self.store.away = 2
        await self.clock.advance(float(value) if what == "wait" else 0.1)

    async def _do(self, work: Coroutine[None, None, None]) -> None:
        """An act may wait for the store: then time must pass."""
        task = self.tasks.start(work, "act")
        await settle()
        while not task.done():
            await self.clock.advance(0.2)

    async def play(
        self, flow: str, ani: str | None, acts: Sequence[tuple[str, str | float]]
    ) -> None:
        """From the ring to the end."""
        self.start()
        await take_over(self.switch)
        offered = Offered("browser", "simulator", "ref", NUMBERS[flow], ani, flow)
        await self.trunk.dial(offered, self.told.append)
        self.call_keys = [call.key for call in self.switch.calls.values()]
        for what, value in acts:
            await self.act(what, value)
        self.states = [c.state for c in self.switch.calls.values() if c.state is not None]
        await self.check_replay()
        await self.clock.advance(7300)
        await self.tasks.close()

    async def check_replay(self) -> None:
        """The journal gives the very state that stands in memory."""
        if not self.states or not self.call_keys:
            return
        state = None
        for entry in self.store.entries:
            event = self.switch.codec.loads(entry.event, self.call_keys[0])
            assert isinstance(event, Event)
            state, _commands = step(state, event, shipped_book())
        assert state == self.states[0]


@settings(max_examples=300)
@given(
    flow=st.sampled_from(sorted(NUMBERS)),
    ani=st.sampled_from(CALLERS),
    acts=st.lists(ACTS, max_size=12),
    answers=ANSWERS,
)
def test_every_random_call_ends_once_and_replays_alike(
    flow: str,
    ani: str | None,
    acts: list[tuple[str, str | float]],
    answers: list[tuple[str, float]],
) -> None:
    line = Line(list(answers))
    ear = Ear()
    logging.getLogger("ivr").addHandler(ear)
    try:
        asyncio.run(line.play(flow, ani, acts))
    finally:
        logging.getLogger("ivr").removeHandler(ear)
    assert ear.heard == []
    closings = [entry.closing for entry in line.store.entries if entry.closing is not None]
    assert len(closings) == 1
    assert closings[0].outcome not in {"", "open"}
    assert [entry.seq for entry in line.store.entries] == list(
        range(1, len(line.store.entries) + 1)
    )
    assert line.switch.calls == {}
    assert sum("ended" in message for message in line.told) <= 1
