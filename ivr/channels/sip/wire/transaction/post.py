"""What all transactions share: the way out, the waits and the numbers of RFC 3261 table 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.transaction.timers import Timers
from ivr.channels.sip.wire.words import Send

if TYPE_CHECKING:
    from ivr.channels.sip.wire.seams import Options
    from ivr.channels.sip.wire.words import Flow, Heard


class Post:
    """Letters out, waits, and counters: of transactions, and of what was dropped. One per core.

    `t1_s`, `t2_s`, `t4_s` in seconds; `long_s` is 64 T1, the patience for every final answer.
    """

    __slots__ = ("counts", "finished", "live", "long_s", "out", "t1_s", "t2_s", "t4_s", "timers")

    def __init__(self, options: Options) -> None:
        self.out: list[Send | Heard] = []
        self.timers = Timers()
        self.counts: dict[str, int] = {}
        self.t1_s, self.t2_s, self.t4_s = options.t1_s, options.t2_s, options.t4_s
        self.long_s = 64 * options.t1_s
        self.live = self.finished = 0  # how many transactions there are of each kind

    def send(self, flow: Flow, data: bytes) -> None:
        """Hand one message to the endpoint."""
        self.out.append(Send(flow, data))

    def count(self, what: str) -> None:
        """Count something dropped or odd; the names are fixed, never text of a sender."""
        self.counts[what] = self.counts.get(what, 0) + 1


def is_page(flow: Flow) -> bool:
    """True for a phone in a browser's page, to which only the page itself can open a way."""
    return flow.transport in {"ws", "wss"}


def is_reliable(flow: Flow) -> bool:
    """True on a stream, where nothing is sent twice."""
    return flow.transport != "udp"
