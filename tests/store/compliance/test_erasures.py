"""Being forgotten: who may let it run, what it leaves, and that it leaves nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Text, cast, select

from ivr.domain.errors import IllegalTransitionError, NotAllowedError
from ivr.store.tables import METADATA
from ivr.tickets.erasure import Step
from tests.fakes.forgotten import PHONE, TRACES, WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.fakes.forgotten import Life


def _found(connection: Connection) -> list[tuple[str, str]]:
    """Table and trace, wherever one of them still stands."""
    found = []
    for table in METADATA.sorted_tables:
        texts = [cast(column, Text) for column in table.c]
        for row in connection.execute(select(*texts)):
            whole = "\n".join(str(value) for value in row).lower()
            found += [(table.name, trace) for trace in TRACES if trace.lower() in whole]
    return found


async def test_afterwards_no_table_and_no_file_knows_her(life: Life, tmp_path: Path) -> None:
    before = await life.store.database.read(_found)
    assert {trace for _, trace in before} == set(TRACES)
    request = await life.forget()
    row = await life.erasures.work(request, life.act("job"))
    assert list(row.counts) == [step.value for step in Step]
    assert row.waits_for == "no receipt yet from crm"
    assert await life.store.database.read(_found) == []
    assert [each for each in (tmp_path / "files").rglob("*") if each.is_file()] == []
