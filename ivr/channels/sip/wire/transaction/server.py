"""Requests of others: answered once, and again with the same octets when they are repeated.

The tables are those of `sip-media.md` 5: state -> event -> what is done. An event that a state does
not name is ignored there. Sources: RFC 3261 17.2, RFC 6026 (accepted), RFC 4320 (no 1xx, no 408).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.channels.sip.wire.messages.message import Response, render
from ivr.channels.sip.wire.transaction.post import Post, is_reliable

if TYPE_CHECKING:
    from ivr.channels.sip.wire.messages.message import Request
    from ivr.channels.sip.wire.transaction.timers import Timer
    from ivr.channels.sip.wire.words import Flow

_FINISHED = frozenset({"accepted", "completed", "confirmed"})
ServerKey: TypeAlias = tuple[str, ...]
Worry: TypeAlias = Literal["cancel", "no-ack"]
Concern: TypeAlias = Callable[[Worry, float, "Request | None"], None]


class Server:
    """One request of the other side. `data` is the last answer, sent again on a repetition.

    `reply` is where answers go (RFC 3581). `hear` is told "cancel" (with the CANCEL) and "no-ack".
    """

    __slots__ = (
        *("data", "forget", "hear", "key", "life", "merged", "post", "reply", "request", "retry"),
        *("state", "table", "tag", "wait_s"),
    )

    def __init__(self, post: Post, key: ServerKey, request: Request, reply: Flow) -> None:
        self.post, self.key, self.reply = post, key, reply
        self.request: Request | None = request
        post.live += 1
        self.data = b""
        self.tag = ""  # the tag that we gave, for the answer to a CANCEL
        self.merged: tuple[object, ...] | None = None
        self.hear: Concern = _deaf
        self.forget: Callable[[Server], None] = _keep
        self.retry: Timer | None = None
        self.life: Timer | None = None
        self.wait_s = post.t1_s
        invite = request.method == "INVITE"
        self.table = INVITE_SERVER if invite else OTHER_SERVER
        self.state = "proceeding" if invite else "trying"

    def step(self, event: str, now: float, request: Request | None = None) -> None:
        """One event of the table: again, ACK, CANCEL, send1xx, send2xx, send3xx, or a timer."""
        act = self.table[self.state].get(event)
        if act is not None:
            act(self, now, request)

    def answer(self, response: Response, now: float) -> bytes:
        """Send an answer and return its octets. One that the state no longer takes is dropped."""
        status = response.status
        event = "send1xx" if status < 200 else "send2xx" if status < 300 else "send3xx"
        if event not in self.table[self.state]:
            return b""
        data = self.data = render(response)
        self.step(event, now)
        return data

    def live(self, wait_s: float, event: str, now: float) -> None:
        """Wait for the end of this state; not at all on a stream, but for H and L."""
        if self.life is not None:
            self.life.call_off()
        if event in {"I", "J"} and is_reliable(self.reply):
            self.gone()
        else:
            self.life = self.post.timers.later(wait_s, now, partial(self.step, event))

    def finish(self, state: str) -> None:
        """It was answered for good: what follows is only for late repetitions."""
        self.state, self.request = state, None
        self.post.live -= 1
        self.post.finished += 1

    def gone(self) -> None:
        """Nothing of it is kept."""
        if self.state == "gone":
            return
        self.hush()
        if self.state in _FINISHED:
            self.post.finished -= 1
        else:
            self.post.live -= 1
        if self.life is not None:
            self.life.call_off()
        self.state, self.data = "gone", b""
        self.request = self.life = None
        self.forget(self)

    def hush(self) -> None:
        """Send no more repetitions by itself."""
        if self.retry is not None:
            self.retry.call_off()
            self.retry = None


Act: TypeAlias = Callable[[Server, float, "Request | None"], None]
ServerTable: TypeAlias = Mapping[str, Mapping[str, Act]]


def _deaf(_worry: Worry, _now: float, _request: Request | None) -> None:
    """Nobody listens."""


def _keep(_server: Server) -> None:
    """Nobody keeps a table."""


def _repeat(server: Server, _now: float, _request: Request | None) -> None:
    if server.data:
        server.post.send(server.reply, server.data)


def _gone(server: Server, _now: float, _request: Request | None) -> None:
    server.gone()


# --- INVITE --------------------------------------------------------------------------------------


def _cancelled(server: Server, now: float, request: Request | None) -> None:
    server.hear("cancel", now, request)


def _no_effect(_server: Server, _now: float, _request: Request | None) -> None:
    """The CANCEL came too late; it was answered with 200 by a transaction of its own."""


def _accepted(server: Server, now: float, request: Request | None) -> None:
    _repeat(server, now, request)
    server.finish("accepted")
    server.data, server.hear = b"", _deaf
    server.live(server.post.long_s, "L", now)


def _send_2xx(server: Server, now: float, request: Request | None) -> None:
    _repeat(server, now, request)
    server.data = b""


def _refused(server: Server, now: float, request: Request | None) -> None:
    _repeat(server, now, request)
    server.finish("completed")
    if not is_reliable(server.reply):
        server.retry = server.post.timers.soon(now + server.wait_s, partial(server.step, "G"))
    server.live(server.post.long_s, "H", now)


def _timer_g(server: Server, now: float, request: Request | None) -> None:
    _repeat(server, now, request)
    server.wait_s = min(2 * server.wait_s, server.post.t2_s)
    server.retry = server.post.timers.soon(now + server.wait_s, partial(server.step, "G"))


def _no_ack(server: Server, now: float, _request: Request | None) -> None:
    server.gone()
    server.hear("no-ack", now, None)


def _confirmed(server: Server, now: float, _request: Request | None) -> None:
    server.hush()
    server.state, server.hear = "confirmed", _deaf
    server.live(server.post.t4_s, "I", now)


INVITE_SERVER: ServerTable = {
    "proceeding": {
        "again": _repeat,
        "CANCEL": _cancelled,
        "send1xx": _repeat,
        "send2xx": _accepted,
        "send3xx": _refused,
    },
    "accepted": {"CANCEL": _no_effect, "send2xx": _send_2xx, "L": _gone},
    "completed": {
        "again": _repeat,
        "ACK": _confirmed,
        "CANCEL": _no_effect,
        "G": _timer_g,
        "H": _no_ack,
    },
    "confirmed": {"CANCEL": _no_effect, "I": _gone},
    "gone": {},
}

# --- all other methods ---------------------------------------------------------------------------


def _finished(server: Server, now: float, request: Request | None) -> None:
    _repeat(server, now, request)
    server.finish("completed")
    server.hear = _deaf
    server.live(server.post.long_s, "J", now)


OTHER_SERVER: ServerTable = {
    "trying": {"send2xx": _finished, "send3xx": _finished},
    "proceeding": {"again": _repeat, "send2xx": _finished, "send3xx": _finished},
    "completed": {"again": _repeat, "J": _gone},
    "gone": {},
}
