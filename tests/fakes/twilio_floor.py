"""A call centre on a Twilio trunk: flow, queue, agents, callers; no network and virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode, urlsplit

from ivr.app import Parts, Server, build
from ivr.channels.twilio.hooks import HookedTrunk, Hooks
from ivr.channels.twilio.wire.signature import SignedRequest
from ivr.config.load import load_config
from ivr.domain.agent import Reach
from ivr.media.g711 import RATE
from ivr.media.wav import Clip, write_wav
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import AgentRow
from ivr.runtime.sealing import MasterKeys
from tests.fakes.pause import pause
from tests.fakes.twilio import Answered, FakeTwilio, Pairs
from tests.fakes.twilio_exchange import Exchange
from tests.fakes.twilio_rest import RestServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import InteractionRow
    from tests.fakes.twilio_legs import Habit, Leg

BASE = "http://127.0.0.1:8080"
FORM = "application/x-www-form-urlencoded"
CALLER, AYSE, BORA, CAN = "+905321112233", "+905551000001", "+905551000002", "+905551000003"
CONFIG = """\
web: {listen: "127.0.0.1:0", public_base: "http://127.0.0.1:8080"}
database: sqlite:///var/ivr.db
keys: {file: var/master.key}
flows: {folder: FLOWS}
zone: Europe/Istanbul
country: TR
currency: TRY
languages: [tr, en]
trunks:
  main:
    provider: twilio
    account: AC00000000000000000000000000000000
    auth_token: "${env:TOKEN:demo}"
    agent_from: "+902120000000"
    attested: true
numbers: {"+908502220000": {flow: line}}
queues:
  help: {title: Help, members: {teams: [desk]}, ring_timeout: 12s, nobody: {join: [offline]}}
acd: {breaks: {lunch: {longest: 45m}}}
media: {music: [music.wav]}
places:
  boss: {number: "+902125550001", kind: bridge}
"""
FLOW = """\
flow: line
version: 1
languages: [en, tr]
start: hello
uses: {queues: [help], places: [boss]}
nodes:
  hello:
    - say: hello
    - queue: help
      wait: {say: [stay], every: 40s, first: 40s}
      keys: {"9": other, "8": out}
      longest: 5m
      full: sorry
      timeout: sorry
      nobody: sorry
      done: after
  after:
    - say: after
    - hangup: goodbye
  other:
    - say: other
    - hangup: goodbye
  out:
    - transfer: boss
      ring: 10s
      busy: sorry
      noanswer: sorry
      failed: sorry
      done: after
  sorry:
    - hangup: sorry
