"""A SIP trunk in memory: real switch, house and works; no sockets, no core, no sound, no waiting.

What the trunk orders of the SIP core is kept in `stack.orders`, what it orders of the sound in
`sound.orders`. A test says what the core has heard (`Offered`, `Answered` ...) and what the sound
has heard, and lets time pass by `clock.advance`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ivr.channels.sip.house import House, Speech
from ivr.channels.sip.sound.box import Collected
from ivr.channels.sip.sound.memory import MemorySound
from ivr.channels.sip.trunk import SipTrunk
from ivr.channels.sip.who import Entrance, Identities
from ivr.channels.sip.wire.control import Collect
from ivr.channels.sip.wire.messages.message import Request, Response, parse
from ivr.channels.sip.wire.peers.guard import Gate
from ivr.channels.sip.wire.words import Acked, DialogRecord, Flow, Offered
from ivr.channels.sip.works import Works
from ivr.config.model import Place
from ivr.config.sip import SipTrunk as Settings
from ivr.domain.errors import MediaError
from ivr.engine.load import load_book
from ivr.flow.world import TrunkShape, World
from ivr.runtime.memory.clock import settle
from tests.fakes.house import House as Desk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.channels.sip.stack import Listener, PhoneWatcher
    from ivr.channels.sip.wire.orders import Order
    from ivr.channels.sip.wire.peers.bindings import Binding
    from ivr.channels.sip.works import Talk
    from ivr.domain.call import Prompt
    from ivr.engine.book import Book
    from ivr.runtime.ports import InteractionRow

T = TypeVar("T")
US, THEM = "192.0.2.1", "192.0.2.7"
FLOW = Flow("udp", (US, 5060), (THEM, 5062))
NUMBER = "+908502220000"
OUTSIDE = "+902125550001"
DESK = """\
flow: desk
version: 1
languages: [en]
start: begin
uses: {places: [outside, bob]}
rescue: {error: sorry}
listen: {first: 5s, between: 3s, tries: 2}
nodes:
  begin:
    - menu: hello
      keys: {"1": out, "2": phone, "3": away, "4": bye}
      giveup: bye
  out:
    - transfer: outside
      ring: 10s
      busy: sorry
      noanswer: sorry
      failed: sorry
      done: bye
  phone:
    - transfer: bob
      ring: 10s
      busy: sorry
      noanswer: sorry
      failed: sorry
      done: bye
  away:
    - transfer: outside
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


def desk_book() -> Book:
    """The flow above, loaded."""
    world = World(
        places={"outside": (), "bob": ()},
        trunks={"phones": TrunkShape("phones", "sip", dials=True)},
        numbers={NUMBER: "desk"},
    )
    files = {"flows/desk.yaml": DESK.encode(), "flows/prompts.yaml": PROMPTS.encode()}
    book, problems = load_book(files, world)
    assert book is not None, "\n".join(map(str, problems))
    return book


def settings(**more: object) -> Settings:
    """Settings of a trunk; more: keys that differ from the usual ones."""
    plain = {"provider": "sip", "listen": f"{US}:5060", "registrar": True, **more}
    return Settings.model_validate(plain)


def sdp(host: str = THEM, port: int = 7000, payload: str = "8 101", direction: str = "") -> bytes:
    """A session of the far end."""
    lines = [
        *("v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"),
        *(f"m=audio {port} RTP/AVP {payload}", "a=rtpmap:101 telephone-event/8000"),
    ]
    return "\r\n".join([*lines, *([f"a={direction}"] if direction else []), ""]).encode()


def request(method: str, uri: str, *, user: str = "caller", extra: Sequence[str] = ()) -> Request:
    """A request of a far end."""
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/UDP {THEM}:5062;branch=z9hG4bKx",
        f"From: <sip:{user}@{THEM}>;tag=f1",
        f"To: <sip:{user}@{US}>" if method == "REGISTER" else f"To: <{uri}>",
        f"Call-ID: call-{user}",
        f"CSeq: 1 {method}",
        *extra,
        "Content-Length: 0",
        *("", ""),
    ]
    found = parse("\r\n".join(lines).encode())
    assert isinstance(found, Request)
    return found


