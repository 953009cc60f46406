"""Many phones in one process that call over UDP, and are called: the load of the benchmark `sip`.

No library, none of the server's code. Requests are sent again until they are answered.

Source: RFC 3261, the few requests that are made here.
"""

from __future__ import annotations

import gc
import heapq
import re
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final

from benchmarks.server import HOST
from benchmarks.sip_sound import EVENT, PCMA, STEP_NS, Air
from benchmarks.table import CannotRunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.sip_sound import Sound

RETRY_S: Final = (0.5, 1.0, 2.0, 4.0)
_BUFFER_BYTES: Final = 1 << 20
_RTP: Final = 0x80
"""Set in the first octet of RTP and RTCP, in no letter of SIP."""
_AUDIO: Final = re.compile(rb"\r\nm=audio (\d+)")
_CONTACT: Final = re.compile(rb"\r\nContact: *<([^>]+)>", re.IGNORECASE)
_LINE: Final = re.compile(rb"\r\n(Via|From|To|Call-ID|CSeq): *([^\r]*)", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Call:
    """One call. up_ns: when it was acknowledged. then: told once when it is up, with itself."""

    ref: str
    called: str
    sound: Sound
    then: Callable[[Call], None] | None = None
    over: Callable[[Call], None] | None = None
    to: str = ""
    target: str = ""
    cseq: int = 1
    status: int = 0
    sent_s: float = 0.0
    answer_s: float = 0.0
    up_ns: int = 0
    waits: bytes = b""
    is_ours: bool = True
    is_over: bool = False


@dataclass(slots=True)
class Counts:
    """What went wrong, by name."""

    refused: int = 0
    again: int = 0
    lost: int = 0


@dataclass(slots=True, eq=False)
class Peer:
    """All phones. server: where it takes SIP. Use it as `with Peer.open(port) as peer`."""

    server: int
    sip: socket.socket
    air: Air = field(default_factory=Air)
    calls: dict[str, Call] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    _timers: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _run: str = field(default_factory=lambda: f"{time.time_ns():x}")

    @classmethod
    @contextmanager
    def open(cls, server: int, port: int = 0) -> Iterator[Peer]:
        """Phones for one row; port: for SIP, 0 = any."""
        sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sip.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
        sip.bind((HOST, port))
        peer = cls(server, sip)
        peer.air.watch(sip.fileno(), peer._messages)
        gc.collect()
        gc.disable()
        try:
            yield peer
        finally:
            gc.enable()
            peer.air.close()
            sip.close()

    @property
    def port(self) -> int:
        """Where it takes SIP."""
        port: int = self.sip.getsockname()[1]
        return port

    # --- time ------------------------------------------------------------------------------------

    def later(self, delay_s: float, do: Callable[[], None]) -> None:
        """Do something after a while."""
        heapq.heappush(self._timers, (time.monotonic() + delay_s, next(self._numbers), do))

    def live(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Let time pass, at most until something holds; whether it holds then."""
        end_ns = time.monotonic_ns() + int(seconds * 1e9)
        step = time.monotonic_ns() // STEP_NS + 1
        while (now_ns := time.monotonic_ns()) < end_ns:
            while step * STEP_NS <= now_ns:
                self.air.beat(step)
                step += 1
            while self._timers and self._timers[0][0] <= now_ns / 1e9:
                heapq.heappop(self._timers)[2]()
            if until is not None and until():
                return True
            self.air.look(max(0.0, (step * STEP_NS - time.monotonic_ns()) / 1e9))
        return until is None or until()

    # --- calls -----------------------------------------------------------------------------------

    def call(
        self,
        called: str,
        then: Callable[[Call], None] | None = None,
        over: Callable[[Call], None] | None = None,
    ) -> Call:
        """Ring up; then: told when it was answered. over: told when it has ended, also refused."""
        ref = f"{self._run}-{next(self._numbers)}"
        call = Call(ref, called, self.air.new_sound(), then, over)
        call.target = f"sip:{called}@{HOST}:{self.server}"
        call.to = f"<{call.target}>"
        self.calls[ref] = call
        call.sent_s = time.monotonic()
        self._ask(call, "INVITE", session(call.sound.port))
        return call

    def hang_up(self, call: Call) -> None:
        """Say goodbye; the sound stops at once."""
        self.air.fall_silent(call.sound)
        if not call.is_over and call.status == 200:
            call.cseq += 1
            self._ask(call, "BYE")

    def finish(self, within_s: float = 10.0) -> None:
        """Hang up whatever is there and wait until all is over; what is not counts as lost."""
        for place, call in enumerate([one for one in self.calls.values() if one.is_ours]):
            self.later(place / 400, lambda call=call: self.hang_up(call))  # type: ignore[misc]
        self.live(within_s, lambda: not self.calls)
        self.counts.lost += len(self.calls)

    def _ask(self, call: Call, method: str, body: str = "") -> None:
        """Send a request of ours, again and again until it is answered."""
        data = request(call, method, self.port, body)
        call.waits = data
        self._tell(data)
        for delay_s in RETRY_S:
            self.later(delay_s, lambda: self._again(call, data))

    def _again(self, call: Call, data: bytes) -> None:
        if call.waits is data:
            self.counts.again += 1
            self._tell(data)

    def _tell(self, data: bytes) -> None:
        self.sip.sendto(data, (HOST, self.server))

    def _messages(self) -> None:
        while True:
            try:
                data = self.sip.recv(65535)
            except BlockingIOError:
                return
            except OSError:
                continue
            if data[0] & _RTP:  # a report for a phone whose sound is on the port below ours
                continue
            lines = {name.lower(): value.decode() for name, value in _LINE.findall(data)}
            if data.startswith(b"SIP/2.0 "):
                self._answered(int(data[8:11]), lines, data)
            else:
                self._asked(data.partition(b" ")[0].decode(), lines, data)

    def _answered(self, status: int, lines: dict[bytes, str], data: bytes) -> None:
        call = self.calls.get(lines[b"call-id"])
        if call is None:
            return
        number, method = lines[b"cseq"].split()
        if int(number) != call.cseq:
            return
        call.waits = b""
        if status < 200:
            return
        if method == "BYE":
            self._over(call)
        elif status == 200:
            self._up(call, lines, data)
        else:
            self._refused(call, status, lines)

    def _up(self, call: Call, lines: dict[bytes, str], data: bytes) -> None:
        audio, contact = _AUDIO.search(data), _CONTACT.search(data)
        if audio is None or contact is None:
            raise CannotRunError(f"an answer without sound: {data[:400]!r}")
        is_first, call.status = call.status == 0, 200
        call.to, call.target = lines[b"to"], contact[1].decode()
        self._tell(request(call, "ACK", self.port))
        if is_first:
            call.up_ns, call.answer_s = time.time_ns(), time.monotonic() - call.sent_s
            self.air.speak(call.sound, int(audio[1]))
            if call.then is not None:
                call.then(call)

    def _refused(self, call: Call, status: int, lines: dict[bytes, str]) -> None:
        self.counts.refused += 1
        call.to, call.status = lines[b"to"], status
        ack = request(call, "ACK", self.port).replace(
            f"-{call.cseq}A".encode(), b"-%dI" % call.cseq
        )
        self._tell(ack)
        self._over(call)

    def _over(self, call: Call) -> None:
        if self.calls.pop(call.ref, None) is None:
            return
        call.is_over, call.waits = True, b""
        self.air.fall_silent(call.sound)
        if call.over is not None:
            call.over(call)

    # --- the called side -------------------------------------------------------------------------

    def _asked(self, method: str, lines: dict[bytes, str], data: bytes) -> None:
        """A request of the server: a call to one of us, or the end of one."""
        ref = lines[b"call-id"]
        if method == "INVITE":
            self._picked_up(ref, lines, data)
        elif method == "BYE":
            self._reply(lines, 200)
            if ref in self.calls:
                self._over(self.calls[ref])
        elif method != "ACK":
            self._reply(lines, 200)

    def _picked_up(self, ref: str, lines: dict[bytes, str], data: bytes) -> None:
        audio = _AUDIO.search(data)
        call = self.calls.get(ref)
        if call is None and audio is not None:
            call = self.calls[ref] = Call(ref, "", self.air.new_sound(), is_ours=False)
            self.air.speak(call.sound, int(audio[1]))
        if call is not None:
            self._reply(lines, 200, session(call.sound.port))

    def _reply(self, lines: dict[bytes, str], status: int, body: str = "") -> None:
        self._tell(answer(lines, status, self.port, body))


def request(call: Call, method: str, port: int, body: str = "") -> bytes:
    """A request in a call. port: where we take SIP."""
    me, cseq = f"{HOST}:{port}", call.cseq
    content = "Content-Type: application/sdp\r\n" if body else ""
    return (
        f"{method} {call.target} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {me};branch=z9hG4bK{call.ref}-{cseq}{method[0]};rport\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:+905321112233@{HOST}>;tag={call.ref}\r\n"
        f"To: {call.to}\r\nCall-ID: {call.ref}\r\nCSeq: {cseq} {method}\r\n"
        f"Contact: <sip:peer@{me}>\r\n{content}Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def answer(lines: dict[bytes, str], status: int, port: int, body: str = "") -> bytes:
    """The answer to a request with these headers."""
    to = lines[b"to"] if "tag=" in lines[b"to"] else f"{lines[b'to']};tag=p"
    content = "Content-Type: application/sdp\r\n" if body else ""
    return (
        f"SIP/2.0 {status} OK\r\nVia: {lines[b'via']}\r\nFrom: {lines[b'from']}\r\nTo: {to}\r\n"
        f"Call-ID: {lines[b'call-id']}\r\nCSeq: {lines[b'cseq']}\r\n"
        f"Contact: <sip:peer@{HOST}:{port}>\r\n{content}"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def session(port: int) -> str:
    """What a phone offers: PCMA and keys as events, at this port."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {PCMA} {EVENT}\r\na=rtpmap:{PCMA} PCMA/8000\r\n"
        f"a=rtpmap:{EVENT} telephone-event/8000\r\na=fmtp:{EVENT} 0-15\r\na=ptime:20\r\n"
    )
