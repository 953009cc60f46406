"""A server with a planned survey that calls, customers who agreed, and their telephones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from ivr.app import Parts
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.ports.compliance import SMS, VOICE, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.store.tables import METADATA
from tests.fakes.call_centre import Telephone
from tests.fakes.fresh_store import open_fresh
from tests.fakes.served import Served, shipped
from tests.fakes.survey_house import ANI, MORNING
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BEGIN = MORNING + timedelta(minutes=4, seconds=55)
"""Five seconds before the wave."""
QUIET_ROUNDS = 30
SKIP_OFFER = "1"
ALL = f"{SKIP_OFFER}510"
"""Past the offer, 5 of 5 and 10 of 10."""
_PLAN = """
  round:
    when: planned
    match: customer.segment == 'corporate'
    every: "FREQ=DAILY;INTERVAL=7;BYHOUR=10;BYMINUTE=5"
    seed: r
    media: {media}
"""
_BEHIND = "\nplaces:\n"


def put_down(folder: Path, media: str = "[voice]", calls: str = "", more: str = "") -> Path:
    """Configuration and flows. calls: more of `survey_calls`. more: of the plan, each line as in
    the file."""
    config = shipped(folder, changes_for("browser", calls))
    write_plan(folder, media, more)
    return config


def changes_for(trunk: str, calls: str = "") -> dict[str, str]:
    """What the configuration says besides: text -> new text."""
    hours = "hours:\n  calling: {open: {mon-sun: 17:00-19:00}, holidays: TR}"
    wanted = f"survey_calls: {{trunk: {trunk}{calls}}}"
    return {_BEHIND: f"\n{wanted}{_BEHIND}", "hours:": hours}


def write_plan(folder: Path, media: str, more: str = "") -> None:
    """Give the survey of the flows in a folder a plan that comes in waves."""
    survey = folder / "flows" / "surveys" / "support.yaml"
    text = survey.read_text(encoding="utf-8") + _PLAN.lstrip("\n").format(media=media) + more
    survey.write_text(text, encoding="utf-8")


class Busy:
    """Work under way that virtual time does not know of: of the database and of threads."""

    def __init__(self, database: Any) -> None:  # noqa: ANN401 - its inner parts are replaced
        self.now = 0
        submit, run = database._writer.submit, database._reader.run
        loop: Any = asyncio.get_running_loop()
        begin = loop.run_in_executor

        async def counted_run(question: Any) -> Any:  # noqa: ANN401
            self.now += 1
            try:
                return await run(question)
            finally:
                self.now -= 1

        database._writer.submit = lambda unit: self._counted(submit(unit))
        database._reader.run = counted_run
        loop.run_in_executor = lambda *work: self._counted(begin(*work))

    def _counted(self, future: asyncio.Future[Any]) -> asyncio.Future[Any]:
        self.now += 1
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: object) -> None:
        self.now -= 1


@dataclass
class CalledHouse:
    """A server on virtual time, a Monday at ten in Istanbul. phones: of customers, by number."""

    served: Served
    clock: VirtualClock
    house: WaveHouse
    busy: Busy
    phones: dict[str, Telephone] = field(default_factory=dict)

    @classmethod
    async def open(cls, config: Path, killed: CalledHouse | None = None) -> CalledHouse:
        """Start it. killed: goes on with the database and the clock of one that was killed."""
        if killed is not None:
            clock, store, busy = killed.clock, killed.house.store, killed.busy
        else:
            (config.parent / "var").mkdir(exist_ok=True)
            clock = VirtualClock(BEGIN)
            store = open_fresh(f"sqlite:///{config.parent}/var/ivr.db", synchronous="NORMAL")
            busy = Busy(store.database)
        served = await Served.start(config, Parts(clock=clock, store=store))
        made = cls(served, clock, WaveHouse(store, clock), busy)
        await made.settled()
        return made

    async def kill(self) -> None:
        """Nothing of it runs any more; only its database is left."""
        await self.served.web.close()
        for door in self.served.server.doors:
            await door.stop()
        await self.served.server.tasks.close()

    @property
    def trunk(self) -> SimulatorTrunk:
        """Where the telephones are."""
        found = self.served.server.switch.trunks["browser"]
        assert isinstance(found, SimulatorTrunk)
        return found

    async def person(
        self,
        number: str = ANI,
        *,
        media: tuple[str, ...] = (VOICE,),
        there: bool = True,
        **columns: Any,  # noqa: ANN401
    ) -> Telephone:
        """A customer who agreed to be asked by these media. there: his telephone is plugged in."""
        await self.house.person(number, **columns)
        for medium in media:
            await self.says(number, medium)
        phone = Telephone(number, self.trunk)
        self.phones[number] = phone
        return phone.plug_in() if there else phone

    async def says(self, number: str, medium: str = VOICE, status: str = "opt_in") -> None:
        """What somebody said about surveys."""
        new = ConsentNew(number, medium, "survey", status, "web_form")
        await self.house.consents.say(new, Act("test", self.clock.now()))

    async def later(self, steps: int = 0, **more: float) -> CalledHouse:
        """Time leaps, then passes: the last seconds one by one, each once all work of the one
        before is done."""
        await self.settled()
        if more:
            self.clock._now += timedelta(**more)
            await self.clock.advance(0)
            await self.settled()
        for _ in range(steps):
            await self.clock.advance(1)
            await self.settled()
        return self

    async def wave(self) -> CalledHouse:
        """The wave comes, and whoever is due is called."""
        return await self.later(4, seconds=10)

    async def settled(self) -> None:
        """Nobody waits for the database or for a thread any more."""
        idle = 0
        while idle < QUIET_ROUNDS:
            idle = 0 if self.busy.now else idle + 1
            await settle(1)

    async def keys(self, phone: Telephone, keys: str) -> None:
        """Press one after the other, each once the question before is asked."""
        for key in keys:
            assert phone.station is not None
            assert phone.station.phone is not None, "nobody is on the line"
            self.trunk.typed(phone.station.phone, key=key)
            await self.later(1)

    async def answered(self, phone: Telephone, keys: str = SKIP_OFFER) -> None:
        """The telephone rings and is taken up; keys are pressed."""
        assert phone.rings, phone.said
        phone.answer()
        await self.later(1)
        await self.keys(phone, keys)

    async def state(self, phone: Telephone) -> tuple[str, str, str]:
        """State, reason and medium of somebody's invitation."""
        [row] = [row for row in await self.invitations() if row["value_norm"] == phone.name]
        state = "sent" if row["state"] == "delivered" else row["state"]
        return state, row["reason"], row["medium"]

    async def invitations(self) -> list[dict[str, Any]]:
        """Those of waves."""
        return [row for row in await self.house.rows_of("survey_invitation") if row["wave"]]

    async def calls(self, phone: Telephone | None = None) -> list[str]:
        """The results of calls (to somebody), the oldest first; "" = under way."""
        rows = await self.invitations()
        mine = {row["id"] for row in rows if phone is None or row["value_norm"] == phone.name}
        found = await self.house.rows_of("survey_call")
        return [row["result"] for row in found if row["invitation_id"] in mine]

    async def answers(self, phone: Telephone) -> Mapping[str, int]:
        """What somebody answered, by question."""
        [asked] = [row for row in await self.invitations() if row["value_norm"] == phone.name]
        said = await self.house.rows_of("survey_response")
        mine = {row["id"] for row in said if row["invitation_id"] == asked["id"]}
        rows = await self.house.rows_of("survey_answer")
        return {row["question"]: row["value_num"] for row in rows if row["response_id"] in mine}

    async def set(self, table: str, key: int, **columns: Any) -> None:  # noqa: ANN401
        """Change a row."""
        into = METADATA.tables[table]
        change = update(into).where(into.c.id == key).values(columns)
        await self.house.store.database.change(lambda it: it.execute(change))

    async def close(self) -> None:
        """End it."""
        await self.served.close()


BOTH = (VOICE, SMS)
