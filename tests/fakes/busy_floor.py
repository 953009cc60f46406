"""A call centre on which everything happens at random, and what must hold of it after each step."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import RequestError, StoreError
from ivr.runtime.memory.clock import settle
from ivr.runtime.memory.store import MemoryStore
from tests.fakes.call_centre import CallCentre, Telephone
from tests.fakes.floor_checks import at_rest, badly_recorded, broken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from ivr.acd.words import Event
    from ivr.domain.call import CallId
    from ivr.runtime.streams.subscription import Subscription

AGENTS = ("ayse", "can", "eda", "efe")
QUEUES = ("cards", "everyone", "loans")
MOST_CALLERS = 12
AGAIN_S = 4.0
"""After so long whatever the store has refused was tried again."""
QUIET = 400
"""So many turns of the loop, and all that follows from the last thing has happened."""
CONFIG = """\
zone: Europe/Istanbul
country: TR
web: {listen: "127.0.0.1:0"}
languages: [en]
trunks: {browser: {provider: simulator}}
numbers: {"+908502220000": {flow: bank}}
acd:
  breaks: {lunch: {longest: 45m}, coffee: {longest: 2m}}
queues:
  cards:
    members: {teams: [card_desk, back_office]}
    may_decline: true
    wrapup: {mode: skippable, time: 30s}
  everyone:
    strategy: ring_all
    members: {teams: [card_desk]}
    may_decline: true
    wrapup: {mode: fixed, time: 5s}
  loans:
    strategy: ring_progressive
    add_every: 3s
    members: {teams: [back_office]}
    nobody: {join: [], leave: []}
    overflow: [{when: {waited: 60s}, to: {queue: cards}}]
    wrapup: {mode: none}
pop:
  lookups: {deadline: 800ms, sources: [last_contacts]}
"""
FLOW = """\
flow: bank
version: 1
languages: [en]
start: begin
listen: {first: 5s, between: 3s, tries: 2}
uses: {queues: [cards, everyone, loans]}
rescue: {error: sorry}
nodes:
  begin:
    - menu: choose
      keys: {"1": cards, "2": everyone, "3": loans}
      giveup: sorry
  cards:
    - queue: cards
      longest: 5m
      keys: {"9": sorry}
      full: sorry
      timeout: sorry
      nobody: sorry
      done: begin
  everyone:
    - queue: everyone
      longest: 5m
      whisper: whisper
      full: sorry
      timeout: sorry
      nobody: sorry
      done: sorry
  loans:
    - {queue: loans, longest: 5m, full: sorry, timeout: sorry, nobody: sorry, done: sorry}
  sorry:
    - hangup: sorry