def response(status: int, extra: Sequence[str] = ()) -> Response:
    """An answer of a far end."""
    lines = [
        f"SIP/2.0 {status} Words",
        f"Via: SIP/2.0/UDP {US}:5060;branch=z9hG4bKy",
        *(f"From: <sip:us@{US}>;tag=1", f"To: <sip:them@{THEM}>;tag=2"),
        *("Call-ID: c", "CSeq: 1 INVITE", *extra, "Content-Length: 0", "", ""),
    ]
    found = parse("\r\n".join(lines).encode())
    assert isinstance(found, Response)
    return found


def record(call: str) -> DialogRecord:
    """A dialog as it is kept for after a crash."""
    ends = (f"<sip:us@{US}>;tag=1", f"<sip:them@{THEM}>;tag=2")
    return DialogRecord(call, "phones", "", f"id-{call}", *ends, f"sip:them@{THEM}", (), 0, FLOW)


class FakeStack:
    """As `Stack` without sockets and core. orders: what the core was told, oldest first."""

    def __init__(self, trunk: str, entry: Settings) -> None:
        gate = Gate(trunk, ((US, 5060),), registrar=entry.registrar, calls_per_s=3.0)
        self.known: list[Binding] = []
        self.identities = Identities(
            [Entrance(gate)], lambda _user: None, lambda _changes: None, b"key", lambda: "token"
        )
        self.identities.registrar.targets = self._targets  # type: ignore[method-assign, assignment]
        self.orders: list[Order] = []
        self.owners: dict[str, Listener] = {}
        self.names: dict[tuple[str, int], str] = {}
        self.watch: PhoneWatcher | None = None
        self.tls_port = 5061

    def order(self, order: Order) -> None:
        self.orders.append(order)

    def own(self, name: str, trunk: Listener) -> None:
        self.owners[name] = trunk

    def disown(self, name: str) -> None:
        self.owners.pop(name, None)

    def line(self, transport: str) -> tuple[str, int]:
        return (US, 5061) if transport == "tls" else (US, 5060)

    def expect_name(self, remote: tuple[str, int], name: str) -> None:
        self.names[remote] = name

    def drain(self) -> None:
        self.orders.append(cast("Order", "drain"))

    def _targets(self, user: str, _now: float) -> tuple[Binding, ...]:
        return tuple(one for one in self.known if one.user == user)


@dataclass
class FakeSounds:
    """As `Sounds`: all prompts are ready but those in `slow`; nobody can say those in `mute`."""

    slow: set[str] = field(default_factory=set)
    mute: set[str] = field(default_factory=set)
    broken: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def ready(self, prompt: Prompt) -> object | None:
        if prompt.name in self.slow | self.mute:
            return None
        return SimpleNamespace(stem=Path("/sounds", prompt.name), frames=50)

    async def sound(self, prompt: Prompt) -> object:
        if self.broken is not None:
            raise self.broken
        if prompt.name in self.mute:
            raise MediaError(f"nobody can say {prompt.name}")
        await self.gate.wait()
        self.slow.discard(prompt.name)
        return self.ready(prompt)

    async def music(self, _files: Sequence[bytes] = ()) -> tuple[object, ...]:
        if self.broken is not None:
            raise MediaError(str(self.broken))
        return (SimpleNamespace(stem=Path("/sounds/tune")),)

    async def preload(self, _prompts: Sequence[Prompt]) -> None:
        """All are ready."""


