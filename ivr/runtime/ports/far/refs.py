"""The seam of references: under which id another system keeps a ticket or an article of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

Entity: TypeAlias = Literal["ticket", "article"]


class FarRefs(Protocol):
    """What other systems call what is ours. Refs of ours are public ids."""

    async def of(
        self, system: str, entity: Entity, refs: Sequence[str], *, tenant: int = 1
    ) -> Mapping[str, str]:
        """Our id -> theirs, for those that they have."""

    async def ours(
        self, system: str, entity: Entity, far_id: str, *, tenant: int = 1
    ) -> str | None:
        """Our id of what they call so; None if it is nothing of ours."""

    async def keep(
        self,
        system: str,
        entity: Entity,
        ref: str,
        far_id: str,
        at: datetime,
        *,
        tenant: int = 1,
    ) -> None:
        """Remember what they call it, in the place of what was known before.

        Raises NotFoundError if it is nothing of ours, NotValidError if they call something else of
        ours so."""

    async def known(
        self, system: str, entity: Entity, far_ids: Sequence[str], *, tenant: int = 1
    ) -> frozenset[str]:
        """Those of their ids that are of something of ours."""

    async def agreed(self, system: str, ticket: str, *, tenant: int = 1) -> str:
        """What was last agreed on about a ticket, as `agree` kept it; "" = never."""

    async def agree(self, system: str, ticket: str, what: str, *, tenant: int = 1) -> None:
        """Remember it, for a ticket that they have."""
