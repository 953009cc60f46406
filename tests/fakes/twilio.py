"""A provider that needs no network: it walks our documents, presses keys and asks for the next one.

One `FakeTwilio` stands for the provider, one `FakeCall` for a caller. Time is virtual: the fake
moves it through `pass_time`, so that holds, fillers and lookups happen when they would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ivr.channels.twilio.wire.signature import sign
from ivr.channels.twilio.wire.walker import Asks, Ends, Next, Sound, Walk

Pairs = tuple[tuple[str, str], ...]
STEP_S, REAL_S = 0.05, 0.002
ACCOUNT = "AC00000000000000000000000000000000"
TOKEN = "12345"  # noqa: S105 - of a provider that does not exist


@dataclass(frozen=True, slots=True)
class Answered:
    """What our server said to one request."""

    status: int
    body: bytes


Post = Callable[[str, Pairs, str], Awaitable[Answered]]
"""URL, form and signature of a request -> our server's answer."""


async def _no_time(_seconds: float) -> None:
    """For servers that run on real time."""


@dataclass(slots=True)
class FakeTwilio:
    """The provider's side of one trunk.

    hooks: URL of the trunk's pages, without a slash at its end. pass_time: moves the server's
    virtual clock; None for a server on real time. waits: whether the server waits for that clock
    before it answers; None = always, for one that does nothing in real time. repeats: how often
    each request is sent again; its answer must then be the same octet for octet.
    """

    post: Post
    hooks: str
    pass_time: Callable[[float], Awaitable[None]] | None = None
    waits: Callable[[], bool] | None = None
    account: str = ACCOUNT
    token: str = TOKEN
    repeats: int = 0
    now_ms: int = 0
    longest_answer_ms: int = 0
    _calls: int = 0

    def call(self, sender: str = "+905321112233", to: str = "+908502220000") -> FakeCall:
        """A caller who has not rung yet."""
        self._calls += 1
        return FakeCall(self, f"CA{self._calls:032d}", sender, to)

    async def send(self, url: str, form: Pairs) -> Answered:
        """Sign and post, as often as set; the fragment of a URL is neither sent nor signed."""
        url = url.partition("#")[0]
        first = await self._sent(url, form)
        for _time in range(self.repeats):
            again = await self._sent(url, form)
            assert again == first, f"a repeat of {url} was answered otherwise"
        return first

    async def _sent(self, url: str, form: Pairs) -> Answered:
        began_ms = self.now_ms
        signature = sign(url, form, self.token)
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._posted(url, form, signature))
            if self.pass_time is not None:
                await self.pass_time(0)
                while not work.done():
                    await self._step(work)
        self.longest_answer_ms = max(self.longest_answer_ms, self.now_ms - began_ms)
        return work.result()

    async def _step(self, work: asyncio.Task[Answered]) -> None:
        """Time goes on a little. A database works in real time, however busy the machine is: unless
        the server waits for the clock, time stands still, or callers would be given up meanwhile.
        """
        if self.waits is not None:
            await asyncio.wait({work}, timeout=REAL_S)
            if work.done() or not self.waits():
                return
        await self.let_pass(STEP_S)

    async def _posted(self, url: str, form: Pairs, signature: str) -> Answered:
        return await self.post(url, form, signature)

    async def let_pass(self, seconds: float) -> None:
        """Time goes on for everybody."""
        self.now_ms += round(seconds * 1000)
        await (self.pass_time or _no_time)(seconds)


