"""Counting every refusal, but logging each kind once a minute: an attack must not fill the disk."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.runtime import metrics

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock

_LOG = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class _Kind:
    """One reason: when it was last logged, and how often it happened since."""

    logged_at: datetime
    since: int = 0


class Refusals:
    """What one trunk refused, by reason. Reasons come from a closed list of ours."""

    def __init__(self, trunk: str, clock: Clock) -> None:
        self._trunk = trunk
        self._clock = clock
        self._kinds: dict[str, _Kind] = {}

    def count(self, reason: str) -> None:
        """One more request was refused."""
        metrics.REFUSED.labels(self._trunk, reason).inc()
        if self._is_time(reason):
            _LOG.warning("webhook_refused", extra={"facts": self._facts(reason)})

    def notice(self, what: str) -> None:
        """Something worth knowing that refuses nothing."""
        if self._is_time(what):
            _LOG.info("webhook_noticed", extra={"facts": self._facts(what)})

    def _is_time(self, reason: str) -> bool:
        now = self._clock.now()
        kind = self._kinds.setdefault(reason, _Kind(now - EVERY))
        kind.since += 1
        return now - kind.logged_at >= EVERY

    def _facts(self, reason: str) -> dict[str, object]:
        kind = self._kinds[reason]
        times, kind.since, kind.logged_at = kind.since, 0, self._clock.now()
        return {"trunk": self._trunk, "reason": reason, "times": times}
