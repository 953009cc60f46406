"""What the writer needs of a database: transactions one after another, from one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Dialect

    from ivr.store.statements import Prepared, Row, Step


class Sink(Protocol):
    """One connection for writing. Used by the writer thread alone.

    Methods raise RefusedError, UnavailableError or CommitError, after rolling back.
    """

    @property
    def dialect(self) -> Dialect:
        """The SQL spelling of this database."""

    def transact(self, work: Sequence[Step]) -> list[Row]:
        """All of it in one durable transaction; returns the rows of the last step that gave any."""

    def ask(self, question: Prepared, values: Row) -> list[Row]:
        """One read."""

    def close(self) -> None:
        """Release the connection."""
