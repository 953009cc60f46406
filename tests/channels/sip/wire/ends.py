"""Ends of calls for tests: a core with a written far end, and two cores on a bad line."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeVar

from ivr.channels.sip.wire.core import Core
from ivr.channels.sip.wire.messages.message import (
    Headers,
    Request,
    Response,
    parse,
    render,
    respond,
)
from ivr.channels.sip.wire.orders import Accept, Invite, Target
from ivr.channels.sip.wire.seams import Options, Seams, Verdict
from ivr.channels.sip.wire.words import Acked, Flow, Offered, Send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ivr.channels.sip.wire.orders import Order
    from ivr.channels.sip.wire.seams import Credentials, Registrar
    from ivr.channels.sip.wire.words import Heard

T = TypeVar("T")
US, THEM = ("192.0.2.2", 5060), ("192.0.2.1", 5060)
FLOW = Flow("udp", US, THEM)  # as we see it
SDP, OTHER_SDP = b"v=0\r\no=them\r\n", b"v=0\r\no=us\r\n"
TRUNK = Verdict("carrier")
PHONE = Verdict("phones", "ayse")


def tokens(seed: str = "") -> Callable[[], str]:
    """128-bit tokens, the same ones each time."""
    count = 0

    def token() -> str:
        nonlocal count
        count += 1
        return sha256(f"{seed}{count}".encode()).hexdigest()[:32]

    return token


class End:
    """A core at `US`; the test writes what the far end at `THEM` says, and moves the time."""

    def __init__(
        self,
        verdict: Verdict = TRUNK,
        options: Options | None = None,
        registrar: Registrar | None = None,
        credentials: Credentials | None = None,
        seed: str = "",
    ) -> None:
        self.verdict = verdict
        seams = Seams(tokens(seed), lambda _r, _f, _n: self.verdict, registrar, credentials)
        self.core = Core(options or Options(), seams)
        self.now = 100.0
        self.sends: list[Send] = []
        self.heard: list[Heard] = []
        self._branches = 0

    def says(
        self, message: Request | Response | bytes, flow: Flow = FLOW
    ) -> list[Request | Response]:
        """The far end says something; returns what we send in the same pass."""
        data = message if isinstance(message, bytes) else render(message)
        self.core.receive(data, flow, self.now)
        return self.taken()

    def order(self, order: Order) -> list[Request | Response]:
        """The trunk orders something; returns what is sent at once."""
        self.core.order(order, self.now)
        return self.taken()

    def lost(self, flow: Flow = FLOW) -> list[Request | Response]:
        """The way is gone."""
        self.core.lost(flow, self.now)
        return self.taken()

    def taken(self) -> list[Request | Response]:
        """What was sent since; events are kept in `heard`."""
        out = self.core.take()
        self.heard += [each for each in out if not isinstance(each, Send)]
        sends = [each for each in out if isinstance(each, Send)]
        self.sends += sends
        return [parse(each.data) for each in sends]

    def wait(self, seconds: float) -> list[Request | Response]:
        """Let time pass, ringing every timer when it is due; returns what is sent meanwhile."""
        end, sent = self.now + seconds, []
        while (due := self.core.due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.core.tick(self.now)
            sent += self.taken()
        self.now = end
        self.core.tick(end)
        return sent + self.taken()

    def event(self, kind: type[T]) -> T:
        """The one event of that kind so far."""
        found = [each for each in self.heard if isinstance(each, kind)]
        assert len(found) == 1, self.heard
        return found[0]

    def events(self, kind: type[T]) -> list[T]:
        """All events of that kind so far."""
        return [each for each in self.heard if isinstance(each, kind)]

    # --- a call that comes in ---

    def asks(  # noqa: PLR0913 - a test names what differs
        self,
        method: str,
        *more: tuple[str, str],
        cseq: int = 1,
        to_tag: str = "",
        tag: str = "far",
        call_id: str = "c1",
        body: bytes = b"",
        branch: str = "",
        kind: str = "application/sdp",
        flow: Flow = FLOW,
    ) -> list[Request | Response]:
        """The far end sends a request of its own."""
        self._branches += 1
        branch = branch or f"z9hG4bKfar{self._branches}"
        given = {name for name, _ in more}
        lines = [
            ("Via", f"SIP/2.0/{flow.transport.upper()} 192.0.2.1:5060;branch={branch};rport"),
            ("From", f'"Ali" <sip:ali@192.0.2.1>;tag={tag}' if tag else "<sip:ali@192.0.2.1>"),
            ("To", "<sip:0@192.0.2.2>" + (f";tag={to_tag}" if to_tag else "")),
            ("Call-ID", call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", "<sip:ali@192.0.2.1:5060>"),
            *([("Content-Type", kind)] if body else []),
        ]
        kept = [line for line in lines if line[0] not in given]
        headers = Headers([*kept, *[line for line in more if line[1]]])
        return self.says(Request(method, "sip:0@192.0.2.2", headers, body), flow)

    def offered(self, *more: tuple[str, str], body: bytes = SDP) -> str:
        """An INVITE came in; returns the name of the call, which is our tag too."""
        self.asks("INVITE", *more, body=body, branch="z9hG4bKinvite")
        return self.events(Offered)[-1].call

    def answered(self, *more: tuple[str, str], body: bytes = SDP) -> str:
        """A call that came in and is up."""
        name = self.offered(*more, body=body)
        self.order(Accept(name, OTHER_SDP))
        self.asks("ACK", to_tag=name)
        assert self.events(Acked)
        return name

    # --- a call that goes out ---

    def calling(self, *targets: Target, **changed: object) -> Request:
        """We call them; returns the INVITE."""
        target = Target(FLOW, "sip:ali@192.0.2.1")
        words = {"targets": targets or (target,), "from_": "<sip:0@192.0.2.2>"}
        words |= {"to": "<sip:ali@192.0.2.1>", "sdp": OTHER_SDP, "trunk": "carrier"}
        order = Invite("out", **(words | changed))  # type: ignore[arg-type]
        invite = self.order(order)[-1]
        assert isinstance(invite, Request)
        return invite

    def replies(
        self,
        request: Request,
        status: int,
        *more: tuple[str, str],
        tag: str = "far",
        body: bytes = b"",
        contact: str = "<sip:ali@192.0.2.1:5060>",
    ) -> list[Request | Response]:
        """The far end answers a request of ours."""
        extra = [("Contact", contact), *more]
        if body:
            extra.append(("Content-Type", "application/sdp"))
        return self.says(respond(request, status, to_tag=tag, extra=extra, body=body))

    def dialled(self, *more: tuple[str, str]) -> Request:
        """A call that went out and is up; returns its INVITE."""
        invite = self.calling()
        self.replies(invite, 200, *more, body=SDP)
        return invite


def methods(messages: Iterable[Request | Response]) -> list[str]:
    """What was sent, in short: method or status with the method it answers."""
    return [
        each.method if isinstance(each, Request) else f"{each.status} {each.cseq.method}"
        for each in messages
    ]


@dataclass(slots=True)
class Line:
    """A virtual line between two cores: loses, doubles, delays and reorders by seed."""

    seed: int
    loss: float = 0.0
    double: float = 0.0
    delay_s: float = 0.0
    now: float = 0.0
    ends: list[Core] = field(default_factory=list)
    heard: tuple[list[Heard], list[Heard]] = field(default_factory=lambda: ([], []))
    _way: list[tuple[float, int, int, Send]] = field(default_factory=list)
    _count: int = 0
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - a seeded line, no secret
        for n in range(2):
            seams = Seams(tokens(f"{self.seed}/{n}"), lambda _r, _f, _n: TRUNK)
            self.ends.append(Core(Options(), seams))

    def order(self, end: int, order: Order) -> None:
        """The trunk of one end orders something."""
        self.ends[end].order(order, self.now)
        self.pump()

    def pump(self) -> None:
        """Put what was sent on the way, keep what was heard."""
        for n, core in enumerate(self.ends):
            for each in core.take():
                if isinstance(each, Send):
                    self._post(n, each)
                else:
                    self.heard[n].append(each)

    def _post(self, end: int, send: Send) -> None:
        copies = 1 + (self._dice.random() < self.double)
        for _ in range(copies):
            if self._dice.random() >= self.loss:
                self._count += 1
                at = self.now + self._dice.random() * self.delay_s
                heappush(self._way, (at, self._count, 1 - end, send))

    def step(self, until: float) -> bool:
        """One thing that happens next, if it is due by then."""
        dues = [core.due() for core in self.ends]
        times = [at for at in dues if at is not None]
        if self._way:
            times.append(self._way[0][0])
        if not times or min(times) > until:
            self.now = max(self.now, until)
            return False
        self.now = max(self.now, min(times))
        if self._way and self._way[0][0] <= self.now:
            _, _, end, send = heappop(self._way)
            flow = Flow("udp", (US, THEM)[end], (US, THEM)[1 - end])
            self.ends[end].receive(send.data, flow, self.now)
        for core in self.ends:
            core.tick(self.now)
        self.pump()
        return True

    def run(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while self.step(until):
            pass