@dataclass(slots=True)
class FakeCall:
    """One call. heard: sounds of earlier documents. ended: why it is over, "" while it lasts."""

    provider: FakeTwilio
    sid: str
    sender: str
    to: str
    heard: list[Sound] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    requests: list[tuple[str, Pairs]] = field(default_factory=list)
    ended: str = ""
    _walk: Walk | None = None

    @property
    def words(self) -> list[str]:
        """The texts spoken so far, those of the document at hand included."""
        sounds = [*self.heard, *(self._walk.sounds if self._walk else ())]
        return [sound.text for sound in sounds if sound.kind == "Say"]

    async def ring(self) -> None:
        """The call comes in."""
        await self._follow(Asks(f"{self.provider.hooks}/voice", ()), "ringing")

    async def press(self, keys: str, gap_s: float = 0.2) -> None:
        """Press keys one after the other, now."""
        for number, key in enumerate(keys):
            if number:
                await self.wait(gap_s)
            if self._walk is not None:
                await self._act(self._walk.press(key, self.provider.now_ms))

    async def say(self, words: str) -> None:
        """Say something now."""
        if self._walk is not None:
            await self._act(self._walk.say(words, self.provider.now_ms))

    async def speak(self, seconds: float) -> None:
        """Speak into a recording, from the tone on."""
        assert self._walk is not None
        self._walk.speak(seconds, self.provider.now_ms)
        await self.wait(seconds)

    async def leave_speaking(
        self, tells: Sequence[str] = ("action", "status", "recording")
    ) -> None:
        """Hang up while being recorded. tells: what the provider tells of it and in which order,
        the page that was to go on, the end of the call, and that the recording is there."""
        assert self._walk is not None
        recorded = self._walk.recorded
        asks = self._walk.hang_up(self.provider.now_ms)
        self._walk, self.ended = None, "caller"
        assert asks is not None
        assert recorded is not None
        for what in tells:
            if what == "action":
                await self.tell(asks.url, "completed", asks.fields)
                continue
            told = tuple(one for one in asks.fields if one[0] != "Digits")
            done = (*told, ("RecordingStatus", "completed"))
            news = {
                "status": (f"{self.provider.hooks}/status", ()),
                "recording": (recorded.told, done),
            }
            url, fields = news[what]
            answer = await self.tell(url, "completed", fields)
            assert answer.status == 204, answer

    async def wait(self, seconds: float) -> None:
        """Let time pass and do what falls due on the way."""
        end_ms = self.provider.now_ms + round(seconds * 1000)
        while self._walk is not None and self._walk.due_ms <= end_ms:
            await self._pass_to(self._walk.due_ms)
            await self._act(self._walk.tick(self.provider.now_ms))
        await self._pass_to(end_ms)

    async def until_listening(self, most_s: float = 120.0) -> None:
        """Let time pass until a key would count and the prompts are over."""
        end_ms = self.provider.now_ms + round(most_s * 1000)
        while self._walk is not None and self.provider.now_ms < end_ms:
            quiet = self.provider.now_ms >= self._walk.quiet_ms
            if quiet and self._walk.listens(self.provider.now_ms):
                return
            await self.wait(0.1)
        raise AssertionError("nobody listens")

    async def hang_up(
        self, status: str = "completed", *, after_s: float = 0.0, times: int = 1
    ) -> None:
        """The caller leaves; the provider tells it late and as often as asked."""
        self._walk, self.ended = None, "caller"
        await self._pass_to(self.provider.now_ms + round(after_s * 1000))
        for _time in range(times):
            answer = await self.tell(f"{self.provider.hooks}/status", status)
            assert answer.status == 204, answer

    async def tell(self, url: str, status: str, fields: Pairs = ()) -> Answered:
        """One request about this call with the usual fields."""
        usual = (
            ("AccountSid", self.provider.account),
            ("CallSid", self.sid),
            ("CallStatus", status),
            ("Direction", "inbound"),
            ("From", self.sender),
            ("To", self.to),
        )
        form = (*usual, *fields)
        self.requests.append((url, form))
        return await self.provider.send(url, form)

    async def _follow(self, asks: Asks, status: str = "in-progress") -> None:
        await self.take(await self.tell(asks.url, status, asks.fields))

    async def take(self, answer: Answered) -> None:
        """Carry out a document from now on, whatever went on before."""
        if self._walk is not None:
            self.heard.extend(self._walk.sounds)
        assert answer.status == 200, answer
        self.documents.append(answer.body)
        self._walk = Walk(answer.body, self.provider.now_ms)

    async def _act(self, then: Next | None) -> None:
        if then is None or self._walk is None:
            return
        self.heard.extend(self._walk.sounds)
        self._walk = None
        if isinstance(then, Asks):
            await self._follow(then)
        elif isinstance(then, Ends):  # who is in a room asks for nothing
            self.ended = then.reason
            if then.reason == "hangup":
                await self.tell(f"{self.provider.hooks}/status", "completed")

    async def _pass_to(self, at_ms: int) -> None:
        if at_ms > self.provider.now_ms:
            await self.provider.let_pass((at_ms - self.provider.now_ms) / 1000)
