"""The seam of two customers who are one: merging, undoing it, pairs to decide on, identifiers.

`customer: str` takes a public id or a customer number, as in `customers.py`, where `Act` is too.
An identifier (citizen number, passport ...) is kept as a keyed hash and its last four characters:
it can be compared and never be read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.customers import Act, CustomerRow


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge of two customers. survivor, loser: public ids. moved: rows that changed."""

    id: str
    survivor: str
    loser: str
    at: datetime
    by: str
    reason: str
    moved: int
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that stays as it is, for a person to look at. row: its public id or number, or "".

    reason: changed (since the merge), gone, or taken (its number is somebody else's by now).
    """

    table: str
    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing brought. restored: rows that are as before."""

    merge: MergeRow
    restored: int
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Two customers who may be one. evidence: codes of `identity.duplicates`, weightiest first.

    state: open, merged or rejected. score: 0 to 100.
    """

    id: str
    a: CustomerRow
    b: CustomerRow
    score: int
    evidence: tuple[str, ...]
    state: str
    at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An official number of a customer. last4: its last four characters, all that is readable."""

    scheme: str
    last4: str
    at: datetime
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class IdentifierAdded:
    """What came of it. identifier: None if it stays with another customer until somebody decides.

    merged, candidate: public ids as in `PointAdded`.
    """

    identifier: Identifier | None
    merged: str = ""
    candidate: str = ""


class Merges(Protocol):
    """Two records of one person, and what tells that they are."""

    async def merge(self, survivor: str, loser: str, reason: str, act: Act) -> MergeRow:
        """The loser's rows go to the survivor, journalled one by one; his number leads there.

        Raises NotFoundError, IllegalTransitionError ("customers are already merged").
        """

    async def undo(self, merge: str, act: Act) -> Undone:
        """Everything back that has not changed since, newest merge first; the rest is listed.

        Raises NotFoundError, IllegalTransitionError if undone or a newer one stands in the way.
        """

    async def merges(self, customer: str, tenant: int = 1) -> Sequence[MergeRow]:
        """Every merge that this customer took part in, the newest first."""

    async def seek(self, customer: str, act: Act) -> Sequence[Alike]:
        """Look for others who may be the same person and open a candidate for each."""

    async def candidates(
        self, state: str = "open", tenant: int = 1, limit: int = 50
    ) -> Sequence[Alike]:
        """Pairs in this state, the surest first."""

    async def decide(self, candidate: str, survivor: str, act: Act) -> MergeRow | None:
        """A person says so: survivor = who stays; "" = they are two people, never asked again.

        Raises NotFoundError, NotValidError (survivor is neither), IllegalTransitionError (decided).
        """

    async def add_identifier(
        self, customer: str, scheme: str, value: str, act: Act, *, verified: bool = False
    ) -> IdentifierAdded:
        """Keep an official number. Held by another: merged if both are verified, else a candidate.

        Adding it again, verified, verifies it. Raises NotValidError for fewer than 4 characters.
        """

    async def same_identifier(
        self, customer: str, scheme: str, value: str, tenant: int = 1
    ) -> bool:
        """Whether the customer has this very number; nothing else can be learnt of it."""

    async def identifiers(self, customer: str, tenant: int = 1) -> Sequence[Identifier]:
        """What a customer has, by scheme."""
