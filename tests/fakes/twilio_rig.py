"""A whole Twilio trunk in memory: store, clock, flow and provider, put together for a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from ivr.channels.twilio.hooks import HookedTrunk, Hooks
from ivr.channels.twilio.settings import Settings
from ivr.channels.twilio.wire.signature import Secret, SignedRequest
from ivr.domain.errors import StoreError
from ivr.engine.load import load_book
from ivr.flow.types import parse_type
from ivr.flow.world import SourceShape, World
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import Entry, FetchResult, InteractionRow
from ivr.runtime.recovery import take_over
from ivr.runtime.sealing import MasterKeys
from ivr.runtime.standing import Ports
from ivr.runtime.switch import Switch
from ivr.runtime.tasks import Tasks
from tests.fakes.twilio import ACCOUNT, TOKEN, Answered, FakeCall, FakeTwilio, Pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import CallId
    from ivr.domain.values import Value
    from ivr.engine.book import Book
    from ivr.runtime.replies import Reply

BASE = "https://ivr.example.com"
FORM = "application/x-www-form-urlencoded"
NUMBER = "+908502220000"
FLOW = """\
flow: shop
version: 1
languages: [tr, en]
start: welcome
uses: {sources: [customer]}
vars: {customer: customer?, pin: sealed digits?, number: digits?}
listen: {first: 5s, between: 3s, tries: 2}
rescue: {error: sorry}
nodes:
  welcome:
    - say: hello
      barge_in: false
    - menu: main_menu
      noinput: [main_short]
      keys:
        "1": {go: lookup, words: {tr: [müşteri]}}
        "2": secret
        "3": order
        "4": bye
      giveup: bye
  lookup:
    - fetch: customer
      with: {phone: =call.ani}
      into: customer
      limit: 8s
      meanwhile: one_moment
      failed: sorry
    - say: found
    - go: bye
  secret:
    - ask: pin_prompt
      into: pin
      digits: 4
      secret: true
      giveup: bye
    - go: order
  order:
    - ask: order_prompt
      into: number
      digits: 3-6
      end_key: "#"
      giveup: bye
    - say: order_is
    - go: bye
  sorry:
    - say: sorry
    - go: bye
  bye:
    - hangup: goodbye
"""
PROMPTS = """\
hello: {tr: "Dükkâna hoş geldiniz.", en: "Welcome to the shop."}
main_menu:
  tr: "Müşteri kaydı için 1, şifre için 2, sipariş için 3, çıkmak için 4."
  en: "For your record press 1, pin 2, order 3, to leave 4."
main_short: {tr: "1, 2, 3 ya da 4.", en: "1, 2, 3 or 4."}
one_moment: {tr: "Bir saniye.", en: "One moment."}
found: {tr: "Merhaba {customer.name}.", en: "Hello {customer.name}."}
pin_prompt: {tr: "Dört haneli şifreniz.", en: "Your four digit pin."}
order_prompt: {tr: "Sipariş numarası, sonunda kare.", en: "Order number, then hash."}
order_is: {tr: "Sipariş {number|digits}.", en: "Order {number|digits}."}
sorry: {tr: "Bir sorun çıktı.", en: "Something went wrong."}
goodbye: {tr: "Hoşça kalın.", en: "Goodbye."}
"""


def shop_book(flow: str = FLOW) -> Book:
    """The flow above, loaded and checked."""
    types = {name: parse_type("text", currency="TRY", records={}) for name in ("phone", "name")}
    shape = SourceShape(
        "customer", {"phone": types["phone"]}, {"name": types["name"]}, limit_s=8.0, not_found=False
    )
    world = World(sources={"customer": shape}, numbers={NUMBER: "shop"})
    files = {"flows/shop.yaml": flow.encode(), "flows/prompts.yaml": PROMPTS.encode()}
    book, problems = load_book(files, world)
    assert book is not None, "\n".join(map(str, problems))
    return book


class OneBook:
    """Implements `Books` with a book that never changes."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def current(self) -> Book:
        """The book."""
        return self._book

    async def pin(self, _flow_hash: str) -> None:
        """Every version is there."""


