"""Whether the far end of a leg is still there, and what is reported about its sound.

Source: RFC 3550 section 6; security.md 12 (60 s without a packet).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.leg.told import Counters
from ivr.media.rtcp import Reporter, wait_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.media.leg.incoming import Incoming
    from ivr.media.leg.outgoing import Outgoing
    from ivr.media.leg.pace import Pace
    from ivr.media.rtcp import Block


class Life:
    """The reports and the pulse of one leg.

    chance: a random number from 0 to 1. silent_ms: after so long without anything it counts as
    gone. strangers: packets of others, counted by whoever owns the socket.
    """

    __slots__ = (
        "_chance", "_given_up", "_incoming", "_next_ms", "_out", "_pace", "_reporter", "_silent",
        "refused", "silent_ms", "strangers",
    )  # fmt: skip

    def __init__(
        self, incoming: Incoming, out: Outgoing, pace: Pace, cname: str, chance: Callable[[], float]
    ) -> None:
        """cname: a random name for our reports, the same for the whole leg."""
        self._incoming = incoming
        self._out = out
        self._pace = pace
        self._chance = chance
        self._reporter = Reporter(out.ssrc, cname)
        self._given_up = pace.given_up
        self._silent = False
        self._next_ms = 0
        self.silent_ms = 60_000
        self.refused = self.strangers = 0
        incoming.on_report = self.hear
        self.begin()

    def begin(self, silent_s: float = 0.0) -> None:
        """From now on something is due; wait for it anew, for so long (0: as before)."""
        self.silent_ms = round(silent_s * 1000) or self.silent_ms
        self._incoming.heard_ms = self._pace.now_ms
        self._silent = False
        self._next_ms = self._pace.now_ms + round(wait_s(self._chance()) * 1000)

    def hear(self, data: bytes) -> None:
        """A report came, or something that looks like one."""
        try:
            self._reporter.hear(data, self._pace.unix_s)
        except MediaError:
            self.refused += 1
        else:
            self._incoming.heard_ms = self._pace.now_ms

    def fell_silent(self) -> bool:
        """Whether nothing came for too long; true once per silence."""
        quiet = self._pace.now_ms - self._incoming.heard_ms >= self.silent_ms
        first = quiet and not self._silent
        self._silent = quiet
        return first

    def report(self) -> bytes | None:
        """A report to send, if one is due: every 5 s, give or take half."""
        if self._pace.now_ms < self._next_ms:
            return None
        self._next_ms = self._pace.now_ms + round(wait_s(self._chance()) * 1000)
        return self._reporter.report(self._out.sent(self._pace.clock), *self._about())

    def bye(self) -> bytes:
        """The last report."""
        return self._reporter.bye(self._out.sent(self._pace.clock), *self._about())

    def counters(self, keys: int) -> Counters:
        """Everything that passed. keys: how many were pressed."""
        received, lost, doubled, reordered = self._incoming.totals
        far = self._reporter.far
        return Counters(
            packets_in=received,
            packets_out=self._out.packets,
            lost=lost,
            doubled=doubled,
            reordered=reordered,
            refused=self._incoming.refused + self.refused,
            strangers=self.strangers,
            keys=keys,
            late_frames=self._pace.given_up - self._given_up,
            send_errors=self._out.errors,
            jitter_ms=round(self._incoming.jitter_ms, 2),
            round_trip_ms=round((self._reporter.round_trip_s or 0) * 1000, 2),
            far_lost=0 if far is None else far.lost,
            far_jitter_ms=0.0 if far is None else far.jitter / 8,
        )

    def _about(self) -> tuple[tuple[Block, ...], float]:
        received = self._incoming.received
        unix_s = self._pace.unix_s
        blocks = () if received is None else (self._reporter.block(received, unix_s),)
        return blocks, unix_s
