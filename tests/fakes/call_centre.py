"""A whole server with agents at simulated telephones, on virtual time."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.app import Parts
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.domain.call import CallId  # noqa: TC001 - a field of a dataclass
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import AgentRow
from ivr.runtime.switch import Offered
from tests.fakes.served import BANK, Served, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.channels.simulator.desk import Station
    from ivr.runtime.groups.floor import Floor
    from ivr.runtime.ports import InteractionRow

SKILLS = {"cards": 80, "loans": 80, "tr": 100, "en": 80}
KNOWN = "+905321112233"
"""A customer of the example."""
TO_QUEUE = "0"
"""What a caller presses in the menu of the bank to reach a person."""
WAITS = "{queue: general, longest: 10m"
"""Where he waits for one."""


@dataclass(slots=True)
class Telephone:
    """An agent's simulated telephone. said: all that it was told."""

    name: str
    trunk: SimulatorTrunk
    said: list[Mapping[str, Any]] = field(default_factory=list)
    station: Station | None = None

    def plug_in(self) -> Telephone:
        """Connect it."""
        self.station = self.trunk.desk.connect(self.name, self._told)
        return self

    def _told(self, message: Mapping[str, Any]) -> None:
        self.said.append(message)

    @property
    def rings(self) -> bool:
        """Whether it rings now."""
        station = self.station
        return bool(station and station.phone is not None and not station.phone.up)

    @property
    def rang(self) -> int:
        """How often it has rung."""
        return sum("rings" in message for message in self.said)

    @property
    def talks(self) -> bool:
        """Whether somebody is on the line."""
        return bool(self.station and self.station.phone is not None and self.station.phone.up)

    def answer(self) -> None:
        """Take the call."""
        assert self.station is not None
        assert self.trunk.desk.answer(self.station)

    def hang_up(self) -> None:
        """Put it down, or do not take what rings."""
        assert self.station is not None
        assert self.trunk.desk.hang_up(self.station)

    def pull_the_plug(self) -> None:
        """The line is dead."""
        assert self.station is not None
        self.trunk.desk.disconnect(self.station, self._told)


@dataclass(slots=True)
class CallCentre:
    """The shipped call centre. agents: name -> number by which they were made."""

    served: Served
    clock: VirtualClock
    phones: dict[str, Telephone] = field(default_factory=dict)
    heard: dict[CallId, list[Mapping[str, Any]]] = field(default_factory=dict)
    _callers: int = 0

    @classmethod
    async def open(
        cls,
        folder: Path,
        agents: tuple[str, ...] = ("ayse", "can"),
        changes: Mapping[str, str] | None = None,
        store: MemoryStore | None = None,
        clock: VirtualClock | None = None,
    ) -> CallCentre:
        """Open it in a folder; its agents are known, but not at work yet."""
        if not (folder / "config.yaml").exists() or changes:
            shipped(folder, changes)
        os.chdir(folder)
        store, clock = store or MemoryStore(), clock or VirtualClock()
        for name in agents:
            if await store.agents.get(name) is None:
                await store.agents.save(
                    AgentRow(
                        name,
                        teams=("card_desk", "back_office"),
                        skills=SKILLS,
                        endpoints={"simulator": f"sim:{name}"},
                    )
                )
        served = await Served.start(folder / "config.yaml", Parts(clock=clock, store=store))
        made = cls(served, clock)
        for name in agents:
            made.phones[name] = Telephone(name, made.trunk)
        return made

    async def killed(self, folder: Path) -> CallCentre:
        """The server dies without a word; the one that is begun in its place, in the folder."""
        store = self.served.server.switch.store
        assert isinstance(store, MemoryStore)
        await self.served.server.tasks.close()
        after = await CallCentre.open(folder, store=store, clock=self.clock)
        after._callers = self._callers
        return after

    @property
    def floor(self) -> Floor:
        """The floor of the server."""
        return self.served.server.floor

    @property
    def trunk(self) -> SimulatorTrunk:
        """The trunk of simulated telephones."""
        trunk = self.served.server.switch.trunks["browser"]
        assert isinstance(trunk, SimulatorTrunk)
        return trunk

    async def works(self, *names: str) -> None:
        """Agents come to work, one after the other."""
        for name in names:
            self.phones[name].plug_in()
            await self.floor.ask(name, "login", by=name)
            await self.clock.advance(1)

    async def is_busy(self, name: str, ani: str = KNOWN) -> CallId:
        """An agent comes to work and talks to somebody: the call."""
        await self.works(name)
        call = await self.waits(ani)
        self.phones[name].answer()
        await self.clock.advance(1)
        return call

    async def is_free_again(self, name: str) -> None:
        """The agent has ended the talk and the work after it."""
        self.phones[name].hang_up()
        await self.clock.advance(1)
        await self.floor.ask(name, "wrapup_done", code="solved", by=name)
        await self.clock.advance(1)

    def state(self, name: str) -> str:
        """What an agent is doing."""
        row = self.floor.agent(name)
        assert row is not None
        return str(row["state"])

    async def calls(self, ani: str | None = KNOWN, number: str = BANK) -> CallId:
        """A customer rings in."""
        self._callers += 1
        ref = f"ref{self._callers}"
        heard: list[Mapping[str, Any]] = []
        offered = Offered("browser", "simulator", ref, number, ani, "bank")
        call = await self.trunk.dial(offered, heard.append)
        assert call is not None
        self.heard[call] = heard
        await self.clock.advance(0)
        return call

    async def waits(self, ani: str | None = KNOWN) -> CallId:
        """A customer who wants a person, and has said so."""
        call = await self.calls(ani)
        await self.clock.advance(1)
        await self.trunk.press(call, TO_QUEUE)
        await self.clock.advance(0)
        return call

    async def leaves(self, call: CallId) -> None:
        """The customer puts the phone down."""
        await self.trunk.hang_up(call)
        await self.clock.advance(0)

    async def record(self, call: CallId) -> InteractionRow:
        """What was written of a call."""
        row = await self.served.server.switch.store.interactions.get(call)
        assert row is not None
        return row

    async def close(self) -> None:
        """End everything."""
        await self.served.close()


def walking_meanwhile(folder: Path, wait: str, flow: str, prompts: str) -> None:
    """The shipped folder, but who waits for a person walks the flow `comfort`. wait: how."""
    shipped(folder)
    flows = folder / "flows"
    bank = (flows / "bank.yaml").read_text(encoding="utf-8")
    assert WAITS in bank
    bank = bank.replace(WAITS, f"{{queue: general, wait: {{{wait}}}, longest: 10m")
    bank = bank.replace("flows: [identify]", "flows: [identify, comfort]")
    (flows / "bank.yaml").write_text(bank, encoding="utf-8")
    (flows / "comfort.yaml").write_text(flow, encoding="utf-8")
    with (flows / "prompts.yaml").open("a", encoding="utf-8") as file:
        file.write(prompts)
