"""Answers of the name service, kept: each question is asked once at a time, and bounded.

Source: RFC 8767 (while nobody answers, an old answer beats none).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.runtime.tasks import Tasks

FAILED_S: Final = 5.0
LOOKUP_S: Final = 2.0
STALE_S: Final = 3_600.0
NAMES: Final = 1_000
AT_ONCE: Final = 64

Found = TypeVar("Found")
# A name -> what was found and for how many seconds it holds; OSError: no answer.
Ask: TypeAlias = "Callable[[str], Awaitable[tuple[tuple[Found, ...], float]]]"


@dataclass(frozen=True, slots=True)
class SrvRecord:
    """One server of a domain. Lower `priority` first; `weight` shares within one priority."""

    priority: int
    weight: int
    target: str
    port: int


@dataclass(slots=True)
class _Known(Generic[Found]):
    """An answer: fresh until one time of the loop, better than none until another."""

    found: tuple[Found, ...]
    fresh_until_s: float
    good_until_s: float


class Answers(Generic[Found]):
    """Answers to one kind of question: asked once at a time, remembered, bounded in number."""

    def __init__(self, ask: Ask[Found], tasks: Tasks) -> None:
        self._ask = ask
        self._tasks = tasks
        self._known: dict[str, _Known[Found]] = {}
        self._asking: dict[str, asyncio.Task[tuple[Found, ...]]] = {}

    async def get(self, name: str) -> tuple[Found, ...]:
        """What is known under this name, asking if need be; nothing if nobody answers in time."""
        known = self._known.get(name)
        if known is not None and asyncio.get_running_loop().time() < known.fresh_until_s:
            return known.found
        asking = self._asking.get(name)
        if asking is None:
            if len(self._asking) >= AT_ONCE:
                return known.found if known else ()
            asking = self._asking[name] = self._tasks.start(self._look_up(name), "sip_lookup")
        return await asyncio.shield(asking)

    async def _look_up(self, name: str) -> tuple[Found, ...]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LOOKUP_S):
                found, hold_s = await self._ask(name)
            self._remember(name, _Known(found, loop.time() + hold_s, loop.time() + STALE_S))
        except (OSError, UnicodeError):  # TimeoutError is an OSError; a name may be no name
            self._forgive(name, loop.time())
        finally:
            del self._asking[name]
        return self._known[name].found

    def _forgive(self, name: str, now_s: float) -> None:
        """No answer: the last one serves on, and the question is put again soon."""
        known = self._known.get(name)
        if known is None or known.good_until_s < now_s:
            known = _Known((), now_s, now_s)
        self._remember(name, _Known(known.found, now_s + FAILED_S, known.good_until_s))

    def _remember(self, name: str, known: _Known[Found]) -> None:
        self._known.pop(name, None)
        if len(self._known) >= NAMES:
            del self._known[next(iter(self._known))]  # the one looked up longest ago
        self._known[name] = known
