"""One erasure under way: whose, by whom, and what stands in place of his numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, update

from ivr.store.compliance.subjects import chunks
from ivr.tickets.erasure import pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Column

    from ivr.store.compliance.desk import Work
    from ivr.store.compliance.subjects import Subject

SHORT = 12
"""Digits of a pseudonym where there is no room for 64."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """What a step needs. key: the customer's data key, b"" once it is destroyed."""

    work: Work
    subject: Subject
    key: bytes

    @property
    def connection(self) -> Connection:
        """The transaction of this step."""
        return self.work.connection

    @property
    def at(self) -> datetime:
        """When it is done."""
        return self.work.at

    def hidden(self, value: str) -> str:
        """What stands in place of a number from now on; one that is hidden stays as it is."""
        return value if is_hidden(value) else pseudonym(value, self.key)

    def change(self, table: Table, keys: Iterable[int], values: Mapping[str, Any]) -> int:
        """The same new values in these rows; how many there were."""
        done = 0
        for some in chunks(keys):
            fresh = update(table).where(table.c.id.in_(some)).values(values)
            done += self.connection.execute(fresh).rowcount
        return done

    def remove(self, table: Table, column: Column[Any], keys: Iterable[int]) -> int:
        """Rows whose column is one of these go; how many there were."""
        done = 0
        for some in chunks(keys):
            gone = delete(table).where(column.in_(some))
            done += self.connection.execute(gone).rowcount
        return done


def is_hidden(value: str) -> bool:
    """Whether it is a pseudonym already."""
    return len(value) == 64 and all(each in "0123456789abcdef" for each in value)