"""
PROMPTS = """\
hello: {en: "Hello.", tr: "Merhaba."}
stay: {en: "Please stay.", tr: "Bekleyiniz."}
after: {en: "That was it.", tr: "Bitti."}
other: {en: "The other way.", tr: "Diğer yol."}
sorry: {en: "Sorry.", tr: "Üzgünüz."}
goodbye: {en: "Goodbye.", tr: "Hoşça kalın."}
"""


def lay_out(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """Configuration and flow in a folder; changes: text -> new text, in either."""
    config, flow = CONFIG, FLOW
    for old, new in (changes or {}).items():
        assert old in config or old in flow, f"nothing says {old}"
        config, flow = config.replace(old, new), flow.replace(old, new)
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "flows" / "line.yaml").write_text(flow, encoding="utf-8")
    (folder / "flows" / "prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    tone = b"\x00\x10\x00\xf0" * (RATE // 2)
    (folder / "music.wav").write_bytes(write_wav(Clip(tone * 20, RATE)))
    config = config.replace("FLOWS", str(folder / "flows"))
    config = config.replace("music.wav", str(folder / "music.wav"))
    path = folder / "config.yaml"
    path.write_text(config, encoding="utf-8")
    return path


@dataclass(slots=True)
class Centre:
    """One server with its provider. A restart keeps store and provider.

    teams, skills: of every agent.
    """

    config: Path
    teams: tuple[str, ...] = ("desk",)
    skills: Mapping[str, int] = field(default_factory=dict)
    clock: VirtualClock = field(default_factory=VirtualClock)
    store: MemoryStore = field(default_factory=MemoryStore)
    server: Server = field(init=False)
    provider: FakeTwilio = field(init=False)
    exchange: Exchange = field(init=False)
    rest: RestServer = field(init=False)

    async def start(self, *agents: str) -> Centre:
        """Put together; these agents sign in, in this order."""
        self.provider = FakeTwilio(
            self.post,
            f"{BASE}/hooks/main",
            self._pass_time,
            token="demo",  # noqa: S106 - a fake
        )
        self.exchange = Exchange(self.provider)
        self.rest = RestServer(self.exchange, self.clock)
        numbers = {"ayse": AYSE, "bora": BORA, "can": CAN}
        for name in agents:
            phone = {"twilio": numbers[name]}
            row = AgentRow(name, teams=self.teams, skills=self.skills, endpoints=phone)
            await self.store.agents.save(row)
        await self._build()
        for name in agents:
            await self.server.floor.ask(name, "login", by=name)
        return self

    async def _pass_time(self, seconds: float) -> None:
        """Time goes on; a database answers in its own."""
        if not isinstance(self.store, MemoryStore):
            await pause(0.002)
        await self.clock.advance(seconds)

    async def _build(self) -> None:
        parts = Parts(clock=self.clock, store=self.store, keys=MasterKeys(b"k" * 32))
        self.server = await build(load_config(self.config, {}, now=START), parts)
        self.trunk.rest._send = self.rest.send
        self.trunk.hooks = Hooks(self.trunk, budget_s=60.0)
        self.server.floor.reaches[Reach.TWILIO] = self.trunk.reachable
        await self.trunk.jukebox.make("")

    @property
    def trunk(self) -> HookedTrunk:
        trunk = self.server.switch.trunks["main"]
        assert isinstance(trunk, HookedTrunk)
        return trunk

    async def post(self, url: str, form: Pairs, signature: str) -> Answered:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        request = SignedRequest(target, [signature], FORM, urlencode(form).encode())
        answer = await self.trunk.hooks.answer(parts.path.rpartition("/")[2], request)
        return Answered(answer.status, answer.body)

    async def at_lunch(self, name: str) -> None:
        """This agent takes no calls for now."""
        await self.server.floor.ask(name, "set_break", by=name, reason="lunch")

    async def restart(self) -> None:
        """The process dies without a word and another one takes over."""
        await self.server.tasks.close()
        await self._build()

    async def ring(self) -> Leg:
        """A caller rings in."""
        leg = self.exchange.caller(CALLER)
        await leg.ring()
        await self.run(0)
        return leg

    async def until_talking(self) -> None:
        """Until the caller and the first agent talk."""
        await self.run(4)
        assert self.exchange.together() == [{CALLER, AYSE}]

    async def run(self, seconds: float) -> None:
        await self.exchange.run(seconds)

    def habit(self, number: str, habit: Habit) -> None:
        self.exchange.habits[number] = habit

    @property
    def live(self) -> LiveCall:
        (live,) = self.server.switch.calls.values()
        return live

    @property
    def state(self) -> State:
        return self.live.known

    def agent(self, name: str) -> str:
        """What an agent is doing."""
        row = self.server.floor.agent(name)
        assert row is not None
        return str(row["state"])

    async def row(self, call: CallId) -> InteractionRow:
        found = await self.store.interactions.get(call)
        assert found is not None
        return found

    async def close(self) -> None:
        await self.server.tasks.close()


ASKING = {
    "places: [boss]}": "places: [boss], surveys: [support]}",
    "      done: after\n  after:": (
        "      done: asked\n  asked:\n    - {survey: support, done: after}\n  after:"
    ),
    "acd: {breaks": "surveys: [support]\nacd: {breaks",
    "    agent_from:": '    texts: {sender: "+908502220000"}\n    agent_from:',
}
"""After the talk comes a survey."""


async def asking_centre(
    folder: Path, survey: str, *agents: str, store: MemoryStore | None = None
) -> Centre:
    """A call centre with a survey, the text of its file. agents: ayse if none are named. store:
    another than one in memory."""
    (folder / "flows" / "surveys").mkdir(parents=True)
    (folder / "flows" / "surveys" / "support.yaml").write_text(survey, encoding="utf-8")
    centre = Centre(lay_out(folder, ASKING), store=store or MemoryStore())
    return await centre.start(*(agents or ("ayse",)))


Open: TypeAlias = "Callable[..., Awaitable[Centre]]"
"""Opens a call centre; the agents named are signed in."""
