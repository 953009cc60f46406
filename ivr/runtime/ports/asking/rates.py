"""The seam of rates of small groups: how many contacts a group has, and what it is asked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class GroupRates(Protocol):
    """The rows. Errors: StoreError."""

    async def contacts(
        self, survey: str, plan: str, begins: Sequence[datetime], until: datetime
    ) -> Mapping[str, Sequence[int]]:
        """Queue -> contacts that the plan was about, however it was written by then, in each of
        the spans that begin there; the last one ends with `until`."""

    async def keep(
        self, survey: str, plan: str, at: datetime, rates: Mapping[str, tuple[float, float]]
    ) -> None:
        """Write down what is asked at from a moment on: stratum -> rate and contacts expected in a
        week. What was written down for this moment before stays."""

    async def kept(self, survey: str, plan: str, at: datetime) -> Mapping[str, float]:
        """What was written down for exactly this moment; {} = nothing was."""
