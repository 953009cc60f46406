"""Keeps us registered at a carrier: when to send the next REGISTER, and what its answer means.

Renewed at 80 % of the granted time, with one Call-ID and a rising CSeq (RFC 3261 10.2). After a
failure: 30, 60 ... 1,800 s, each shortened by up to half at random, so that many do not come back
at once. At once: 423 (a longer time is wanted) and a stale nonce; 403: an hour. Pure: it hands out
orders for the core and is told the answers; times are seconds on the caller's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.channels.sip.wire.calls.reason import retry_after_of
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import is_same_target
from ivr.channels.sip.wire.orders import Outside
from ivr.channels.sip.wire.peers import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.messages.message import Response
    from ivr.channels.sip.wire.peers.auth import Visitor
    from ivr.channels.sip.wire.words import Flow, Replied

FIRST_WAIT_S, MOST_WAIT_S, FORBIDDEN_S = 30.0, 1800.0, 3600.0
RENEWED_AT = 0.8
LEAST_GRANTED_S = 10
MOST_ASKED_S = 86_400  # a 423 that wants more is not believed
CSEQ_STEP = 2  # the core answers a challenge with the next number
Turn: TypeAlias = Literal["registered", "lost", "refused"]


@dataclass(frozen=True, slots=True)
class Line:
    """One registration. `name`: returned with each answer. `registrar`: Request-URI, `sip:host`.

    `address`: whom we register, as From and To are written. `contact`: our URI, where calls come.
    """

    name: str
    registrar: str
    address: str
    contact: str
    call_id: str
    trunk: str = ""
    expires_s: int = 3600


@dataclass(frozen=True, slots=True)
class LineTurned:
    """What changed: `registered` until a refresh fails for good, `lost`, or `refused` (403).

    `status` is the answer that did it, 408 for silence. `wait_s`: until the next try.
    """

    turn: Turn
    status: int
    wait_s: float


class Registration:
    """Keeps one line registered. random: gives numbers from 0 to below 1.

    Ask `due`, call `order` then, hand each `Replied` of this name to `replied`. `visitor` saves a
    round trip by using the last nonce again; the core answers challenges.
    """

    def __init__(
        self, line: Line, random: Callable[[], float], visitor: Visitor | None = None
    ) -> None:
        self._line = line
        self._random = random
        self._visitor = visitor
        self._cseq = 1 - CSEQ_STEP
        self._expires_s = line.expires_s
        self._next_at: float | None = None
        self._ends_at: float | None = None  # of what the carrier granted
        self._waiting = False
        self._stopping = self._farewell = False
        self._failures = 0
        self._at_once = 0  # tries made without a pause since the last success

    @property
    def is_registered(self) -> bool:
        """Do calls come in by this line, as far as we know?"""
        return self._ends_at is not None

    def start(self, now: float) -> None:
        """Register as soon as possible."""
        self._stopping = self._farewell = False
        self._next_at = now

    def stop(self, now: float) -> None:
        """Take the registration away, once (Expires: 0); nothing follows."""
        self._stopping = True
        self._next_at = now if self.is_registered or self._waiting else None

    def due(self) -> float | None:
        """When to call `order` or `lapsed` next; None: nothing to do but wait for the answer."""
        times = (None if self._waiting else self._next_at, self._ends_at)
        return min((at for at in times if at is not None), default=None)

    def lapsed(self, now: float) -> list[LineTurned]:
        """The granted time is over without a renewal."""
        if self._ends_at is None or now < self._ends_at:
            return []
        self._ends_at = None
        return [LineTurned("lost", 408, self._left_s(now))]

    def order(self, flow: Flow, now: float) -> Outside | None:
        """The REGISTER to send now by this flow, or None if none is due."""
        if self._waiting or self._next_at is None or now < self._next_at:
            return None
        self._waiting, self._next_at, self._farewell = True, None, self._stopping
        self._cseq += CSEQ_STEP
        line, expires_s = self._line, 0 if self._stopping else self._expires_s
        headers = [("Contact", f"<{line.contact}>"), ("Expires", str(expires_s))]
        login = self._visitor.again("REGISTER", line.registrar) if self._visitor else None
        headers += [("Authorization", login)] if login else []
        return Outside(
            name=line.name,
            method="REGISTER",
            uri=line.registrar,
            flow=flow,
            from_=line.address,
            to=line.address,
            trunk=line.trunk,
            call_id=line.call_id,
            cseq=self._cseq,
            headers=tuple(headers),
            contact=False,
        )

    def replied(self, answer: Replied, now: float) -> list[LineTurned]:
        """Take in the final answer to our REGISTER (408: silence, 503: no way there)."""
        self._waiting = False
        if self._stopping:
            return self._stopped(answer, now)
        if 200 <= answer.status < 300:
            return self._granted(answer.response, answer.status, now)
        if answer.response and self._again_at_once(answer.status, answer.response):
            self._at_once += 1
            self._next_at = now
            return []
        return self._failed(answer, now)

    def _stopped(self, answer: Replied, now: float) -> list[LineTurned]:
        """An answer after `stop`: the last one, or that of a REGISTER that was still out."""
        out = not self._farewell and (self.is_registered or 200 <= answer.status < 300)
        self._next_at = now if out else None
        self._ends_at = None
        return []

    def _left_s(self, now: float) -> float:
        return 0.0 if self._next_at is None else max(self._next_at - now, 0.0)

    def _granted(self, response: Response | None, status: int, now: float) -> list[LineTurned]:
        granted_s = max(self._granted_s(response), LEAST_GRANTED_S)
        before, self._ends_at = self._ends_at, now + granted_s
        self._next_at = now + RENEWED_AT * granted_s
        self._failures = self._at_once = 0
        wait_s = RENEWED_AT * granted_s
        return [] if before is not None else [LineTurned("registered", status, wait_s)]

    def _granted_s(self, response: Response | None) -> int:
        """What the carrier gave our Contact: by its Contact line, Expires, or as we asked."""
        if response is None:
            return self._expires_s
        try:
            ours = [one for one in response.contacts if is_same_target(one.uri, self._line.contact)]
            said = ours[0].params.get("expires") if ours else None
            general = response.expires_s
        except WireError:
            return self._expires_s
        if said and said.isascii() and said.isdigit():
            return min(int(said[:10]), MOST_ASKED_S)
        return self._expires_s if general is None else min(general, MOST_ASKED_S)

    def _again_at_once(self, status: int, response: Response) -> bool:
        """Is there something to do better right now? Twice at most in a row."""
        if self._at_once >= 2:
            return False
        if status == 423:
            return self._take_longer(response.headers.get("Min-Expires") or "")
        if status not in (401, 407) or not self._visitor:
            return False
        asked = "WWW-Authenticate" if status == 401 else "Proxy-Authenticate"
        challenges = [digest.read(value) for value in response.headers.all(asked)]
        stale = any((one or {}).get("stale", "").lower() == "true" for one in challenges)
        if stale:
            self._visitor.forget()
        return stale

    def _take_longer(self, least: str) -> bool:
        if not (least.isascii() and least.isdigit() and len(least) <= 6):
            return False
        wanted_s = int(least)
        if not self._expires_s < wanted_s <= MOST_ASKED_S:
            return False
        self._expires_s = wanted_s
        return True

    def _failed(self, answer: Replied, now: float) -> list[LineTurned]:
        if self._visitor:
            self._visitor.forget()
        wait_s = FORBIDDEN_S if answer.status == 403 else self._pause_s(answer.response)
        self._failures += 1
        self._at_once = 0
        self._next_at = now + wait_s
        if answer.status == 403:
            self._ends_at = None
            return [LineTurned("refused", 403, wait_s)]
        if self._ends_at is not None and self._ends_at > now:
            return []  # what was granted still holds; `lapsed` will tell when it does not
        was, self._ends_at = self._ends_at, None
        return [LineTurned("lost", answer.status, wait_s)] if was or self._failures == 1 else []

    def _pause_s(self, response: Response | None) -> float:
        """The wait after a failure, longer if the carrier asks for it."""
        longest_s = min(FIRST_WAIT_S * 2.0 ** min(self._failures, 10), MOST_WAIT_S)
        wait_s = longest_s * (0.5 + 0.5 * self._random())
        asked_s = retry_after_of(response.headers) if response else 0
        return max(wait_s, min(float(asked_s), MOST_WAIT_S))
