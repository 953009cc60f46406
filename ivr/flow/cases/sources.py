"""The fake sources of a call test: when an answer comes, and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.events import Fetched
from ivr.flow.cases.model import Lookup
from ivr.flow.cases.written.given import made_up_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.commands import Fetch
    from ivr.flow.world import SourceShape

RETRY_PAUSE_S = 0.2


class Sources:
    """Answers the lookups of one call; a source that is not given finds a made-up record."""

    def __init__(
        self,
        given: Mapping[str, tuple[Lookup, ...]],
        shapes: Mapping[str, SourceShape],
        language: str,
    ) -> None:
        self._given = given
        self._shapes = shapes
        self._language = language
        self._asked: dict[str, int] = {}

    def answer(self, command: Fetch) -> tuple[int, Fetched]:
        """The answer, and after how many milliseconds it comes.

        A failed try is repeated as often as the command says, after a pause; a try that would take
        longer than the limit fails as `timeout` when the limit is over.
        """
        lookup = self._next(command.source)
        limit_s = command.limit_s
        is_late = lookup.took_s > limit_s or lookup.reason == "timeout"
        one_try_s = limit_s if is_late else lookup.took_s
        fails = is_late or lookup.result == "failed"
        tries = 1 + command.retry if fails else 1
        after_ms = round((one_try_s * tries + RETRY_PAUSE_S * (tries - 1)) * 1000)
        if fails:
            reason = "timeout" if is_late else lookup.reason
            return after_ms, _failed(command, reason, after_ms)
        return after_ms, Fetched(
            turn=command.turn, result=lookup.result, record=lookup.record, took_ms=after_ms
        )

    def forget(self, source: str) -> None:
        """The last lookup will be asked again (a restart): it gets the same answer."""
        self._asked[source] -= 1

    def _next(self, source: str) -> Lookup:
        number = self._asked.get(source, 0)
        self._asked[source] = number + 1
        given = self._given.get(source)
        if given:
            return given[min(number, len(given) - 1)]
        return Lookup("found", made_up_record(self._shapes[source], self._language))


def _failed(command: Fetch, reason: str, took_ms: int) -> Fetched:
    return Fetched(turn=command.turn, result="failed", reason=reason, took_ms=took_ms)
