"""Numbers and names that stand somewhere in the middle: found by reading everything, replaced.

What machines wrote down (queues, desks, promises, messages to other systems, answers) is text with
a number in it. Reading goes beside the work of others; writing touches only rows that were found.
The audit log is not read: nothing personal goes into it, and nobody may change it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    Text,
    cast,
    false,
    or_,
    select,
)
from sqlalchemy import update as change

from ivr.store.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ivr.store.compliance.subjects import Subject

OURS = frozenset(
    {"agent", "agent_span", "alembic_version", "audit_log", "calendar_rev"}
    | {"customer_key", "flow_file", "flow_version", "hand_switch", "kb_article", "login_failure"}
    | {"machine_key", "mailbox_position", "number_sequence", "one_use_link", "owner", "person"}
    | {"queue_alarm"}
    | {"person_session", "product", "report_mail", "saved_report", "screen", "sip_binding"}
    | {"sip_user", "endpoint_state", "contact_refused", "inbox_position"}
)
"""Tables that hold nothing of customers."""
MACHINES = frozenset(
    {"acd_decision", "acd_event", "callback", "inbox_message", "journal", "outbox_event"}
    | {"kept_answer", "outbox_message", "pop", "waiting"}
)
"""Tables in which also his name is looked for; elsewhere another may have the same name."""
_LEAST_NAME = 5
_CORE_DIGITS = 10
_LEAST_WRITTEN = 7


@dataclass(frozen=True, slots=True)
class Needles:
    """What is looked for. numbers: also in the middle of others' texts; names: with machines."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]

    def of(self, table: str) -> tuple[str, ...]:
        """What is looked for in a table."""
        return (*self.numbers, *self.names) if table in MACHINES else self.numbers


@dataclass(frozen=True, slots=True)
class Hit:
    """A row in which something was found. key: its primary key."""

    table: str
    key: tuple[Any, ...]


def needles_of(subject: Subject) -> Needles:
    """What of a customer may stand anywhere: his numbers in every spelling, and his names."""
    numbers: set[str] = set()
    for value in subject.own:
        digits = value.removeprefix("+")
        is_phone = value.startswith("+") and digits.isdigit()
        numbers.add(digits[-_CORE_DIGITS:] if is_phone else value)
    if set(subject.own) == set(subject.values):
        numbers |= {each for each in subject.written if len(each) >= _LEAST_WRITTEN}
    names = {name for name in subject.names if _is_telling(name)}
    return Needles(_spelled(numbers), _spelled(names))


def swept() -> Iterator[tuple[Table, tuple[Column[Any], ...]]]:
    """Every table with the columns that are read, and so are written if something is found."""
    for table in METADATA.sorted_tables:
        columns = tuple(column for column in table.c if _is_text(column))
        if columns and table.name not in OURS:
            yield table, columns


def find(table: Table, columns: Sequence[Column[Any]], needles: Needles) -> Callable[..., Any]:
    """A question that finds the rows of one table."""
    wanted = [
        cast(column, Text).contains(needle, autoescape=True)
        for column in columns
        for needle in needles.of(table.name)
    ]
    question = select(*table.primary_key.columns).where(or_(false(), *wanted))

    def ask(connection: Connection) -> list[Hit]:
        if not wanted:
            return []
        return [Hit(table.name, tuple(row)) for row in connection.execute(question)]

    return ask


def replace(
    connection: Connection, hits: Sequence[Hit], needles: Needles, instead: Callable[[str], str]
) -> int:
    """Put something else in place of every finding. instead: for what was found."""
    known = {table.name: (table, columns) for table, columns in swept()}
    for hit in hits:
        table, columns = known[hit.table]
        pattern = _pattern(needles.of(hit.table))
        same = [
            column == value
            for column, value in zip(table.primary_key.columns, hit.key, strict=True)
        ]
        row = connection.execute(select(*columns).where(*same)).mappings().one_or_none()
        fresh = _replaced(row or {}, pattern, instead)
        if fresh:
            connection.execute(change(table).where(*same).values(fresh))
    return len(hits)


def _replaced(
    row: Mapping[Any, Any], pattern: re.Pattern[str], instead: Callable[[str], str]
) -> dict[str, Any]:
    fresh = {}
    for name, value in row.items():
        text = value if isinstance(value, str) else json.dumps(value)
        if value is None or not pattern.search(text):
            continue
        other = pattern.sub(lambda found: instead(found.group())[: len(found.group())], text)
        fresh[str(name)] = other if isinstance(value, str) else json.loads(other)
    return fresh


def _pattern(needles: Sequence[str]) -> re.Pattern[str]:
    """Any of them; a number with what stands before it."""
    words = [
        rf"\+?(?<!\d)\d{{0,5}}{each}(?!\d)" if each.isdigit() else re.escape(each)
        for each in sorted(needles, key=lambda each: (-len(each), each))
    ]
    return re.compile("|".join(words) or r"(?!)")


def _spelled(texts: set[str]) -> tuple[str, ...]:
    """As they are, and as JSON spells them in ASCII."""
    both = texts | {json.dumps(text)[1:-1] for text in texts}
    return tuple(sorted(each for each in both if each))


def _is_telling(name: str) -> bool:
    """A first name or a short number is found in the middle of too much else."""
    return len(name) >= _LEAST_NAME and (" " in name or any(each.isdigit() for each in name))


def _is_text(column: Column[Any]) -> bool:
    kind = column.type
    if column.primary_key or column.foreign_keys or isinstance(kind, LargeBinary):
        return False
    long = isinstance(kind, String) and (kind.length is None or kind.length > len("+905321112233"))
    return (long and column.name not in {"public_id", "event_id"}) or isinstance(kind, JSON)