class SlowSource:
    """Implements `Source`: finds one customer after some virtual time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.took_s = 0.0
        self.asked = 0

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """The customer, or a timeout."""
        self.asked += 1
        took_s = min(self.took_s, limit_s)
        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=took_s))
        if self.took_s > limit_s:
            return FetchResult("failed", {}, "timeout")
        return FetchResult("found", {"name": "Ayşe"})


class FragileStore(MemoryStore):
    """A store that can be away. `is_away`: while true every write fails."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        append, save_reply = self.journal.append, self.journal.save_reply

        async def guarded_append(entry: Entry) -> None:
            self._must_be_there()
            await append(entry)

        async def guarded_save(call: CallId, epoch: int, reply: Reply) -> None:
            self._must_be_there()
            await save_reply(call, epoch, reply)

        self.journal.append = guarded_append  # type: ignore[method-assign]
        self.journal.save_reply = guarded_save  # type: ignore[method-assign]

    def _must_be_there(self) -> None:
        if self.is_away:
            raise StoreError("away")


@dataclass(slots=True)
class Rig:
    """One server with one trunk, `main`, and its provider."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    store: FragileStore = field(default_factory=FragileStore)
    book: Book = field(default_factory=shop_book)
    settings: Settings = field(
        default_factory=lambda: Settings(ACCOUNT, (Secret("auth_token", TOKEN),), speech=("tr",))
    )
    base: str = BASE
    source: SlowSource = field(init=False)
    tasks: Tasks = field(init=False)
    switch: Switch = field(init=False)
    trunk: HookedTrunk = field(init=False)
    hooks: Hooks = field(init=False)
    provider: FakeTwilio = field(init=False)

    def __post_init__(self) -> None:
        self.source = SlowSource(self.clock)
        self.start()
        self.provider = FakeTwilio(self.post, f"{self.base}/hooks/main", self.clock.advance)

    def start(self) -> None:
        """Put the server together, anew after a restart; call it inside a running loop."""
        self.tasks = Tasks()
        self.switch = Switch(
            Ports(
                store=self.store,
                books=OneBook(self.book),
                clock=self.clock,
                keys=MasterKeys(b"k" * 32),
                sources={"customer": self.source},
                tasks=self.tasks,
                new_id=Ulids(self.clock).new,
            )
        )
        self.trunk = HookedTrunk("main", self.settings, self.switch, self.base)
        self.hooks = Hooks(self.trunk, budget_s=60.0)
        self.switch.trunks["main"] = self.trunk
        self.tasks.start(self.trunk.watchdog.run(), "watchdog")

    async def restart(self) -> None:
        """The process dies without a word and another one takes over."""
        await self.tasks.close()
        self.start()
        await take_over(self.switch)

    async def post(self, url: str, form: Pairs, signature: str) -> Answered:
        """A request without a network."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        request = SignedRequest(target, [signature], FORM, urlencode(form).encode())
        answer = await self.hooks.answer(parts.path.rpartition("/")[2], request)
        return Answered(answer.status, answer.body)

    async def rows(self) -> list[InteractionRow]:
        """Every interaction, the newest first, complete."""
        recent = await self.store.interactions.recent()
        found = [await self.store.interactions.get(row.public_id) for row in recent]
        return [row for row in found if row is not None]

    async def only_row(self) -> InteractionRow:
        """The one interaction there is."""
        (row,) = await self.rows()
        return row

    async def in_menu(self) -> FakeCall:
        """A call that listens to the caller's choice."""
        call = self.provider.call()
        await call.ring()
        await call.until_listening()
        return call

    async def close(self) -> None:
        """End all background work."""
        await self.tasks.close()
