"""Requests of ours: sent until answered, one state machine for INVITE and one for the rest.

The tables are those of `sip-media.md` 5: state -> event -> what is done. An event that a state does
not name is ignored there. Sources: RFC 3261 17.1, RFC 6026 (accepted), RFC 4320.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.channels.sip.wire.messages.message import Headers, Request, Response, render
from ivr.channels.sip.wire.transaction.post import Post, is_reliable

if TYPE_CHECKING:
    from ivr.channels.sip.wire.transaction.timers import Timer
    from ivr.channels.sip.wire.words import Flow

_FINISHED = frozenset({"completed", "accepted"})
Lost: TypeAlias = Literal["timeout", "error"]
Hear: TypeAlias = Callable[["Response | Lost", float], None]


class Client:
    """One request of ours. `data` is what is sent again: the request, later the ACK to a refusal.

    `hear` is told each answer, or "timeout", or "error" (the network refused it).
    """

    __slots__ = (
        *("cancel", "data", "flow", "forget", "hear", "key", "lapsed", "life", "post"),
        *("request", "retry", "state", "table", "wait_s"),
    )

    def __init__(self, post: Post, key: tuple[str, str], request: Request, flow: Flow) -> None:
        self.post, self.key, self.flow = post, key, flow
        self.request: Request | None = request
        self.data = render(request)
        self.hear: Hear = _deaf
        self.cancel: Callable[[float], None] | None = None  # sends the CANCEL
        self.forget: Callable[[Client], None] = _keep
        self.retry: Timer | None = None
        self.life: Timer | None = None
        self.lapsed = False
        self.wait_s = post.t1_s
        self.table = INVITE_CLIENT if request.method == "INVITE" else OTHER_CLIENT
        self.state = "calling" if request.method == "INVITE" else "trying"

    def start(self, now: float) -> None:
        """Send it, and begin to wait (timers A and B, or E and F)."""
        invite = self.state == "calling"
        self.post.live += 1
        self.post.send(self.flow, self.data)
        if not is_reliable(self.flow):
            self.again("A" if invite else "E", now)
        self.live(self.post.long_s, "B" if invite else "F", now)

    def step(self, event: str, now: float, response: Response | None = None) -> None:
        """One event of the table: 1xx, 2xx, 3xx (any refusal), a timer, error, cancel."""
        act = self.table[self.state].get(event)
        if act is not None:
            act(self, now, response)

    def answered(self, response: Response, now: float) -> None:
        """An answer came."""
        status = response.status
        self.step("1xx" if status < 200 else "2xx" if status < 300 else "3xx", now, response)

    def again(self, event: str, now: float) -> None:
        """Wait for the next repetition."""
        self.retry = self.post.timers.soon(now + self.wait_s, partial(self.step, event))

    def live(self, wait_s: float, event: str, now: float) -> None:
        """Wait for the end of this state."""
        if self.life is not None:
            self.life.call_off()
        self.life = self.post.timers.later(wait_s, now, partial(self.step, event))

    def finish(self, state: str) -> None:
        """It was answered: what follows is only for late repetitions."""
        self.hush()
        self.state, self.request, self.cancel = state, None, None
        self.post.live -= 1
        self.post.finished += 1

    def lapse(self, now: float) -> None:
        """Nobody needs the answer any more: an INVITE that rings waits only 64 T1 for it."""
        self.lapsed = True
        if self.state == "proceeding":
            self.live(self.post.long_s, "C" if self.table is INVITE_CLIENT else "F", now)

    def hush(self) -> None:
        """Send no more repetitions."""
        if self.retry is not None:
            self.retry.call_off()
            self.retry = None

    def gone(self) -> None:
        """Nothing of it is kept."""
        if self.state == "gone":
            return
        self.hush()
        if self.life is not None:
            self.life.call_off()
        if self.state in _FINISHED:
            self.post.finished -= 1
        else:
            self.post.live -= 1
        self.state = "gone"
        self.request = self.life = self.cancel = None
        self.forget(self)


Act: TypeAlias = Callable[[Client, float, Response | None], None]
ClientTable: TypeAlias = Mapping[str, Mapping[str, Act]]


def ack_refusal(invite: Request, response: Response) -> Request:
    """The ACK to a 300-699: same branch, their To (RFC 3261 17.1.1.3)."""
    headers = Headers()
    headers.add("Via", invite.headers.all("Via")[0])
    for route in invite.headers.all("Route"):
        headers.add("Route", route)
    headers.add("Max-Forwards", "70")
    headers.add("From", invite.headers.get("From") or "")
    headers.add("To", response.headers.get("To") or "")
    headers.add("Call-ID", invite.call_id)
    headers.add("CSeq", f"{invite.cseq.number} ACK")
    return Request("ACK", invite.uri, headers, b"")


def cancel_of(invite: Request, reason: str = "") -> Request:
    """The CANCEL of an INVITE: same Request-URI, branch, From, To, Call-ID (RFC 3261 9.1)."""
    headers = Headers()
    headers.add("Via", invite.headers.all("Via")[0])
    for route in invite.headers.all("Route"):
        headers.add("Route", route)
    headers.add("Max-Forwards", "70")
    headers.add("From", invite.headers.get("From") or "")
    headers.add("To", invite.headers.get("To") or "")
    headers.add("Call-ID", invite.call_id)
    headers.add("CSeq", f"{invite.cseq.number} CANCEL")
    if reason:
        headers.add("Reason", reason)
    return Request("CANCEL", invite.uri, headers, b"")


def _deaf(_told: Response | Lost, _now: float) -> None:
    """Nobody listens."""


def _keep(_client: Client) -> None:
    """Nobody keeps a table."""


def _up(client: Client, now: float, response: Response | None) -> None:
    if response is not None:
        client.hear(response, now)


def _repeat(client: Client, _now: float, _response: Response | None) -> None:
    client.post.send(client.flow, client.data)


def _timeout(client: Client, now: float, _response: Response | None) -> None:
    client.gone()
    client.hear("timeout", now)


def _error(client: Client, now: float, _response: Response | None) -> None:
    client.gone()
    client.hear("error", now)


def _gone(client: Client, _now: float, _response: Response | None) -> None:
    client.gone()


# --- INVITE --------------------------------------------------------------------------------------


def _timer_a(client: Client, now: float, response: Response | None) -> None:
    _repeat(client, now, response)
    client.wait_s *= 2
    client.again("A", now)


def _proceed(client: Client, now: float, response: Response | None) -> None:
    client.hush()
    if client.life is not None:
        client.life.call_off()
    client.state = "proceeding"
    if client.cancel is not None:
        _cancel_now(client, now, response)
    if client.lapsed:
        client.lapse(now)
    _up(client, now, response)


def _accept(client: Client, now: float, response: Response | None) -> None:
    client.finish("accepted")
    client.data = b""
    client.live(client.post.long_s, "M", now)
    _up(client, now, response)


def _refused(client: Client, now: float, response: Response | None) -> None:
    if client.request is not None and response is not None:
        client.data = render(ack_refusal(client.request, response))
    client.finish("completed")
    _repeat(client, now, response)
    if is_reliable(client.flow):
        client.gone()
    else:
        client.live(max(32.0, client.post.long_s), "D", now)
    _up(client, now, response)


def _cancel_kept(_client: Client, _now: float, _response: Response | None) -> None:
    """Client.cancel is set already: it goes out with the first 1xx (RFC 3261 9.1)."""


def _cancel_now(client: Client, now: float, _response: Response | None) -> None:
    if client.cancel is not None:
        client.cancel(now)
    client.live(client.post.long_s, "C", now)


INVITE_CLIENT: ClientTable = {
    "calling": {
        "1xx": _proceed,
        "2xx": _accept,
        "3xx": _refused,
        "A": _timer_a,
        "B": _timeout,
        "error": _error,
        "cancel": _cancel_kept,
    },
    "proceeding": {
        "1xx": _up,
        "2xx": _accept,
        "3xx": _refused,
        "C": _timeout,
        "error": _error,
        "cancel": _cancel_now,
    },
    "completed": {"3xx": _repeat, "D": _gone, "error": _error},
    "accepted": {"2xx": _up, "M": _gone},
    "gone": {},
}

# --- all other methods ---------------------------------------------------------------------------


def _timer_e(client: Client, now: float, response: Response | None) -> None:
    _repeat(client, now, response)
    client.wait_s = min(2 * client.wait_s, client.post.t2_s)
    client.again("E", now)


def _timer_e_slow(client: Client, now: float, response: Response | None) -> None:
    _repeat(client, now, response)
    client.wait_s = client.post.t2_s
    client.again("E", now)


def _wait_on(client: Client, now: float, response: Response | None) -> None:
    client.state = "proceeding"
    _up(client, now, response)


def _finished(client: Client, now: float, response: Response | None) -> None:
    hear, client.hear = client.hear, _deaf
    client.finish("completed")
    client.data = b""
    if is_reliable(client.flow):
        client.gone()
    else:
        client.live(client.post.t4_s, "K", now)
    if response is not None:
        hear(response, now)


OTHER_CLIENT: ClientTable = {
    "trying": {
        "1xx": _wait_on,
        "2xx": _finished,
        "3xx": _finished,
        "E": _timer_e,
        "F": _timeout,
        "error": _error,
    },
    "proceeding": {
        "1xx": _up,
        "2xx": _finished,
        "3xx": _finished,
        "E": _timer_e_slow,
        "F": _timeout,
        "error": _error,
    },
    "completed": {"K": _gone},
    "gone": {},
}
