"""The audit log: nobody changes it, and what was changed all the same is found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import AuditRow
from ivr.store.compliance.chain import SqlAuditTrail
from ivr.store.tables import audit_log
from tests.fakes.tampering import unlocked

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.sql.dml import Delete, Update

    from tests.fakes.forgotten import Life


async def _filled(house: Life) -> SqlAuditTrail:
    for number in range(5):
        row = AuditRow(house.at, "ece" if number % 2 else "can", f"deed.{number}", facts={"n": 1})
        await house.store.audit.append(row)
    return SqlAuditTrail(house.store.database)


async def test_an_empty_log_and_one_that_is_whole_are_good(house: Life) -> None:
    state = await SqlAuditTrail(house.store.database).verify()
    assert (state.rows, state.broken) == (0, None)
    state = await (await _filled(house)).verify()
    assert (state.rows, state.first, state.last, state.broken) == (5, 1, 5, None)


async def test_the_database_refuses_to_change_or_delete_a_row(house: Life) -> None:
    trail = await _filled(house)
    for harm in (update(audit_log).values(who="x"), delete(audit_log)):
        with pytest.raises(StoreError, match="audit log"):
            await house.store.database.change(partial(_done, harm))
    assert (await trail.verify()).rows == 5


def _done(harm: Update | Delete, connection: Connection) -> None:
    connection.execute(harm)


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (update(audit_log).where(audit_log.c.seq == 3).values(body="{}"), 3),
        (delete(audit_log).where(audit_log.c.seq == 3), 4),
        (delete(audit_log).where(audit_log.c.seq < 3), 3),
        (update(audit_log).where(audit_log.c.seq == 5).values(hash="0" * 64), 5),
    ],
)
async def test_a_row_that_was_harmed_all_the_same_is_named(
    house: Life, harm: Update | Delete, found: int
) -> None:
    trail = await _filled(house)
    await house.store.database.change(lambda it: _harmed(it, harm))
    assert (await trail.verify()).broken == found


def _harmed(connection: Connection, harm: Update | Delete) -> None:
    with unlocked(connection):
        connection.execute(harm)


async def test_rows_are_read_from_the_newest_back(house: Life) -> None:
    trail = await _filled(house)
    page = await trail.page(0, 2, who="", what="")
    assert [row.seq for row in page] == [5, 4]
    assert [row.seq for row in await trail.page(4, 9, who="", what="")] == [3, 2, 1]
    assert [row.what for row in await trail.page(0, 9, who="ece", what="")] == ["deed.3", "deed.1"]
    assert [row.who for row in await trail.page(0, 9, who="", what="deed.2")] == ["can"]
