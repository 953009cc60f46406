"""What the port of merges promises, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError, StoreError
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.store.customers.work import House
from ivr.store.tables import customer_identifier, outbox_event
from tests.fakes.customer_ports import CustomerPorts, open_customers

if TYPE_CHECKING:
    from ivr.runtime.ports.customers import CustomerRow
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACT = Act("ece", NOON)
PHONE = "0532 111 22 33"
ENGINES = ("sqlite", "postgres")
"""Customers are kept in databases only."""


@pytest.fixture
def desk(store: SqlStore) -> CustomerPorts:
    """The ports under test."""
    return open_customers(store.database)


async def _add(desk: CustomerPorts, name: str, phone: str = "", **more: object) -> CustomerRow:
    row = await desk.customers.add(NewCustomer(name), ACT)
    if phone:
        new = NewPoint("phone", phone, **more)  # type: ignore[arg-type]
        await desk.customers.add_point(row.id, new, ACT)
    return row


async def test_a_merge_moves_everything_and_the_old_number_leads_on(desk: CustomerPorts) -> None:
    ali, can = await _add(desk, "Ali", PHONE), await _add(desk, "Can", "0212 222 33 44")
    merge = await desk.merges.merge(ali.id, can.number, "same man", ACT)
    assert (merge.survivor, merge.loser, merge.by, merge.moved) == (ali.id, can.id, "ece", 2)
    assert len(await desk.customers.points(ali.id)) == 2
    found = await desk.customers.get(can.number)
    assert found is not None
    assert (found.id, found.asked, found.version) == (ali.id, can.number, 1)
    assert await desk.merges.merges(can.id) == await desk.merges.merges(ali.id) == [merge]


async def test_what_is_merged_already_is_not_merged_again(desk: CustomerPorts) -> None:
    ali, can, su = [await _add(desk, name) for name in ("Ali", "Can", "Su")]
    await desk.merges.merge(ali.id, can.id, "", ACT)
    for survivor, loser in ((ali, can), (can, ali), (ali, ali)):
        with pytest.raises(IllegalTransitionError, match="already merged"):
            await desk.merges.merge(survivor.id, loser.id, "", ACT)
    with pytest.raises(IllegalTransitionError, match="gone into another"):
        await desk.merges.merge(su.id, can.id, "", ACT)
    with pytest.raises(NotFoundError):
        await desk.merges.merge(su.id, "nobody", "", ACT)


async def test_a_row_of_eight_merges_is_followed_and_a_ninth_refused(desk: CustomerPorts) -> None:
    rows = [await _add(desk, f"K{number}") for number in range(10)]
    for loser, survivor in pairwise(rows[:9]):
        await desk.merges.merge(survivor.id, loser.id, "", ACT)
    found = await desk.customers.get(rows[0].number)
    assert found is not None
    assert found.id == rows[8].id
    with pytest.raises(IllegalTransitionError, match="at most 8"):
        await desk.merges.merge(rows[9].id, rows[8].id, "", ACT)


async def test_an_undone_merge_leaves_two_people_and_what_was_new_with_the_survivor(
    desk: CustomerPorts,
) -> None:
    ali, can = await _add(desk, "Ali", PHONE), await _add(desk, "Can", "0212 222 33 44")
    before = await desk.customers.points(can.id)
    merge = await desk.merges.merge(ali.id, can.id, "", ACT)
    await desk.customers.add_point(can.id, NewPoint("email", "a@b.com"), ACT)
    undone = await desk.merges.undo(merge.id, replace(ACT, by="su"))
    assert (undone.restored, undone.conflicts, undone.merge.undone_by) == (2, (), "su")
    assert await desk.customers.get(can.number) == can
    assert await desk.customers.points(can.id) == before
    assert len(await desk.customers.points(ali.id)) == 2
    with pytest.raises(IllegalTransitionError, match="already"):
        await desk.merges.undo(merge.id, ACT)
    with pytest.raises(NotFoundError):
        await desk.merges.undo("01ARZ3NDEKTSV4RRFFQ69G5FAV", ACT)


async def test_a_row_that_has_changed_since_stays_and_is_named(desk: CustomerPorts) -> None:
    ali, can = await _add(desk, "Ali"), await _add(desk, "Can", PHONE)
    (point,) = await desk.customers.points(can.id)
    merge = await desk.merges.merge(ali.id, can.id, "", ACT)
    await desk.customers.change_point(point.id, {"label": "iş"}, ACT)
    undone = await desk.merges.undo(merge.id, ACT)
    (conflict,) = undone.conflicts
    assert (conflict.table, conflict.row, conflict.reason) == ("contact_point", point.id, "changed")
    assert [one.id for one in await desk.customers.points(ali.id)] == [point.id]


async def test_the_later_merge_is_taken_back_first(desk: CustomerPorts) -> None:
    ali, can, su = [await _add(desk, name) for name in ("Ali", "Can", "Su")]
    first = await desk.merges.merge(can.id, su.id, "", ACT)
    second = await desk.merges.merge(ali.id, can.id, "", ACT)
    with pytest.raises(IllegalTransitionError, match="later"):
        await desk.merges.undo(first.id, ACT)
    await desk.merges.undo(second.id, ACT)
    await desk.merges.undo(first.id, ACT)
    assert await desk.customers.get(su.id) == su


async def test_a_person_decides_on_a_pair(desk: CustomerPorts) -> None:
    ali, can = await _add(desk, "Ali", PHONE), await _add(desk, "Can", PHONE)
    (pair,) = await desk.merges.candidates()
    assert (pair.a.id, pair.b.id, pair.evidence, pair.score) == (ali.id, can.id, ("point",), 50)
    with pytest.raises(NotValidError):
        await desk.merges.decide(pair.id, "somebody", ACT)
    merge = await desk.merges.decide(pair.id, can.number, ACT)
    assert merge is not None
    assert (merge.survivor, merge.loser) == (can.id, ali.id)
    (done,) = await desk.merges.candidates("merged")
    assert (done.decided_by, done.decided_at) == ("ece", NOON)
    with pytest.raises(IllegalTransitionError):
        await desk.merges.decide(pair.id, "", ACT)
    await desk.merges.undo(merge.id, ACT)
    assert await desk.merges.candidates() == [pair]


async def test_two_who_are_two_are_never_asked_about_again(desk: CustomerPorts) -> None:
    ali, can = await _add(desk, "Ali", PHONE), await _add(desk, "Can", PHONE)
    (pair,) = await desk.merges.candidates()
    assert await desk.merges.decide(pair.id, "", ACT) is None
    await desk.customers.add_point(can.id, NewPoint("phone", PHONE, "code"), ACT)
    (point,) = await desk.customers.points(ali.id)
    assert (await desk.customers.verify_point(point.id, "code", ACT)).merged == ""
    assert await desk.merges.candidates() == []
    assert await desk.merges.seek(ali.id, ACT) == []


async def test_what_was_merged_without_asking_and_taken_back_stays_apart(
    desk: CustomerPorts,
) -> None:
    await _add(desk, "Ali", PHONE, origin="code")
    can = await _add(desk, "Can", PHONE, origin="code")
    (merge,) = await desk.merges.merges(can.number)
    assert merge.reason == "automatic: verified_point"
    await desk.merges.undo(merge.id, ACT)
    added = await desk.customers.add_point(can.id, NewPoint("phone", PHONE, "code"), ACT)
    assert (added.merged, added.candidate, added.point.customer) == ("", "", can.id)


async def test_others_who_may_be_the_same_are_looked_for(desk: CustomerPorts) -> None:
    ali = await _add(desk, "Ali Işık", "+49 532 111 22 33")
    other = await _add(desk, "ali isik", PHONE)
    await _add(desk, "Can", "0212 222 33 44")
    (pair,) = await desk.merges.seek(other.id, ACT)
    assert (pair.a.id, pair.b.id, pair.evidence) == (ali.id, other.id, ("tail9", "name"))
    assert await desk.merges.seek(ali.id, ACT) == [pair]


async def test_an_official_number_can_be_compared_and_not_read(
    desk: CustomerPorts, store: SqlStore
) -> None:
    ali, can = await _add(desk, "Ali"), await _add(desk, "Can")
    added = await desk.merges.add_identifier(ali.id, "tckn", "100 000 001 46", ACT)
    assert added.identifier is not None
    assert (added.identifier.last4, added.identifier.verified_at) == ("0146", None)
    assert await desk.merges.same_identifier(ali.id, "tckn", "10000000146")
    assert not await desk.merges.same_identifier(ali.id, "tckn", "10000000147")
    assert not await desk.merges.same_identifier(can.id, "tckn", "10000000146")
    rows = await store.database.read(lambda it: it.execute(select(customer_identifier)).all())
    assert "10000000146" not in str(rows)
    again = await desk.merges.add_identifier(ali.id, "tckn", "10000000146", ACT, verified=True)
    assert again.identifier is not None
    assert again.identifier.verified_at == NOON
    assert len(await desk.merges.identifiers(ali.id)) == 1


async def test_two_with_one_official_number_are_one_if_it_was_verified(
    desk: CustomerPorts,
) -> None:
    ali, can = await _add(desk, "Ali"), await _add(desk, "Can")
    await desk.merges.add_identifier(ali.id, "tckn", "10000000146", ACT, verified=True)
    seen = await desk.merges.add_identifier(can.id, "tckn", "10000000146", ACT)
    assert (seen.identifier, seen.merged, bool(seen.candidate)) == (None, "", True)
    sure = await desk.merges.add_identifier(can.id, "tckn", "10000000146", ACT, verified=True)
    assert sure.merged
    found = await desk.customers.get(can.id)
    assert found is not None
    assert found.id == ali.id


@pytest.mark.parametrize(("scheme", "value"), [("TCKN", "12345"), ("tckn", "12"), ("t", "9" * 65)])
async def test_a_number_that_is_none_is_refused(
    desk: CustomerPorts, scheme: str, value: str
) -> None:
    ali = await _add(desk, "Ali")
    with pytest.raises(NotValidError):
        await desk.merges.add_identifier(ali.id, scheme, value, ACT)


async def test_without_a_key_no_official_number_is_kept(store: SqlStore) -> None:
    desk = open_customers(store.database, House("TR"))
    ali = await _add(desk, "Ali")
    with pytest.raises(StoreError, match="key"):
        await desk.merges.add_identifier(ali.id, "tckn", "10000000146", ACT)


async def test_tenants_do_not_merge_with_each_other(desk: CustomerPorts) -> None:
    other = replace(ACT, tenant=2)
    ali = await _add(desk, "Ali", PHONE, origin="code")
    his = await desk.customers.add(NewCustomer("Ali"), other)
    added = await desk.customers.add_point(his.id, NewPoint("phone", PHONE, "code"), other)
    assert (added.merged, added.candidate) == ("", "")
    for act in (ACT, other):
        with pytest.raises(NotFoundError):
            await desk.merges.merge(ali.id, his.id, "", act)
    for tenant, act, owner in ((1, ACT, ali), (2, other, his)):
        await desk.merges.add_identifier(owner.id, "tckn", "10000000146", act, verified=True)
        assert await desk.merges.same_identifier(owner.id, "tckn", "10000000146", tenant)
    assert not await desk.merges.same_identifier(his.id, "tckn", "10000000146")
    assert await desk.merges.candidates(tenant=2) == []


async def test_a_merge_is_told_to_other_systems(desk: CustomerPorts, store: SqlStore) -> None:
    ali, can = await _add(desk, "Ali"), await _add(desk, "Can")
    merge = await desk.merges.merge(ali.id, can.id, "", ACT)
    await desk.merges.undo(merge.id, replace(ACT, at=NOON + timedelta(days=1)))
    told = await store.database.read(lambda it: it.execute(select(outbox_event)).all())
    assert [(one.type, one.aggregate_id) for one in told] == [
        ("customer.merged", ali.id),
        ("customer.updated", ali.id),
    ]