"""
PROMPTS = """\
choose: {en: "Press 1, 2 or 3."}
whisper: {en: "From everyone."}
sorry: {en: "Goodbye."}
"""
DESK = ("hold", "resume", "mute", "unmute", "hangup", "merge", "swap", "consult-cancel")
WISHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("set_available", {}),
    ("set_available", {}),
    ("set_break", {"reason": "lunch"}),
    ("set_break", {"reason": "coffee"}),
    ("wrapup_done", {}),
    ("wrapup_done", {}),
    ("wrapup_done", {}),
    ("logout", {}),
    ("login", {}),
    ("login", {}),
)


def written(folder: Path) -> None:
    """The configuration and the flow in a folder."""
    (folder / "flows").mkdir()
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "flows" / "bank.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "flows" / "prompts.yaml").write_text(PROMPTS, encoding="utf-8")


def _broken(at: int) -> Event:
    raise RuntimeError(f"a bug at {at}")


def _late(append: Callable[[Any], Awaitable[Any]], floor: BusyFloor) -> Callable[[Any], Any]:
    """A store that takes its time, and is away at times: others get a turn meanwhile."""

    async def appended(row: Any) -> Any:  # noqa: ANN401 - of each store
        await settle(floor.dice.choice((0, 0, 1, 3, 9)))
        if floor.fails:
            raise floor.fails.pop()
        return await append(row)

    return appended


@dataclass(slots=True)
class Acts:
    """All that callers, agents and faults may do. did: what was done so far, for whoever looks
    into a failure."""

    centre: CallCentre
    dice: Random
    calls: list[CallId] = field(default_factory=list)
    everybody: list[CallId] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    pages: dict[str, Subscription] = field(default_factory=dict)
    fails: list[StoreError] = field(default_factory=list)
    away: bool = False

    def _note(self, *words: object) -> None:
        now = self.centre.clock.now().strftime("%H:%M:%S.%f")[:-3]
        self.did.append(" ".join((now, *map(str, words))))

    # callers

    async def _rings_in(self) -> None:
        live = self.centre.served.server.switch.calls
        if len(live) >= MOST_CALLERS:
            return
        ani = f"+9053200000{self.dice.randrange(10, 14)}"
        call = await self.centre.calls(ani)
        self.everybody.append(call)
        self._note("call", call)
        if self.dice.random() < 0.8:
            await self._press(call, self.dice.choice("123"))

    def _live(self) -> list[CallId]:
        return list(self.centre.served.server.switch.calls)

    async def _presses(self) -> None:
        if live := self._live():
            await self._press(self.dice.choice(live), self.dice.choice("1239"))

    async def _press(self, call: CallId, key: str) -> None:
        self._note(call, "presses", key)
        await self.centre.trunk.press(call, key)

    async def _leaves(self) -> None:
        if live := self._live():
            call = self.dice.choice(live)
            self._note(call, "leaves")
            await self.centre.trunk.hang_up(call)

    # telephones

    def _phones(self, wanted: Callable[[Telephone], bool]) -> list[Telephone]:
        return [one for one in self.centre.phones.values() if wanted(one)]

    async def _answers(self) -> None:
        ringing = self._phones(lambda one: one.rings)
        self.dice.shuffle(ringing)
        for phone in ringing[: self.dice.choice((1, 1, 2))]:
            self._note(phone.name, "answers")
            phone.answer()

    async def _puts_down(self) -> None:
        if busy := self._phones(lambda one: one.rings or one.talks):
            phone = self.dice.choice(busy)
            self._note(phone.name, "puts down")
            phone.hang_up()

    async def _pulls_plug(self) -> None:
        if there := self._phones(lambda one: one.station is not None):
            phone = self.dice.choice(there)
            self._note(phone.name, "pulls the plug")
            phone.pull_the_plug()
            phone.station = None

    async def _plugs_in(self) -> None:
        if away := self._phones(lambda one: one.station is None):
            phone = self.dice.choice(away)
            self._note(phone.name, "plugs in")
            phone.plug_in()

    # desks

    async def _declines(self) -> None:
        name = self.dice.choice(AGENTS)
        for offer in self.centre.floor.offers(name):
            self._note(name, "declines", offer["offer"])
            try:
                await self.centre.floor.decline(offer["offer"], "busy")
            except RequestError as error:
                self._note("refused:", error)

    def _talkers(self) -> list[tuple[str, str]]:
        shown = ((name, self.centre.floor.call(name)) for name in AGENTS)
        return [(name, row["call"]) for name, row in shown if row is not None]

    async def _control(self, action: str, **body: Any) -> None:  # noqa: ANN401 - a request
        if talkers := self._talkers():
            name, call = self.dice.choice(talkers)
            self._note(name, action, *body.values(), call)
            try:
                await self.centre.floor.control(call, action, body, name)
            except RequestError as error:
                self._note("refused:", error)

    async def _asks_desk(self) -> None:
        await self._control(self.dice.choice(DESK))

    async def _gives_away(self) -> None:
        agent = f"agent:{self.dice.choice(AGENTS)}"
        to = self.dice.choice((agent, agent, f"queue:{self.dice.choice(QUEUES)}"))
        action = "transfer" if to.startswith("queue") else self.dice.choice(("consult", "transfer"))
        await self._control(action, to=to)

    async def _completes(self) -> None:
        await self._control("consult-complete")

    async def _wishes(self) -> None:
        name, (what, facts) = self.dice.choice(AGENTS), self.dice.choice(WISHES)
        await self._asks(name, what, **facts)

    async def _forced(self) -> None:
        to = self.dice.choice(("available", "offline", "break"))
        reason = "lunch" if to == "break" else "because"
        await self._asks(self.dice.choice(AGENTS), "force", to=to, reason=reason)

    async def _asks(self, name: str, what: str, **facts: Any) -> None:  # noqa: ANN401 - a request
        self._note(name, what, *facts.values())
        try:
            await self.centre.floor.ask(name, what, by=name, **facts)
        except RequestError as error:
            self._note("refused:", error)

    async def _lost(self) -> None:
        """A desk is gone for too long, or is there again."""
        name, what = self.dice.choice(AGENTS), self.dice.choice(("endpoint_lost", "endpoint_back"))
        self._note(name, what)
        self.centre.floor.happened(name, what)

    async def _bug(self) -> None:
        """An event breaks the queue machine, which is read again from the store."""
        self._note("bug")
        self.centre.floor.host.send(_broken)

    async def _store_away(self) -> None:
        self._note("the store is away")
        self.away = True
        self.fails.extend([StoreError("away", retryable=True)] * self.dice.randrange(1, 4))

    async def _page(self) -> None:
        """A page that never shows a pop: the telephone rings after the little while."""
        name, streams = self.dice.choice(AGENTS), self.centre.served.server.streams
        page = self.pages.pop(name, None)
        if page is not None:
            streams.unsubscribe(name, page)
        else:
            self.pages[name] = await streams.subscribe(name, ("me",))


@dataclass(slots=True)
class BusyFloor(Acts):
    """Callers and agents who do anything at any time, the same for the same seed."""

    @classmethod
    async def open(cls, folder: Path, seed: int) -> BusyFloor:
        """Everybody is at work."""
        written(folder)
        dice = Random(seed)  # noqa: S311 - no secret
        store = MemoryStore()
        made = cls(await CallCentre.open(folder, AGENTS, store=store), dice)
        slow: Any
        for slow in (store.journal, store.groups, store.pops):
            slow.append = _late(slow.append, made)
        await made.centre.works(*AGENTS)
        return made

    async def run(self, steps: int) -> None:
        """So many steps, and after each of them all must hold."""
        acts: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self._rings_in, 5),
            (self._presses, 8),
            (self._leaves, 3),
            (self._answers, 10),
            (self._puts_down, 4),
            (self._declines, 2),
            (self._asks_desk, 12),
            (self._gives_away, 6),
            (self._completes, 3),
            (self._wishes, 7),
            (self._pulls_plug, 2),
            (self._plugs_in, 3),
            (self._forced, 1),
            (self._page, 2),
            (self._lost, 1),
            (self._bug, 1),
            (self._store_away, 1),
        ]
        kinds, weights = [act for act, _weight in acts], [weight for _act, weight in acts]
        for _step in range(steps):
            for act in self.dice.choices(kinds, weights, k=self.dice.choice((1, 1, 1, 2, 3))):
                await self._does(act())
                if self.dice.random() < 0.3:
                    await settle(self.dice.randrange(12))
            await self._time_passes()
            found = broken(self.centre)
            assert not found, "\n".join([*found, *self.did[-40:]])

    async def ends(self) -> None:
        """Everybody hangs up; in the end nothing is left."""
        self.fails.clear()
        for call in list(self.centre.served.server.switch.calls):
            await self.centre.leaves(call)
        await self.centre.clock.advance(30 * 60)
        await settle(QUIET)
        found = [*broken(self.centre), *at_rest(self.centre)]
        found += await badly_recorded(self.centre, self.everybody)
        assert not found, "\n".join([*found, *self.did[-40:]])

    async def close(self) -> None:
        """Let go."""
        for name, page in self.pages.items():
            self.centre.served.server.streams.unsubscribe(name, page)
        await self.centre.close()

    async def _does(self, act: Awaitable[None]) -> None:
        """One act; time passes while it waits for the store, which may refuse it, too."""
        doing = self.centre.served.server.tasks.start(self._tried(act), "act")
        await settle()
        while not doing.done():
            await self.centre.clock.advance(0.5)
        await doing

    async def _tried(self, act: Awaitable[None]) -> None:
        try:
            await act
        except StoreError as error:
            self._note("refused:", error)

    async def _time_passes(self) -> None:
        seconds = self.dice.choice((0, 0, 0.2, 0.7, 1, 1, 2, 3, 5, 5, 8, 13, 21, 61))
        self._note("time", seconds)
        await self.centre.clock.advance(seconds)
        if self.fails or self.away:  # what waits for the store is only late
            self.fails.clear()
            self.away = False
            await self.centre.clock.advance(AGAIN_S)
        await settle(QUIET)
