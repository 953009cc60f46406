"""A simulator trunk in memory, with a flow that connects its callers, and telephones of agents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, CallId, LegId, Turn
from ivr.domain.commands import Command, Dial
from ivr.domain.queue import OfferId
from ivr.engine.load import load_book
from ivr.flow.world import TrunkShape, World
from ivr.runtime.memory.clock import settle
from ivr.runtime.switch import Offered
from tests.fakes.house import CALLER_NUMBER, NUMBER, House

if TYPE_CHECKING:
    from ivr.channels.simulator.desk import Station
    from ivr.channels.simulator.phone import Message
    from ivr.domain.events import Event
    from ivr.engine.book import Book

FLOW = """\
flow: desk
version: 1
languages: [en]
start: begin
uses: {places: [ann]}
rescue: {error: sorry}
listen: {first: 5s, between: 3s, tries: 2}
nodes:
  begin:
    - menu: hello
      keys: {"1": out, "2": away, "3": bye}
      giveup: bye
  out:
    - transfer: ann
      ring: 10s
      busy: sorry
      noanswer: sorry
      failed: sorry
      done: bye
  away:
    - transfer: ann
      kind: blind
      busy: sorry
      noanswer: sorry
      failed: sorry
  sorry:
    - hangup: sorry
  bye:
    - hangup: bye
"""
PROMPTS = """\
hello: {en: "Hello."}
sorry: {en: "Sorry."}
bye: {en: "Goodbye."}
"""


def floor_book() -> Book:
    """The flow above, loaded."""
    world = World(
        places={"ann": ()},
        trunks={"browser": TrunkShape("browser", "simulator", dials=True)},
        numbers={NUMBER: "desk"},
    )
    files = {"flows/desk.yaml": FLOW.encode(), "flows/prompts.yaml": PROMPTS.encode()}
    book, problems = load_book(files, world)
    assert book is not None, "\n".join(map(str, problems))
    return book


@dataclass
class Telephone:
    """An agent's telephone in the hands of a test. messages: all it was told."""

    trunk: SimulatorTrunk
    name: str
    messages: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tell = self.messages.append
        self.station: Station = self.trunk.desk.connect(self.name, self.tell)

    async def answer(self) -> None:
        """Take the call that rings."""
        assert self.trunk.desk.answer(self.station)
        await settle()

    def says(self, words: str) -> None:
        """Say something in the talk."""
        assert self.station.phone is not None
        self.trunk.typed(self.station.phone, words=words)

    def told(self, key: str) -> list[Any]:
        """What it was told under a key, oldest first."""
        return [message[key] for message in self.messages if key in message]


class Floor:
    """House, trunk, a caller, and what the caller is told."""

    def __init__(self) -> None:
        self.house = House(book=floor_book())
        self.trunk = SimulatorTrunk("browser", self.house.switch, self.house.tasks)
        self.house.switch.trunks["browser"] = self.trunk
        self.messages: list[Message] = []
        self.events: list[Event] = []

    def phone(self, name: str) -> Telephone:
        """A connected telephone."""
        return Telephone(self.trunk, name)

    async def dial(self) -> CallId:
        """A call whose menu is open."""
        offered = Offered("browser", "simulator", "ref", NUMBER, CALLER_NUMBER, "desk")
        call = await self.trunk.dial(offered, self.messages.append)
        assert call is not None
        return call

    async def idle(self) -> CallId:
        """A call whose engine does nothing: what it is told of other legs is in `events`."""
        call = await self.dial()
        self.house.switch.carrier.deliver_surely = self._keep  # type: ignore[method-assign, assignment]
        return call

    async def do(self, call: CallId, *commands: Command) -> None:
        """Let the trunk carry out commands."""
        await self.trunk.execute(self.house.switch.calls[call], commands)
        await settle()

    def told(self, key: str) -> list[Any]:
        """What the caller was told under a key, oldest first."""
        return [message[key] for message in self.messages if key in message]

    async def _keep(self, _call: CallId, event: Event) -> None:
        if event.leg != CALLER:
            self.events.append(event)


def offer(name: str, leg: int = 2, **more: Any) -> Dial:  # noqa: ANN401 - the fields of `Dial`
    """An offer to the telephone of an agent."""
    keys = {"address": f"sim:{name}", "agent": AgentId(name), "offer": OfferId("o-1"), **more}
    return Dial(turn=Turn(100 + leg), other=LegId(leg), **keys)
