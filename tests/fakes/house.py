"""A switch in memory with all it stands on: store, clock, flow, trunk and source of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, CallId, LegId, Turn
from ivr.domain.commands import Collect, Command, Play
from ivr.domain.errors import StoreError
from ivr.domain.events import KeysCollected
from ivr.domain.values import Sealed
from ivr.engine.load import load_book
from ivr.flow.types import parse_type
from ivr.flow.world import SourceShape, World
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import Entry, FetchResult, InteractionRow
from ivr.runtime.recovery import take_over
from ivr.runtime.replies import Reply, ReplyKey
from ivr.runtime.sealing import MasterKeys
from ivr.runtime.standing import Ports
from ivr.runtime.switch import Offered, Switch
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.domain.values import Value
    from ivr.engine.book import Book
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall

NUMBER = "+908502220000"
CALLER_NUMBER = "+905321112233"
FLOW = """\
flow: desk
version: 1
languages: [tr]
start: welcome
uses: {sources: [customer]}
vars: {customer: customer?, pin: sealed digits?}
listen: {first: 5s, between: 3s, tries: 2}
rescue: {error: sorry}
nodes:
  welcome:
    - menu: main_menu
      keys: {"1": lookup, "2": secret, "3": bye}
      giveup: bye
  lookup:
    - fetch: customer
      only: known(call.ani)
      with: {phone: =call.ani}
      into: customer
      limit: 8s
      missing: bye
      failed: sorry
    - go: welcome
  secret:
    - ask: pin_prompt
      into: pin
      digits: 4
      secret: true
      giveup: bye
    - when:
        - visits('secret') >= 90: bye
    - go: welcome
  sorry:
    - say: sorry
    - go: bye
  bye:
    - hangup: goodbye
"""
PROMPTS = """\
main_menu: {tr: "Kayıt için 1, şifre için 2, çıkmak için 3."}
one_moment: {tr: "Bir saniye."}
pin_prompt: {tr: "Dört haneli şifreniz."}
sorry: {tr: "Bir sorun çıktı."}
goodbye: {tr: "Hoşça kalın."}
"""


def desk_files(flow: str = FLOW) -> dict[str, bytes]:
    """The sources of the flow above."""
    return {"flows/desk.yaml": flow.encode(), "flows/prompts.yaml": PROMPTS.encode()}


def desk_world(*, repeatable: bool = True) -> World:
    """What the flow above needs of the outside."""
    types = {name: parse_type("text", currency="TRY", records={}) for name in ("phone", "name")}
    shape = SourceShape(
        "customer",
        {"phone": types["phone"]},
        {"name": types["name"]},
        limit_s=8.0,
        not_found=True,
        repeatable=repeatable,
    )
    return World(sources={"customer": shape}, numbers={NUMBER: "desk"})


def desk_book(flow: str = FLOW, *, repeatable: bool = True) -> Book:
    """The flow above, loaded."""
    book, problems = load_book(desk_files(flow), desk_world(repeatable=repeatable))
    assert book is not None, "\n".join(map(str, problems))
    return book


class OneBook:
    """Implements `Books` with a book that never changes."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def current(self) -> Book:
        """The book."""
        return self.book

    async def pin(self, _flow_hash: str) -> None:
        """Every version is there."""


