"""Being forgotten: who may let it run, what it leaves, and that it leaves nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Text, cast, func, insert, select, update

from ivr.domain.errors import IllegalTransitionError, NotAllowedError, NotFoundError, StoreError
from ivr.runtime.ports.customers import NewCustomer, NewPoint
from ivr.store.compliance import erasures
from ivr.store.compliance.holds import SqlHolds
from ivr.store.compliance.scrubbing import scrub_file
from ivr.store.recorded.repository import SqlRecordings
from ivr.store.tables import (
    METADATA,
    customer_key,
    external_ref,
    interaction,
    outbox_delivery,
    sla_clock_event,
    ticket,
    ticket_change,
)
from ivr.tickets.consent import Refusal, Wish
from ivr.tickets.erasure import Step
from tests.fakes.forgotten import PHONE, SHARED, TRACES, Life
from tests.fakes.ticket_house import ISTANBUL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from ivr.store.compliance.steps.erasing import Erasing


def _found(connection: Connection) -> list[tuple[str, str]]:
    """Table and trace, wherever one of them still stands."""
    found = []
    for table in METADATA.sorted_tables:
        texts = [cast(column, Text) for column in table.c]
        for row in connection.execute(select(*texts)):
            whole = "\n".join(str(value) for value in row).lower()
            found += [(table.name, trace) for trace in TRACES if trace.lower() in whole]
    return found


def _figures(connection: Connection) -> Mapping[str, Any]:
    """What reports are made from: counts, times, queues, categories, histories, clocks."""
    calls = interaction.c
    by_caller = select(func.count()).where(calls.from_norm.isnot(None)).group_by(calls.from_norm)
    kept = (calls.started_at, calls.ended_at, calls.outcome, calls.ivr_ms, calls.repeat_of_id)
    tickets = (ticket.c.number, ticket.c.status, ticket.c.category, ticket.c.priority)
    times = (ticket.c.opened_at, ticket.c.first_response_at, ticket.c.customer_id)
    lines = (ticket_change.c.at, ticket_change.c.field, ticket_change.c.by)
    clocks = (sla_clock_event.c.at, sla_clock_event.c.kind, sla_clock_event.c.target_s)
    questions = {
        "callers": by_caller,
        "calls": select(*kept),
        "tickets": select(*tickets, *times),
        "history": select(*lines),
        "clocks": select(*clocks),
    }
    return {
        name: sorted(map(repr, connection.execute(question)))
        for name, question in questions.items()
    }


async def test_afterwards_no_table_and_no_file_knows_her(life: Life, tmp_path: Path) -> None:
    before = await life.store.database.read(_found)
    assert {trace for _, trace in before} == set(TRACES)
    request = await life.forget()
    row = await life.erasures.work(request, life.act("job"))
    assert set(row.counts) == {step.value for step in Step}
    assert await life.store.database.read(_found) == []
    assert [each for each in (tmp_path / "files").rglob("*") if each.is_file()] == []


@pytest.mark.parametrize("sql_address", ["sqlite"], indirect=True)
async def test_afterwards_no_byte_of_the_database_knows_her(life: Life, file: Path) -> None:
    assert _bytes_of(file)
    await life.erasures.work(await life.forget(), life.act("job"))
    scrub_file(file)
    assert _bytes_of(file) == []


def _bytes_of(file: Path) -> list[tuple[str, str]]:
    """Traces in the file and its log, also as JSON spells them in ASCII."""
    found = []
    for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        octets = each.read_bytes() if each.exists() else b""
        for trace in (*TRACES, "ABONE-778899", "12345678950"):
            spelled = {trace, trace.lower(), trace.upper(), json.dumps(trace)[1:-1]}
            found += [(each.name, one) for one in spelled if one.encode() in octets]
    return found


async def test_every_figure_is_the_same_as_before(life: Life) -> None:
    before = await life.store.database.read(_figures)
    await life.erasures.work(await life.forget(), life.act("job"))
    assert await life.store.database.read(_figures) == before


async def test_numbers_and_fixed_answers_of_forms_stay(life: Life) -> None:
    await life.erasures.work(await life.forget(), life.act("job"))
    custom = await life.store.database.read(lambda it: it.scalar(select(ticket.c.custom)))
    assert custom == {"plan": "gold", "not": "", "amount": 12}


async def test_what_she_refused_stays_refused_and_can_still_be_asked(life: Life) -> None:
    await life.erasures.work(await life.forget(), life.act("job"))
    wish = Wish(PHONE, "sms", "service", life.at, ISTANBUL)
    assert (await life.consents.may_contact(wish)).refusal is Refusal.OPTED_OUT
    said = await life.consents.of(PHONE, "sms")
    assert {(row.status, row.evidence, len(row.value)) for row in said} == {("opt_out", "", 64)}


async def test_a_new_call_is_a_new_person_and_the_other_keeps_what_was_shared(life: Life) -> None:
    await life.erasures.work(await life.forget(), life.act("job"))
    customers = life.desk.customers
    points = await customers.points(life.other)
    assert [point.norm for point in points] == [SHARED]
    gone = await customers.get(life.she)
    assert gone is not None
    assert (gone.full_name, gone.anonymized_at is not None) == ("Silinmiş müşteri", True)
    assert await customers.find(PHONE) == []
    new = await customers.add(NewCustomer("Başka Biri"), life.act())
    await customers.add_point(new.id, NewPoint("phone", PHONE), life.act())


async def test_nobody_approves_his_own_request_and_only_a_proven_one_runs(life: Life) -> None:
    erasing = life.erasures
    request = (await erasing.open(life.she, "istedi", life.act())).id
    with pytest.raises(IllegalTransitionError, match="is open"):
        await erasing.approve(request, life.act("boss"))
    await erasing.verify(request, life.act())
    with pytest.raises(NotAllowedError):
        await erasing.approve(request, life.act())
    with pytest.raises(IllegalTransitionError, match="already"):
        await erasing.open(life.she, "yine", life.act())
    assert (await erasing.preview(request))["contacts"] == 3
    assert (await erasing.refuse(request, "fatura davası", life.act("boss"))).state == "refused"
    assert [row.id for row in await erasing.list("refused", life.at)] == [request]
    with pytest.raises(NotFoundError):
        await erasing.verify("nothing", life.act())


async def test_the_preview_counts_what_there_is(life: Life) -> None:
    request = (await life.erasures.open(life.she, "istedi", life.act())).id
    counts = await life.erasures.preview(request)
    assert {name for name, count in counts.items() if not count} == set()
    assert (counts["files"], counts["journal"], counts["records"]) == (3, 7, 2)


async def test_what_was_said_is_destroyed_with_its_file(life: Life) -> None:
    rows = SqlRecordings(life.store.database)
    request = await life.forget()
    before = [file for file in life.sound.root.rglob("*") if file.is_file()]
    await life.erasures.work(request, life.act("job"))
    after = [file for file in life.sound.root.rglob("*") if file.is_file()]
    assert (len(before), after) == (1, [])
    row = await rows.get("Rc0")
    assert row is not None
    assert (row.state, row.words, row.sound) == ("gone", "", None)


async def test_a_hold_refuses_approval_and_stops_what_runs(life: Life) -> None:
    holds = SqlHolds(life.store.database, life.office)
    request = (await life.erasures.open(life.she, "istedi", life.act())).id
    await life.erasures.verify(request, life.act())
    hold = await holds.add(life.she, "dava 2026/1", life.act("boss"))
    assert [row.id for row in await life.erasures.list("", life.at)] == [request]
    found = await life.erasures.get(request, life.at)
    assert found is not None
    assert found.held
    with pytest.raises(IllegalTransitionError, match="hold"):
        await life.erasures.approve(request, life.act("boss"))
    await holds.end(hold.id, life.act("boss"))
    await life.erasures.approve(request, life.act("boss"))
    every = await holds.add("", "inceleme", life.act("boss"))
    row = await life.erasures.work(request, life.act("job"))
    assert (row.state, row.held, row.counts) == ("running", True, {})
    await holds.end(every.id, life.act("boss"))
    assert len((await life.erasures.work(request, life.act("job"))).counts) == len(Step)


@pytest.mark.parametrize("sql_address", ["sqlite"], indirect=True)
async def test_a_job_that_is_cut_off_anywhere_ends_the_same(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await life.store.database.read(_figures)
    request = await life.forget()
    for step in Step:
        broken = {**erasures.STEPS, step: _cut_off(erasures.STEPS[step])}
        monkeypatch.setattr(erasures, "STEPS", broken)
        with pytest.raises(RuntimeError, match="cut off"):
            await life.erasures.work(request, life.act("job"))
        monkeypatch.undo()
    row = await life.erasures.work(request, life.act("job"))
    assert len(row.counts) == len(Step)
    assert await life.store.database.read(_found) == []
    assert await life.store.database.read(_figures) == before


def _cut_off(step: Any) -> Any:  # noqa: ANN401 - a step
    """It does all it does, and then the light goes out."""

    def run(job: Erasing) -> int:
        step(job)
        raise RuntimeError("cut off")

    return run


async def test_it_is_done_when_every_system_has_answered(life: Life) -> None:
    await life.store.database.change(_known_to_rt)
    request = await life.forget()
    row = await life.erasures.work(request, life.act("job"))
    assert (row.state, row.waits_for) == ("running", "no receipt yet from crm, rt")
    delivered = update(outbox_delivery).values(state="done", done_at=life.at)
    await life.store.database.change(lambda it: it.execute(delivered))
    with pytest.raises(NotFoundError):
        await life.erasures.receipt(request, "nobody", "gone", life.act("boss"))
    await life.erasures.receipt(request, "rt", "silindi", life.act("boss"))
    assert await life.erasures.running() == [request]
    row = await life.erasures.work(request, life.act("job"))
    assert (row.state, row.receipts["rt"], row.done_at) == ("done", "silindi", life.at)
    assert row.receipts["crm"].startswith("delivered 2026")
    assert await life.erasures.running() == []
    with pytest.raises(IllegalTransitionError, match="erased already"):
        await life.erasures.open(life.she, "yine", life.act())


async def test_it_is_not_done_before_the_disk_is_clean_and_cleans_once(house: Life) -> None:
    cleaned: list[str] = []

    async def scrub() -> None:
        cleaned.append("tried")
        if len(cleaned) == 1:
            raise StoreError("the log is in use", retryable=True)

    erasing = erasures.SqlErasures(house.store.database, house.office, house.files, scrub)
    row = await house.desk.customers.add(NewCustomer("Ali Işık"), house.act())
    request = (await erasing.open(row.id, "istedi", house.act())).id
    await erasing.verify(request, house.act())
    await erasing.approve(request, house.act("boss"))
    with pytest.raises(StoreError):
        await erasing.work(request, house.act("job"))
    found = await erasing.get(request, house.at)
    assert found is not None
    assert (found.state, len(found.counts)) == ("running", len(Step))
    assert (await erasing.work(request, house.act("job"))).state == "done"
    assert (await erasing.work(request, house.act("job"))).state == "done"
    assert cleaned == ["tried", "tried"]


def _known_to_rt(connection: Connection) -> None:
    own = connection.scalar(select(ticket.c.id))
    ref = {"tenant_id": 1, "system": "rt", "entity": "ticket", "entity_id": own}
    row = {**ref, "external_id": "12", "etag": "", "at": Life.NOON}
    connection.execute(insert(external_ref).values(row))


async def test_it_waits_while_something_of_hers_goes_on(life: Life) -> None:
    request = await life.forget()
    live = update(interaction).where(interaction.c.public_id == "c1")
    await life.store.database.change(lambda it: it.execute(live.values(ended_at=None)))
    row = await life.erasures.work(request, life.act("job"))
    assert (row.counts, row.waits_for) == ({}, "a contact of this customer goes on now")
    await life.store.database.change(lambda it: it.execute(live.values(ended_at=life.at)))
    assert len((await life.erasures.work(request, life.act("job"))).counts) == len(Step)


async def test_the_key_is_destroyed_with_her(life: Life) -> None:
    await life.erasures.work(await life.forget(), life.act("job"))
    keys = await life.store.database.read(lambda it: it.execute(select(customer_key)).all())
    assert [(key.wrapped, key.destroyed_at) for key in keys] == [(None, life.at)]
