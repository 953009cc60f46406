"""What agents say of a call: notes while they talk and after it, and the wrap-up code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ivr.domain.agent import AgentState
from ivr.domain.errors import IllegalTransitionError, NotValidError

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import Wrapups
    from ivr.runtime.tasks import Tasks

Row = Mapping[str, Any]
UNCODED = "uncoded"
"""Stands where a code was wanted and the time was over before one was given."""


class Afterwards:
    """Keeps what is said. codes: those of the configuration, none = any text."""

    def __init__(
        self, wrapups: Wrapups, clock: Clock, tasks: Tasks, codes: Callable[[], Collection[str]]
    ) -> None:
        self._wrapups = wrapups
        self._clock = clock
        self._tasks = tasks
        self._codes = codes
        self._wanted: dict[str, str] = {}
        self._given: set[str] = set()

    def check(self, code: str) -> None:
        """Raises NotValidError for a code that nobody has declared."""
        known = self._codes()
        if code and known and code not in known:
            raise NotValidError(f"there is no wrap-up code {code!r}; known: {', '.join(known)}")

    async def note(self, row: Row | None, call: str, note: str) -> None:
        """An agent writes something about the call he has, or has just had."""
        if row is None or row["call"] != call:
            raise IllegalTransitionError("a note belongs to the call that you have or just had")
        await self._wrapups.note(call, row["agent"], self._clock.now(), note)

    @contextmanager
    def giving(self, agent: str, code: str) -> Iterator[None]:
        """An agent gives a code now: his change of state must not count as one without."""
        if code:
            self._given.add(agent)
        try:
            yield
        finally:
            self._given.discard(agent)

    async def code(self, row: Row | None, code: str) -> None:
        """The code of the call that this agent, as he was then, was winding up."""
        if row is None or not row["call"] or not code:
            return
        self._wanted.pop(row["agent"], None)
        await self._wrapups.code(row["call"], row["agent"], self._clock.now(), code)

    def changed(self, row: Row) -> None:
        """An agent does something else: a code that was wanted and not given is written so."""
        agent, call = row["agent"], row["call"]
        if row["state"] == AgentState.WRAPUP and call and row["wrapup"]["code_mandatory"]:
            self._wanted[agent] = call
        elif row["state"] != AgentState.WRAPUP and agent in self._wanted:
            about = self._wanted.pop(agent)
            if agent in self._given:
                return
            self._tasks.start(self._uncoded(about, agent), "wrap-up code")

    async def _uncoded(self, call: str, agent: str) -> None:
        rows = [one for one in await self._wrapups.of(call) if one.agent == agent]
        if not any(one.code for one in rows):
            await self._wrapups.code(call, agent, self._clock.now(), UNCODED)