class SlowSource:
    """Implements `Source`. took_s: how long a lookup takes. fails: so many lookups fail first."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.took_s = 0.0
        self.fails = 0
        self.broken: Exception | None = None
        self.asked: list[Mapping[str, Value]] = []

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """The customer, a failure, or a timeout."""
        self.asked.append(inputs)
        if self.broken is not None:
            raise self.broken
        took_s = min(self.took_s, limit_s)
        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=took_s))
        if self.fails or self.took_s > limit_s:
            self.fails = max(0, self.fails - 1)
            return FetchResult("failed", {}, "error" if self.took_s <= limit_s else "timeout")
        return FetchResult("found", {"name": "Ayşe"})


class AwayStore(MemoryStore):
    """A store that can be away. away: so many writes fail from now on; lost_answers: so many."""

    def __init__(self) -> None:
        super().__init__()
        self.away = 0
        self.entries: list[Entry] = []
        append, save_reply = self.journal.append, self.journal.save_reply

        async def guarded_append(entry: Entry) -> None:
            self._must_be_there()
            await append(entry)
            self.entries.append(entry)

        async def guarded_save(call: CallId, epoch: int, reply: Reply) -> None:
            self._must_be_there()
            await save_reply(call, epoch, reply)

        self.journal.append = guarded_append  # type: ignore[method-assign]
        self.journal.save_reply = guarded_save  # type: ignore[method-assign]

    def _must_be_there(self) -> None:
        if self.away:
            self.away -= 1
            raise StoreError("away", retryable=True)


class DeskTrunk:
    """Implements `Trunk`: writes down what it is told, renders the open question as plain words."""

    channel = "desk"

    def __init__(self, name: str = "main") -> None:
        self.name = name
        self.told: list[Command] = []
        self.alive = True
        self.breaks: list[Exception] = []

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Write down."""
        self._break()
        self.told += commands

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """The name of what is played, with its turn."""
        asked = [one for one in state.waiting() if isinstance(one, Collect | Play)]
        if state.ended or state.region != "live":
            return reply_to(key, "hangup")
        return reply_to(key, f"{asked[-1].turn} {asked[-1].prompts[-1].name}") if asked else None

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """A moment."""
        return reply_to(key, f"wait {key.turn} part {key.part}")

    async def survived(self, call: LiveCall) -> tuple[LegId, ...]:
        """As set."""
        return (CALLER,) if self.alive else ()

    def _break(self) -> None:
        if self.breaks:
            raise self.breaks.pop(0)


def reply_to(key: ReplyKey, text: str) -> Reply:
    """A document of plain words."""
    return Reply(key.leg, key.turn, key.part, 200, "text/plain", text.encode())


@dataclass(slots=True)
class House:
    """One switch with one trunk, `main`."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    store: AwayStore = field(default_factory=AwayStore)
    book: Book = field(default_factory=desk_book)
    trunk: DeskTrunk = field(default_factory=DeskTrunk)
    keys: MasterKeys = field(default_factory=lambda: MasterKeys(b"k" * 32))
    source: SlowSource = field(init=False)
    tasks: Tasks = field(init=False)
    switch: Switch = field(init=False)

    def __post_init__(self) -> None:
        self.source = SlowSource(self.clock)
        self.start()

    def start(self) -> None:
        """Put the switch together, anew after a restart; call it inside a running loop."""
        self.tasks = Tasks()
        ports = Ports(
            store=self.store,
            books=OneBook(self.book),
            clock=self.clock,
            keys=self.keys,
            sources={"customer": self.source},
            tasks=self.tasks,
            new_id=Ulids(self.clock).new,
        )
        self.switch = Switch(ports)
        self.switch.trunks[self.trunk.name] = self.trunk

    async def open(self) -> None:
        """Own all calls there are."""
        await take_over(self.switch)

    async def restart(self) -> None:
        """The process dies without a word and another one takes over."""
        await self.tasks.close()
        self.start()
        await self.open()

    async def close(self) -> None:
        """End all background work."""
        await self.tasks.close()

    def offered(self, ref: str = "ref-1") -> Offered:
        """A call as the trunk hears of it."""
        return Offered("main", "desk", ref, NUMBER, CALLER_NUMBER, "desk")

    async def ring(self, ref: str = "ref-1", key: ReplyKey | None = None) -> LiveCall:
        """A call comes in."""
        return await self.switch.offer(self.offered(ref), key)

    async def press(self, call: LiveCall, pressed: str, reason: str = "match") -> None:
        """The caller keys something at the question that is open."""
        await self.switch.deliver(call.id, keyed(call, pressed, reason))

    async def row(self, call: CallId) -> InteractionRow:
        """The interaction of a call."""
        found = await self.store.interactions.get(call)
        assert found is not None
        return found


def listening_turn(call: LiveCall) -> Turn:
    """The turn of the open menu or question."""
    return next(one.turn for one in call.known.waiting() if isinstance(one, Collect))


def keyed(call: LiveCall, pressed: str, reason: str = "match") -> KeysCollected:
    """The answer to the open question; no keys: silence."""
    reason = reason if pressed else "none"
    turn = listening_turn(call)
    return KeysCollected(turn=turn, keys=Sealed(pressed), reason=reason, leg=CALLER)
