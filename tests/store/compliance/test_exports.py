"""Everything that is kept of one person, for that person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.store.compliance.exports import SqlExports
from ivr.store.tables import audit_log
from tests.fakes.forgotten import MAIL, NAME, PHONE, SERIAL, SHARED, WORDS

if TYPE_CHECKING:
    from tests.fakes.forgotten import Life


async def test_she_gets_all_that_is_hers_and_nothing_of_others(life: Life) -> None:
    found = await SqlExports(life.store.database, life.office).of(life.she, "istedi", life.act())
    text = json.dumps(found, ensure_ascii=False)
    for mine in (NAME, PHONE, MAIL, SERIAL, WORDS, SHARED, "ABONE-778899", "8950"):
        assert mine in text
    assert "Can Demir" not in text
    empty = [name for name, rows in found.items() if rows in ([], {})]
    assert empty == ["notes", "erasures", "journal"]
    assert [each["filename"] for each in found["files"]] == ["zürafa.txt", "z.png"]
    assert len(found["contacts"]) == 3
    assert "tenant_id" not in found["records"][0]


async def test_it_is_written_down_and_needs_a_reason(life: Life) -> None:
    exports = SqlExports(life.store.database, life.office)
    with pytest.raises(NotValidError):
        await exports.of(life.she, " ", life.act())
    with pytest.raises(NotFoundError):
        await exports.of("nobody", "istedi", life.act())
    await exports.of(life.she, f"{NAME} istedi", life.act())
    newest = select(audit_log.c.what, audit_log.c.about, audit_log.c.body)
    newest = newest.order_by(audit_log.c.seq.desc()).limit(1)
    row = await life.store.database.read(lambda it: it.execute(newest).one())
    assert (row.what, row.about) == ("customer.export", life.she)
    assert "ztürk" not in json.loads(row.body)["why"]
