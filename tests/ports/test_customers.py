"""What the port of customers promises, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.domain.errors import (
    IllegalTransitionError,
    NotFoundError,
    NotValidError,
    StaleVersionError,
)
from ivr.flow.expressions.checks import damm
from ivr.runtime.ports.customers import Act, Filters, NewCustomer, NewPoint
from ivr.store.tables import audit_log, outbox_event
from ivr.tickets.identity.ladder import How
from ivr.tickets.identity.trust import Trust
from tests.fakes.customer_ports import CustomerPorts, open_customers

if TYPE_CHECKING:
    from ivr.runtime.ports.customers import ContactPoint, CustomerRow
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


async def _add(desk: CustomerPorts, name: str = "Ayşe Işık", tenant: int = 1) -> CustomerRow:
    return await desk.customers.add(NewCustomer(name), replace(ACT, tenant=tenant))


async def _point(
    desk: CustomerPorts, owner: CustomerRow, value: str = PHONE, **more: object
) -> ContactPoint:
    new = NewPoint("phone", value, **more)  # type: ignore[arg-type]
    return (await desk.customers.add_point(owner.id, new, ACT)).point


async def test_a_new_customer_gets_a_number_that_can_be_keyed(desk: CustomerPorts) -> None:
    first, second = await _add(desk), await _add(desk)
    assert damm(first.number)
    assert damm(second.number)
    assert (first.number[:-1], second.number[:-1]) == ("100000", "100001")
    assert (first.version, first.created_at) == (1, NOON)


async def test_a_customer_is_found_by_id_and_by_number(desk: CustomerPorts) -> None:
    row = await desk.customers.add(NewCustomer("Ali", number="K-7"), ACT)
    assert await desk.customers.get("K-7") == await desk.customers.get(row.id) == row
    assert await desk.customers.get("K-8") is None


async def test_a_number_that_is_taken_is_refused_and_one_that_is_free_is_skipped(
    desk: CustomerPorts,
) -> None:
    taken = await desk.customers.add(NewCustomer("Ali", number="1000006"), ACT)
    with pytest.raises(NotValidError, match="taken"):
        await desk.customers.add(NewCustomer("Veli", number=taken.number), ACT)
    assert (await _add(desk)).number != taken.number


async def test_a_change_needs_the_version_that_was_read(desk: CustomerPorts) -> None:
    row = await _add(desk)
    fresh = await desk.customers.change(row.id, 1, {"vip_rank": 2, "attrs": {"a": [1]}}, ACT)
    assert (fresh.version, fresh.vip_rank, fresh.attrs) == (2, 2, {"a": [1]})
    with pytest.raises(StaleVersionError):
        await desk.customers.change(row.id, 1, {"vip_rank": 3}, ACT)


async def test_a_change_that_changes_nothing_leaves_the_version(desk: CustomerPorts) -> None:
    row = await _add(desk)
    assert (await desk.customers.change(row.id, 1, {"full_name": row.full_name}, ACT)).version == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "ghost"),
        ("vip_rank", -1),
        ("vip_rank", "3"),
        ("locale", "x" * 25),
        ("company", "nobody"),
        ("number", "7"),
    ],
)
async def test_a_value_that_no_customer_can_have_is_named(
    desk: CustomerPorts, field: str, value: object
) -> None:
    row = await _add(desk)
    with pytest.raises(NotValidError, match=field):
        await desk.customers.change(row.id, 1, {field: value}, ACT)


async def test_a_person_belongs_to_a_company_and_to_nothing_else(desk: CustomerPorts) -> None:
    company = await desk.customers.add(NewCustomer("Arı A.Ş.", kind="company"), ACT)
    row = await desk.customers.add(NewCustomer("Ali", company=company.number), ACT)
    assert row.company == company.id
    with pytest.raises(NotValidError, match="company"):
        await desk.customers.change(company.id, 1, {"company": row.id}, ACT)


async def test_a_list_comes_in_parts_the_newest_first(desk: CustomerPorts) -> None:
    rows = [await _add(desk, f"Kişi {number}") for number in range(5)]
    first = await desk.customers.list(limit=3)
    rest = await desk.customers.list(after=first.after, limit=3)
    assert [*first.rows, *rest.rows] == rows[::-1]
    assert rest.after == ""
    with pytest.raises(NotValidError):
        await desk.customers.list(after="5")


async def test_a_list_can_be_narrowed(desk: CustomerPorts) -> None:
    company = await desk.customers.add(NewCustomer("Arı", kind="company"), ACT)
    gold = NewCustomer("Ali", segment="gold", vip_rank=3, company=company.id)
    row = await desk.customers.add(gold, ACT)
    for filters in (
        Filters(segment="gold"),
        Filters(least_vip_rank=1),
        Filters(company=company.number),
        Filters(kind="person"),
    ):
        assert (await desk.customers.list(filters)).rows == (row,)
    assert (await desk.customers.list(Filters(company="none"))).rows == ()


async def test_a_point_is_kept_in_one_form_and_never_twice(desk: CustomerPorts) -> None:
    row = await _add(desk)
    point = await _point(desk, row)
    again = await _point(desk, row, "+90 (532) 111-22-33", origin="web_form")
    assert (point.norm, point.shared, point.confidence) == ("+905321112233", False, 80)
    assert again == point
    assert await desk.customers.points(row.number) == [point]


async def test_a_point_that_cannot_be_read_is_kept_but_matches_nobody(desk: CustomerPorts) -> None:
    row = await _add(desk)
    point = await _point(desk, row, "0532123456")
    assert (point.norm, point.value) == (None, "0532123456")
    assert await _point(desk, row, "0532123456") == point
    match = await desk.customers.match("phone", "0532123456", Trust.PLAIN, NOON)
    assert match.how is How.NONE


@pytest.mark.parametrize(
    "new", [NewPoint("phone", ""), NewPoint("fax", "1"), NewPoint("phone", PHONE, "guess")]
)
async def test_a_point_that_is_none_is_refused(desk: CustomerPorts, new: NewPoint) -> None:
    row = await _add(desk)
    with pytest.raises(NotValidError):
        await desk.customers.add_point(row.id, new, ACT)


async def test_one_of_a_kind_is_primary(desk: CustomerPorts) -> None:
    row = await _add(desk)
    first = await _point(desk, row, primary=True)
    second = await _point(desk, row, "0212 222 33 44", primary=True)
    assert [one.primary for one in await desk.customers.points(row.id)] == [True, False]
    assert (await desk.customers.change_point(first.id, {"primary": True}, ACT)).primary
    points = await desk.customers.points(row.id)
    assert {one.id: one.primary for one in points} == {first.id: True, second.id: False}


async def test_an_ended_point_matches_nobody_until_it_comes_again(desk: CustomerPorts) -> None:
    row = await _add(desk)
    point = await _point(desk, row)
    ended = await desk.customers.end_point(point.id, ACT)
    assert ended.ended_at == NOON
    assert not (await desk.customers.match("phone", PHONE, Trust.PLAIN, NOON)).known
    assert (await _point(desk, row)).id == point.id
    assert (await desk.customers.match("phone", PHONE, Trust.PLAIN, NOON)).customer == row.id


async def test_a_known_number_says_who_it_is(desk: CustomerPorts) -> None:
    row = await _add(desk)
    point = await _point(desk, row)
    match = await desk.customers.match("phone", "05321112233", Trust.PLAIN, NOON)
    assert (match.how, match.score, match.customer, match.point) == (
        How.EXACT,
        80,
        row.id,
        point.id,
    )
    (one,) = match.candidates
    assert (one.number, one.full_name, one.said) == (row.number, row.full_name, "same number")


@pytest.mark.parametrize("trust", [Trust.WITHHELD, Trust.FAILED])
async def test_a_sender_that_is_not_believed_is_nobody(desk: CustomerPorts, trust: Trust) -> None:
    await _point(desk, await _add(desk))
    match = await desk.customers.match("phone", PHONE, trust, NOON)
    assert (match.how, match.candidates) == (How.NONE, ())


async def test_a_number_is_believed_less_with_every_year_until_a_contact_confirms_it(
    desk: CustomerPorts,
) -> None:
    row = await _add(desk)
    point = await _point(desk, row)
    later = NOON + timedelta(days=366)
    match = await desk.customers.match("phone", PHONE, Trust.PLAIN, later)
    assert (match.how, match.score, match.known, match.perhaps) == (How.MAYBE, 40, False, True)
    await desk.customers.confirm(point.id, replace(ACT, at=later))
    assert (await desk.customers.match("phone", PHONE, Trust.PLAIN, later)).score == 80


async def test_equal_last_digits_are_only_shown(desk: CustomerPorts) -> None:
    row = await _add(desk)
    await _point(desk, row)
    match = await desk.customers.match("phone", "+495321112233", Trust.PLAIN, NOON)
    assert (match.how, match.known) == (How.SUFFIX, False)
    assert match.candidates[0].customer == row.id


async def test_two_who_give_one_number_are_both_shown_and_a_person_shall_decide(
    desk: CustomerPorts,
) -> None:
    first, second = await _add(desk, "Ali Işık"), await _add(desk, "Ayşe Işık")
    own = await _point(desk, first)
    new = NewPoint("phone", PHONE)
    added = await desk.customers.add_point(second.id, new, ACT)
    assert (own.shared, added.point.shared, added.merged) == (False, True, "")
    assert added.candidate
    match = await desk.customers.match("phone", PHONE, Trust.PLAIN, NOON)
    assert (match.how, match.asks_number) == (How.AMBIGUOUS, True)
    assert {one.customer for one in match.candidates} == {first.id, second.id}


async def test_a_number_seen_in_a_text_does_not_cast_doubt_on_its_owner(
    desk: CustomerPorts,
) -> None:
    first, second = await _add(desk, "Ali"), await _add(desk, "Can")
    await _point(desk, first)
    await _point(desk, second, origin="text")
    match = await desk.customers.match("phone", PHONE, Trust.PLAIN, NOON)
    assert (match.how, match.customer) == (How.EXACT, first.id)


async def test_when_the_other_gives_up_the_number_it_is_ones_own(desk: CustomerPorts) -> None:
    first, second = await _add(desk, "Ali"), await _add(desk, "Can")
    own = await _point(desk, first)
    await _point(desk, second)
    await desk.customers.end_point(own.id, ACT)
    match = await desk.customers.match("phone", PHONE, Trust.PLAIN, NOON)
    assert (match.how, match.customer) == (How.EXACT, second.id)


async def test_a_number_said_to_be_shared_is_shared_for_all(desk: CustomerPorts) -> None:
    first, second = await _add(desk, "Ali"), await _add(desk, "Can")
    own = await _point(desk, first)
    other = await _point(desk, second, shared=True)
    assert [one.shared for one in await desk.customers.points(first.id)] == [True]
    with pytest.raises(IllegalTransitionError):
        await desk.customers.change_point(own.id, {"shared": False}, ACT)
    await desk.customers.end_point(other.id, ACT)
    assert not (await desk.customers.change_point(own.id, {"shared": False}, ACT)).shared


async def test_a_switchboard_with_an_extension_is_shared(desk: CustomerPorts) -> None:
    row = await _add(desk)
    assert (await _point(desk, row, "0212 222 33 44 dahili 12")).shared


async def test_two_who_verify_one_number_are_one(desk: CustomerPorts) -> None:
    first, second = await _add(desk, "Ali"), await _add(desk, "Can")
    own = await _point(desk, first, origin="code")
    added = await desk.customers.add_point(second.id, NewPoint("phone", PHONE, "code"), ACT)
    assert added.merged
    assert (added.point.id, added.point.customer) == (own.id, first.id)
    found = await desk.customers.get(second.number)
    assert found is not None
    assert (found.id, found.asked) == (first.id, second.number)


async def test_verifying_later_merges_too_but_not_a_family(desk: CustomerPorts) -> None:
    first, second = await _add(desk, "Ali"), await _add(desk, "Can")
    await _point(desk, first, origin="code")
    other = await _point(desk, second)
    added = await desk.customers.verify_point(other.id, "code", ACT)
    assert (bool(added.merged), added.point.customer) == (True, first.id)
    third, fourth = await _add(desk, "Ece"), await _add(desk, "Su")
    one = await _point(desk, third, "0212 222 33 44", shared=True)
    two = await _point(desk, fourth, "0212 222 33 44")
    await desk.customers.verify_point(one.id, "code", ACT)
    assert (await desk.customers.verify_point(two.id, "code", ACT)).merged == ""


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("isik", "name"),
        ("IŞIK", "name"),
        ("0532 111 22 33", "phone"),
        ("K-77", "number"),
        ("Ayse@Firma.com", "email"),
        ("x:Isik", "handle"),
    ],
)
async def test_a_customer_is_found_while_an_agent_types(
    desk: CustomerPorts, text: str, by: str
) -> None:
    row = await desk.customers.add(NewCustomer("Işık Ayşe", number="K-77"), ACT)
    await _point(desk, row)
    for kind, value in (("email", "ayse@firma.com"), ("handle", "https://x.com/isik")):
        await desk.customers.add_point(row.id, NewPoint(kind, value), ACT)
    await _add(desk, "Veli")
    hits = await desk.customers.find(text)
    assert [(hit.customer.id, hit.by) for hit in hits] == [(row.id, by)]


async def test_a_search_for_nothing_finds_nothing(desk: CustomerPorts) -> None:
    await _add(desk, "Ali")
    for text in ("", "a", "%", "_li", "x" * 300):
        assert await desk.customers.find(text) == []


async def test_tenants_do_not_see_each_other(desk: CustomerPorts) -> None:
    mine = await desk.customers.add(NewCustomer("Ali", number="7"), ACT)
    other = replace(ACT, tenant=2)
    his = await desk.customers.add(NewCustomer("Ali", number="7"), other)
    point = (await desk.customers.add_point(mine.id, NewPoint("phone", PHONE), ACT)).point
    await desk.customers.add_point("7", NewPoint("phone", PHONE), other)
    found = await desk.customers.get("7", tenant=2)
    assert found is not None
    assert found.id == his.id
    assert await desk.customers.get(mine.id, tenant=2) is None
    assert (await desk.customers.list(tenant=2)).rows == (found,)
    assert [hit.customer.id for hit in await desk.customers.find("ali", tenant=2)] == [his.id]
    for tenant, row in ((1, mine), (2, his)):
        match = await desk.customers.match("phone", PHONE, Trust.PLAIN, NOON, tenant)
        assert (match.how, match.customer) == (How.EXACT, row.id)
    for change in (
        desk.customers.end_point(point.id, other),
        desk.customers.change(mine.id, 1, {"vip_rank": 1}, other),
        desk.customers.add_point(mine.id, NewPoint("email", "a@b.com"), other),
    ):
        with pytest.raises(NotFoundError):
            await change


async def test_every_change_is_told_and_written_down_without_anything_personal(
    desk: CustomerPorts, store: SqlStore
) -> None:
    row = await _add(desk, "Zühre Gizli")
    await _point(desk, row)
    await desk.customers.change(row.id, 1, {"full_name": "Zühre Saklı"}, ACT)
    told = await store.database.read(lambda it: it.execute(select(outbox_event)).all())
    assert [(one.type, one.aggregate_id, one.seq) for one in told] == [
        ("customer.updated", row.id, 1),
        ("customer.updated", row.id, 2),
    ]
    noted = await store.database.read(lambda it: it.scalars(select(audit_log.c.body)).all())
    assert len(noted) == 3
    for text in (*noted, *(one.payload for one in told)):
        assert "hre" not in text
        assert "5321112233" not in text
    assert await store.audit.broken() is None  # type: ignore[attr-defined]
