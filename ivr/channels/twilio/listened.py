"""The end key that a caller still presses after an entry was taken because it was full.

On this channel that key falls into the next listen. Flow language, section "Listening", rule 6: it
is swallowed, and the listen is repeated without costing a try.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.channels.twilio.wire.calls import is_lone_end_key
from ivr.media.collect import EndedBy, Reason

if TYPE_CHECKING:
    from ivr.channels.twilio.wire.forms import Form
    from ivr.domain.call import CallId
    from ivr.domain.commands import Collect
    from ivr.domain.events import KeysCollected
    from ivr.runtime.ports import Clock

ON_THE_WAY_S = 1.0
"""How long a key takes from the caller's finger to our request, at most."""
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Awaited:
    key: str
    until: datetime


class EndKeys:
    """End keys that may still come, by call. Lost on a restart: then such a key costs a try."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._awaited: dict[CallId, _Awaited] = {}

    def after(self, call: CallId, asked: Collect, event: KeysCollected) -> None:
        """A listen was answered: remember its end key if the entry ended by being full."""
        self._awaited.pop(call, None)
        full = event.reason == Reason.MATCH and event.ended_by == EndedBy.FULL
        if full and asked.end_key:
            wait = timedelta(seconds=asked.between_s + ON_THE_WAY_S)
            self._tidy()
            self._awaited[call] = _Awaited(asked.end_key, self._clock.now() + wait)

    def swallows(self, call: CallId, form: Form) -> bool:
        """Whether this answer is nothing but the end key of the entry before."""
        awaited = self._awaited.get(call)
        if awaited is None or self._clock.now() > awaited.until:
            return False
        return is_lone_end_key(form, awaited.key)

    def _tidy(self) -> None:
        """Now and then forget what has passed, so that ended calls leave nothing behind."""
        if len(self._awaited) >= _MOST:
            now = self._clock.now()
            self._awaited = {c: one for c, one in self._awaited.items() if one.until >= now}
