"""Plans that somebody has halted: nobody new is asked for them until they go on.

It is kept in the database, where it outlasts a restart and an edited file, and known here, so that
no call waits for it.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.surveys.files.loading import Surveys

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from ivr.runtime.ports.asking.surveys import Surveys as Rows
    from ivr.surveys.model import Survey


class Pauses:
    """Which plans are halted, by survey and name."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._halted: AbstractSet[tuple[str, str]] = frozenset()

    async def load(self) -> None:
        """Look again, after a start and after plans were published. Raises StoreError."""
        self._halted = await self._rows.halted()

    async def halt(self, survey: str, plan: str, *, halted: bool) -> None:
        """From now on nobody new is asked for a plan in force, or people are again. A second time
        changes nothing. Raises NotFoundError, StoreError."""
        await self._rows.halt(survey, plan, halted=halted)
        await self.load()

    def applied(self, known: Surveys) -> Surveys:
        """The same surveys, with the plans that are halted not active."""
        if not self._halted:
            return known
        return Surveys(
            MappingProxyType({code: self._survey(each) for code, each in known.surveys.items()})
        )

    def _survey(self, survey: Survey) -> Survey:
        plans = {
            name: replace(plan, active=(survey.code, name) not in self._halted)
            for name, plan in survey.plans.items()
        }
        return replace(survey, plans=plans)
