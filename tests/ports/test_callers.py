"""Whose contact an interaction is, on every database: at its begin, when he says so, at its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError, NotValidError
from ivr.engine.record.stretches import Stretch
from ivr.runtime.ports import CallClosing
from ivr.runtime.ports.customers import NOBODY, Act, Entered, NewCustomer, NewPoint
from ivr.store.tables import contact_point, customer, interaction
from ivr.tickets.identity.ladder import How
from ivr.tickets.identity.trust import Arrival
from tests.fakes.customer_ports import CustomerPorts, open_customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.runtime.ports.customers import CustomerRow
    from ivr.store import SqlStore

    Step = Callable[..., Entry]

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACT = Act("ece", NOON)
PHONE = "+905321112233"
OWN = Arrival()
FIRST = CallId("c1")
ENGINES = ("sqlite", "postgres")
"""Customers are kept in databases only."""


@pytest.fixture
def desk(store: SqlStore) -> CustomerPorts:
    """The ports under test."""
    return open_customers(store.database)


@pytest.fixture
async def ali(desk: CustomerPorts) -> CustomerRow:
    """A customer who is known by his phone."""
    row = await desk.customers.add(NewCustomer("Ali"), ACT)
    await desk.customers.add_point(row.id, NewPoint("phone", PHONE), ACT)
    return row


async def _opened(store: SqlStore, step: Step, call: str = "c1", **opening: Any) -> CallId:  # noqa: ANN401
    entry = step(1, call=call)
    started = opening.pop("at", entry.at)
    assert entry.opening is not None
    entry = replace(entry, at=started, opening=replace(entry.opening, **opening))
    await store.journal.append(entry)
    return CallId(call)


async def _row(store: SqlStore, call: str = "c1") -> Any:  # noqa: ANN401 - a row
    question = select(interaction).where(interaction.c.public_id == call)
    return await store.database.read(lambda it: it.execute(question).one())


async def _customer_of(store: SqlStore, call: str = "c1") -> str | None:
    """Public id of the customer an interaction is bound to."""
    question = (
        select(customer.c.public_id)
        .join(interaction, interaction.c.customer_id == customer.c.id)
        .where(interaction.c.public_id == call)
    )
    return await store.database.read(lambda it: it.scalar(question))


async def test_a_known_caller_is_written_down_at_the_begin(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    call = await _opened(store, step)
    match = await desk.callers.arrived(call, PHONE, OWN, NOON)
    row = await _row(store)
    assert (match.how, match.customer) == (How.EXACT, ali.id)
    assert (row.from_norm, row.ani_trust, row.match_how, row.match_score) == (
        PHONE,
        "plain",
        "exact",
        80,
    )
    assert await _customer_of(store) == ali.id
    assert row.contact_point_id is not None


async def test_a_call_that_is_over_at_once_is_written_down_all_the_same(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    call = await _opened(store, step)
    closing = CallClosing("handled", "success", "normal", "caller", "", "tr", (), ())
    end = store.journal.append(replace(step(2), closing=closing))
    match, _ended = await asyncio.gather(desk.callers.arrived(call, PHONE, OWN, NOON), end)
    row = await _row(store)
    assert (match.customer, row.match_how, row.outcome) == (ali.id, "exact", "handled")


async def test_running_it_again_changes_nothing(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    call = await _opened(store, step)
    await desk.callers.arrived(call, PHONE, OWN, NOON)
    before = await _row(store)
    assert await desk.callers.arrived(call, PHONE, Arrival(attestation="A"), NOON) == NOBODY
    assert await _row(store) == before
    assert await desk.callers.arrived(CallId("none"), PHONE, OWN, NOON) == NOBODY
    assert ali.id


@pytest.mark.parametrize(
    ("sender", "trust"),
    [
        ((None, OWN), "withheld"),
        (("anonymous", OWN), "withheld"),
        ((PHONE, Arrival(attestation="failed")), "failed"),
        ((PHONE, Arrival(country="DE")), "failed"),
    ],
)
async def test_who_hides_or_forges_his_number_is_nobody(
    desk: CustomerPorts,
    store: SqlStore,
    step: Step,
    sender: tuple[str | None, Arrival],
    trust: str,
) -> None:
    ali = await desk.customers.add(NewCustomer("Ali"), ACT)
    await desk.customers.add_point(ali.id, NewPoint("phone", PHONE), ACT)
    ani, arrival = sender
    call = await _opened(store, step, ani=ani)
    match = await desk.callers.arrived(call, ani, arrival, NOON)
    row = await _row(store)
    assert (match.how, match.candidates) == (How.NONE, ())
    assert (row.customer_id, row.ani_trust, row.match_how) == (None, trust, "none")


async def test_a_call_alone_makes_no_customer(
    desk: CustomerPorts, store: SqlStore, step: Step
) -> None:
    call = await _opened(store, step)
    assert not (await desk.callers.arrived(call, PHONE, OWN, NOON)).known
    entered = [Entered("customer_no", "1000006", verified=True)]
    assert not (await desk.callers.entered(call, entered, NOON)).known
    count = await store.database.read(
        lambda it: it.scalar(select(func.count()).select_from(customer))
    )
    assert count == 0
    assert (await _row(store)).match_how == "none"


async def test_who_says_who_he_is_and_proves_it_is_that_customer(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    can = await desk.customers.add(NewCustomer("Can"), ACT)
    call = await _opened(store, step)
    await desk.callers.arrived(call, PHONE, OWN, NOON)
    said = Entered("customer_no", can.number, verified=False)
    assert (await desk.callers.entered(call, [said], NOON)).customer == ali.id
    match = await desk.callers.entered(call, [replace(said, verified=True)], NOON)
    assert (match.how, match.score, match.customer) == (How.ENTERED, 100, can.id)
    assert await _customer_of(store) == can.id
    assert (await _row(store)).match_how == "entered"


async def test_a_proof_from_his_own_telephone_confirms_it(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    call = await _opened(store, step)
    later = NOON + timedelta(days=400)
    said = Entered("customer_no", ali.number, verified=True)
    match = await desk.callers.entered(call, [said], later)
    (point,) = await desk.customers.points(ali.id)
    assert (match.point, point.confirmed_at) == (point.id, later)
    assert (await _row(store)).contact_point_id is not None


async def test_an_agent_says_whose_call_it_was(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    call = await _opened(store, step, ani=None)
    await desk.callers.arrived(call, None, OWN, NOON)
    await desk.callers.belongs(call, ali.number, ACT)
    assert await _customer_of(store) == ali.id
    for change in (
        desk.callers.belongs(call, "nobody", ACT),
        desk.callers.belongs(CallId("none"), ali.id, ACT),
        desk.callers.belongs(call, ali.id, replace(ACT, tenant=2)),
    ):
        with pytest.raises(NotFoundError):
            await change
    with pytest.raises(NotValidError):
        await desk.callers.about(call, "x" * 129, ACT)


async def test_a_second_call_about_the_same_within_seven_days_is_a_repeat(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    begins = {"c1": 0, "c2": 6, "c3": 8, "c4": 6.5}
    for call, day in begins.items():
        await _opened(store, step, call, at=NOON + timedelta(days=day))
        await desk.callers.arrived(CallId(call), PHONE, OWN, NOON)
    for call, category in (
        ("c1", "billing.wrong_amount"),
        ("c2", "billing.late"),
        ("c4", "shipping"),
        ("c3", "billing"),
    ):
        await desk.callers.about(CallId(call), category, ACT)
    ids = {call: (await _row(store, call)).id for call in begins}
    repeats = {call: (await _row(store, call)).repeat_of_id for call in begins}
    assert repeats == {"c1": None, "c2": ids["c1"], "c3": ids["c2"], "c4": None}
    assert ali.id


async def test_the_card_shows_the_contacts_also_after_a_merge(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    call = await _opened(store, step)
    await desk.callers.arrived(call, PHONE, OWN, NOON)
    can = await desk.customers.add(NewCustomer("Can"), ACT)
    merge = await desk.merges.merge(can.id, ali.id, "", ACT)
    closing = CallClosing("handled", "success", "normal", "caller", "", "tr", (), ())
    await store.journal.append(replace(step(2), closing=closing))
    card = await desk.customers.card(can.id)
    assert card is not None
    assert [(one.id, one.outcome) for one in card.contacts] == [("c1", "handled")]
    assert (await desk.merges.undo(merge.id, ACT)).conflicts == ()
    assert await _customer_of(store) == ali.id


def _part(kind: str, begin: float, end: float, **more: Any) -> Stretch:  # noqa: ANN401
    moments = (NOON + timedelta(seconds=begin), NOON + timedelta(seconds=end))
    return replace(Stretch(kind, *moments, party="caller"), **more)


async def test_the_end_of_a_call_writes_its_sums_and_where_it_was_last(
    store: SqlStore, step: Step
) -> None:
    parts = (
        _part("ivr", 0, 5.0001, detail="bank"),
        _part("offer", 5, 15, party="agent", agent="can", queue="loans", result="missed"),
        _part("queue", 5.0001, 15, queue="cards", result="answered"),
        _part("talk", 15, 20, agent="ayse", queue="cards"),
        _part("hold", 20, 30, agent="ayse", queue="cards"),
        _part("conference", 30, 31, agent="ayse", queue="cards"),
        _part("offer", 31, 32, party="agent", agent="su", queue="loans", result="missed"),
    )
    await _opened(store, step)
    closing = CallClosing("handled", "success", "normal", "caller", "", "tr", (), parts, NOON)
    await store.journal.append(replace(step(2), closing=closing))
    row = await _row(store)
    assert (row.ivr_ms, row.wait_ms, row.talk_ms, row.hold_ms) == (5001, 10_000, 6000, 10_000)
    assert (row.answered_at, row.last_queue, row.last_agent) == (NOON, "cards", "ayse")
    kept = await store.interactions.get(FIRST)
    assert kept is not None
    assert kept.segments == parts


async def test_a_point_that_is_ended_is_not_matched(
    desk: CustomerPorts, store: SqlStore, step: Step, ali: CustomerRow
) -> None:
    (point,) = await desk.customers.points(ali.id)
    await desk.customers.end_point(point.id, ACT)
    call = await _opened(store, step)
    assert not (await desk.callers.arrived(call, PHONE, OWN, NOON)).known
    left = select(func.count()).select_from(contact_point)
    assert await store.database.read(lambda it: it.scalar(left)) == 1


async def test_work_after_a_call_is_a_part_of_it_whenever_it_comes(
    desk: CustomerPorts, store: SqlStore, step: Step
) -> None:
    call = await _opened(store, step)
    at = [NOON + timedelta(seconds=second) for second in range(5)]
    await desk.callers.wound_up(call, "ayse", at[0], at[1])
    parts = (_part("ivr", 0, 5),)
    closing = CallClosing("handled", "success", "normal", "caller", "", "tr", (), parts, NOON)
    await store.journal.append(replace(step(2), closing=closing))
    await desk.callers.wound_up(call, "can", at[2], at[4] + timedelta(microseconds=1))
    await desk.callers.wound_up(CallId("none"), "can", at[2], at[4])
    await store.wrapups.code(call, "can", NOON, "solved")
    row = await _row(store)
    assert (row.wrapup_ms, row.ivr_ms, row.wrapup_code) == (3001, 5000, "solved")
    kept = await store.interactions.get(FIRST)
    assert kept is not None
    told = [(one.kind, one.party, one.agent) for one in kept.segments]
    assert told == [("ivr", "caller", ""), ("wrapup", "agent", "ayse"), ("wrapup", "agent", "can")]
