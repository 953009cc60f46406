"""Data whose time is over goes, and nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from ivr.domain.errors import IllegalTransitionError, StoreError
from ivr.runtime.recordings.destroying import WithRecordings
from ivr.store.compliance.chain import SqlAuditTrail
from ivr.store.compliance.destroying import SqlDestroying
from ivr.store.compliance.holds import SqlHolds
from ivr.store.tables import (
    attachment,
    audit_log,
    intake_item,
    interaction,
    journal,
    outbox_event,
    recording,
    text_message,
    ticket,
    ticket_article,
)
from ivr.tickets.retention import Data, Exemption, Period, Retention
from tests.fakes.tampering import unlocked

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from ivr.store.intake.files import FileFolder
    from tests.fakes.forgotten import Life

YEAR = timedelta(days=365)


def _job(life: Life, *exceptions: Exemption) -> SqlDestroying:
    files = WithRecordings(life.files, life.sound.root)
    return SqlDestroying(life.store.database, life.office, files, lambda: Retention(exceptions))


async def _rows(life: Life, table: Table) -> int:
    question = select(func.count()).select_from(table)
    return await life.store.database.read(lambda it: it.scalar(question)) or 0


async def _at(life: Life, later: timedelta) -> datetime:
    life.pool.at += later
    return life.pool.at


async def test_nothing_goes_early_and_the_journal_goes_first(life: Life) -> None:
    job = _job(life)
    assert (await job.run(life.act("job"))).counts == {}
    now = await _at(life, timedelta(days=401))
    due = {"journal drop": 3, "outbox delete": 12, "inbox delete": 1}
    due["recording destroy_file"] = 1
    assert (await job.preview(now)).counts == due
    with pytest.raises(IllegalTransitionError, match="clock"):
        await job.run(life.act("job"))
    assert await job.last_run() == now - timedelta(days=401)
    done = await job.run(life.act("job"), confirmed=True)
    assert done.counts == due
    assert await _rows(life, journal) == 0
    assert await _rows(life, interaction) == 3
    assert await _rows(life, recording) == 1
    assert not [file for file in life.sound.root.rglob("*") if file.is_file()]
    assert (await job.run(life.act("job"))).counts == {}
    assert await job.last_run() == now


async def test_a_file_that_the_disk_does_not_let_go_keeps_its_row_and_nothing_else(
    life: Life, caplog: pytest.LogCaptureFixture
) -> None:
    uri, key = life.sound.keep(b"more")
    await life.add_recording("c1", uri, key)
    resisting = Resisting(life.files, life.sound.root, uri)
    job = SqlDestroying(life.store.database, life.office, resisting)
    await _at(life, timedelta(days=401))
    done = await job.run(life.act("job"), confirmed=True)
    assert done.counts["recording resists"] == 1
    assert done.counts["recording destroy_file"] == 1
    assert (done.counts["journal drop"], done.counts["inbox delete"]) == (3, 1)
    assert {row.message for row in caplog.records} == {"file_not_destroyed"}
    assert life.sound.read(uri, key, 4) == b"more"
    again = await _job(life).run(life.act("job"))
    assert again.counts == {"recording destroy_file": 1}
    assert not [file for file in life.sound.root.rglob("*") if file.is_file()]


class Resisting(WithRecordings):
    """A disk that does not let one file go."""

    def __init__(self, files: FileFolder, root: Path, uri: str) -> None:
        super().__init__(files, root)
        self._uri = uri

    async def drop(self, uri: str) -> None:
        """All but that."""
        if uri == self._uri:
            raise StoreError("Input/output error", retryable=True)
        await super().drop(uri)


async def test_after_five_years_contacts_and_tickets_keep_their_figures_only(life: Life) -> None:
    closed = update(ticket).values(closed_at=life.at, status="closed", state_type="closed")
    await life.store.database.change(lambda it: it.execute(closed))
    await _at(life, 5 * YEAR + timedelta(days=3))
    # The database's own clock still says that the audit log is young, and would refuse.
    job = _job(life, Exemption(Data.AUDIT, Period(years=20)))
    done = await job.run(life.act("job"), confirmed=True)
    assert done.counts["interaction pseudonymise"] == 3
    assert done.counts["ticket pseudonymise"] == 1
    rows = await life.store.database.read(lambda it: it.execute(select(interaction)).all())
    assert len({row.from_norm for row in rows}) == 1
    assert {(len(row.from_raw), row.note, row.outcome) for row in rows} == {(64, "", "handled")}
    kept = await life.store.database.read(lambda it: it.execute(select(ticket)).one())
    assert (kept.subject, kept.description, kept.search_fold) == ("", "", "")
    assert kept.custom == {"plan": "gold", "not": "", "amount": 12}
    bodies = select(ticket_article.c.body)
    assert set(await life.store.database.read(lambda it: it.scalars(bodies).all())) == {""}


async def test_rejected_intake_goes_with_its_files(life: Life, tmp_path: Path) -> None:
    files = len(_files(tmp_path))
    gone = update(intake_item).values(state="spam", done_at=life.at)
    await life.store.database.change(lambda it: it.execute(gone))
    await _at(life, timedelta(days=30))
    done = await _job(life).run(life.act("job"))
    assert done.counts["rejected_intake delete"] == 1
    assert await _rows(life, intake_item) == 0
    assert len(_files(tmp_path)) == files - 2
    assert await _rows(life, attachment) == 1


def _files(folder: Path) -> list[Path]:
    return [each for each in (folder / "files").rglob("*") if each.is_file()]


async def test_a_hold_keeps_hers_and_counts_it(life: Life) -> None:
    await SqlHolds(life.store.database, life.office).add(life.she, "dava", life.act("boss"))
    await _at(life, timedelta(days=401))
    done = await _job(life).run(life.act("job"), confirmed=True)
    # The third call is nobody's: only its number is hers.
    assert (done.counts["journal drop"], done.held) == (1, 3)
    assert await _rows(life, journal) == 4 + 1


async def test_another_period_of_a_queue_or_outcome_holds(life: Life) -> None:
    short = Exemption(Data.INTERACTION, Period(days=10), outcome="handled")
    await _at(life, timedelta(days=11))
    done = await _job(life, short).run(life.act("job"))
    assert done.counts == {"interaction pseudonymise": 3}


async def test_the_recordings_of_a_queue_are_kept_as_long_as_it_says(life: Life) -> None:
    longer = Exemption(Data.RECORDING, Period(years=1), queue="cards")
    uri, key = life.sound.keep(b"more")
    await life.add_recording("c1", uri, key, "cards")
    await _at(life, timedelta(days=181))
    done = await _job(life, longer).run(life.act("job"), confirmed=True)
    assert done.counts["recording destroy_file"] == 1
    assert life.sound.read(uri, key, 4) == b"more"
    await _at(life, timedelta(days=367))
    again = await _job(life, longer).run(life.act("job"), confirmed=True)
    assert again.counts["recording destroy_file"] == 1


async def test_messages_that_still_wait_for_somebody_stay(life: Life) -> None:
    await life.erasures.work(await life.forget(), life.act("job"))
    await _at(life, timedelta(days=30))
    await _job(life).run(life.act("job"))
    columns = (outbox_event.c.type, outbox_event.c.aggregate, outbox_event.c.payload)
    left = await life.store.database.read(lambda it: it.execute(select(*columns)).all())
    said = {row.type for row in left if row.payload != "{}"}
    assert said == {"customer.erased"}
    assert len(left) == 5  # the newest about a ticket, three customers and a consent


async def test_old_rows_of_the_audit_log_go_and_the_chain_still_proves(life: Life) -> None:
    trail = SqlAuditTrail(life.store.database)
    rows = (await trail.verify()).rows
    # As if they had been written long ago: the database keeps what is younger than three years.
    then = life.at - 6 * YEAR
    await life.store.database.change(lambda it: _backdated(it, then))
    done = await _job(life).run(life.act("job"), confirmed=True)
    assert done.counts["audit delete"] == rows
    state = await trail.verify()
    assert (state.first, state.broken) == (rows + 1, None)
    assert (await trail.page(0, 1, who="", what="audit.destroyed"))[0].facts["through"] == rows


def _backdated(connection: Connection, then: datetime) -> None:
    with unlocked(connection):
        connection.execute(update(audit_log).values(at=then))


async def test_texts_go_with_their_time_unless_they_wait_or_are_held(life: Life) -> None:
    job, holds = _job(life), SqlHolds(life.store.database, life.office)
    now = await _at(life, timedelta(days=401))
    assert "text delete" not in (await job.preview(now)).counts, "nobody has sent it yet"
    sent = update(text_message).values(state="delivered")
    await life.store.database.change(lambda it: it.execute(sent))
    held = await holds.add(life.she, "mahkeme", life.act("boss"))
    assert "text delete" not in (await job.preview(now)).counts
    await holds.end(held.id, life.act("boss"))
    assert (await job.run(life.act("job"), confirmed=True)).counts["text delete"] == 1
    assert await _rows(life, text_message) == 0
