"""What the writer needs of a database: transactions one after another, from one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Dialect

    from ivr.store.statements import Prepared, Row, Step

T = TypeVar("T")
Job: TypeAlias = Callable[["Connection"], T]
"""A whole operation on the database, in plain steps. It may be begun again from the start while
nothing of it was written, so it does nothing but ask and write."""


class Sink(Protocol):
    """One connection for writing. Used by the writer thread alone.

    Methods raise RefusedError, UnavailableError or CommitError, after rolling back.
    """

    @property
    def dialect(self) -> Dialect:
        """The SQL spelling of this database."""

    def transact(self, work: Sequence[Step]) -> list[Row]:
        """All of it in one durable transaction; returns the rows of the last step that gave any."""

    def change(self, job: Job[T]) -> T:
        """Run a job in one durable transaction; whatever it raises undoes it and comes out."""

    def ask(self, question: Prepared, values: Row) -> list[Row]:
        """One read."""

    def close(self) -> None:
        """Release the connection."""
