"""Limits of queues are written down when they change, and again after a failure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.reports import QueueLimits
from ivr.runtime.reports.limits import LOOK, LimitsKept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.reports.model import Fact, Question

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class OverError(Exception):
    """The test has seen enough."""


@dataclass(slots=True)
class Hands:
    """A clock that ends after so many looks."""

    at: datetime = NOON
    looks: int = 3

    def now(self) -> datetime:
        return self.at

    async def sleep_until(self, at: datetime) -> None:
        self.at, self.looks = at, self.looks - 1
        if not self.looks:
            raise OverError


@dataclass(slots=True)
class Kept:
    """What was written; `broken` times nothing can be."""

    broken: int = 0
    written: list[tuple[datetime, tuple[QueueLimits, ...]]] = field(default_factory=list)

    async def facts(self, report: str, question: Question, *, tenant: int = 1) -> Sequence[Fact]:
        raise NotImplementedError

    async def keep_limits(
        self, limits_now: Iterable[QueueLimits], at: datetime, *, tenant: int = 1
    ) -> int:
        if self.broken:
            self.broken -= 1
            raise StoreError("away")
        self.written.append((at, tuple(limits_now)))
        return 1


async def test_only_changes_are_written() -> None:
    kept, limits = Kept(), (QueueLimits("cards"),)
    with pytest.raises(OverError):
        await LimitsKept(kept, Hands(), lambda: limits).run()
    assert kept.written == [(NOON, limits)]


async def test_what_failed_is_tried_again() -> None:
    kept = Kept(broken=1)
    with pytest.raises(OverError):
        await LimitsKept(kept, Hands(), lambda: (QueueLimits("cards"),)).run()
    assert [at for at, _limits in kept.written] == [NOON + LOOK]
    assert timedelta(seconds=5) == LOOK