class FakeResolver:
    """As `Resolver`: names stand in a table."""

    def __init__(self) -> None:
        self.table: dict[str, list[tuple[str, int]]] = {}

    async def servers(
        self, name: str, port: int | None = None, _transport: str = "udp"
    ) -> tuple[SimpleNamespace, ...]:
        found = self.table.get(name, [(name, port or 5060)])
        return tuple(
            SimpleNamespace(host=host, port=at, priority=0, weight=0) for host, at in found
        )

    async def close(self) -> None:
        """Nothing to close."""


class Nothing:
    """A shelf or a workshop that does nothing."""

    async def open(self) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


@dataclass
class Rig:
    """One trunk, `phones`, and all it stands on."""

    desk: Desk
    house: House
    sound: MemorySound
    sounds: FakeSounds
    resolver: FakeResolver
    stack: FakeStack
    trunk: SipTrunk
    works: Works
    config: SimpleNamespace

    @classmethod
    async def start(cls, entry: Settings | None = None) -> Rig:
        """Put together and begun."""
        entry = entry or settings()
        desk = Desk(book=desk_book())
        await desk.open()
        sound, sounds, resolver = MemorySound(), FakeSounds(), FakeResolver()
        nothing: Any = Nothing()
        speech = Speech(cast("Any", sounds), nothing, nothing)
        house = House(cast("Any", sound), speech, cast("Any", resolver), desk.switch)
        trunk, stack = SipTrunk("phones"), FakeStack("phones", entry)
        places: Mapping[str, Place] = {
            "outside": Place.model_validate({"sip": "sip:desk@pbx.example"}),
            "bob": Place.model_validate({"sip": "sip:bob@phones"}),
        }
        config = SimpleNamespace(country="TR", places=places)
        works = Works(
            *("phones", entry, desk.switch, house, cast("Any", stack), trunk),
            lambda: cast("Any", config),
        )
        trunk.begin(works)
        house.works["phones"] = works
        desk.switch.trunks["phones"] = trunk
        await house.start()
        await settle()
        return cls(desk, house, sound, sounds, resolver, stack, trunk, works, config)

    async def close(self) -> None:
        """End everything."""
        await self.house.close()
        await self.desk.close()

    def offered(
        self,
        called: str = NUMBER,
        *,
        user: str = "caller",
        peer: str = "",
        body: bytes | None = sdp(),
        replaces: str = "",
        extra: Sequence[str] = (),
    ) -> Offered:
        """A call as the core offers it; it is called `in-USER`."""
        name = f"in-{user}"
        found = request("INVITE", f"sip:{called}@{US}", user=user, extra=extra)
        return Offered(name, "phones", peer, FLOW, found, body, replaces, record(name))

    async def call(self, **more: Any) -> Talk:  # noqa: ANN401 - the keys of `offered`
        """A call that was offered, taken and acknowledged."""
        offer = self.offered(**more)
        self.trunk.heard(offer)
        await settle()
        self.trunk.heard(Acked(offer.call, None, record(offer.call)))
        await settle()
        return self.works.dialogs[offer.call].talk  # type: ignore[return-value]

    def ordered(self, kind: type[T]) -> list[T]:
        """What the core was told of one kind."""
        return [order for order in self.stack.orders if isinstance(order, kind)]

    def sounded(self, kind: type[T], line: int = 0) -> list[T]:
        """What the sound was told of one kind, of one leg or all."""
        found = [order for order in self.sound.orders if isinstance(order, kind)]
        return [each for each in found if not line or getattr(each, "leg", 0) == line]

    async def press(self, talk: Talk, key: str) -> None:
        """The caller answers the open question."""
        caller = talk.caller
        assert caller is not None
        turn = self.sounded(Collect, caller.line)[-1].turn
        self.sound.say(Collected(caller.line, turn, key, "", "match", "", ""))
        await settle()

    async def row(self) -> InteractionRow:
        """The only interaction."""
        interactions = self.desk.store.interactions
        (one,) = await interactions.recent(10)
        found = await interactions.get(one.public_id)
        assert found is not None
        return found
