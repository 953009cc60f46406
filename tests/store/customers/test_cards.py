"""The card takes five reads, and neither it nor a look-up ever walks through a whole table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, create_engine, event

from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.ports.products import NewAsset, ProductRow
from ivr.store import postgres
from ivr.store.address import read_address
from ivr.store.customers import assets, points, products, profiles
from ivr.store.customers.cards import (
    assets_question,
    card,
    card_of_sender,
    contacts_question,
    of_number,
    tickets_question,
)
from ivr.store.customers.finding import by_name, by_point
from ivr.store.customers.matching import ALIKE, CALLS_ALIKE, CALLS_EQUAL, EQUAL, Sender
from ivr.store.customers.merging import merge
from ivr.store.customers.point_rows import points_question
from ivr.store.customers.resolving import meant
from ivr.store.customers.work import House, Work
from ivr.store.tables import METADATA, customer, interaction, ticket
from ivr.tickets.identity.ladder import How
from ivr.tickets.identity.points import read_phone
from ivr.tickets.identity.trust import Trust
from tests.fakes.filled_rows import NOON, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select

    from ivr.runtime.ports.customers import CustomerRow

PHONE = read_phone("0532 111 22 33", "TR")
LOOKED_UP = {"tenant": 1, "kind": "phone", "norm": PHONE.norm, "tail9": PHONE.tail9}
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
SENDER = Sender(PHONE, Trust.PLAIN, NOON)


def questions(dialect: str) -> dict[str, Select[Any]]:
    """Everything that runs while a caller waits."""
    return {
        "by id": meant(1, ULID),
        "by number": meant(1, "1000006"),
        "look-up": ALIKE.params(**LOOKED_UP),
        "look-up of an address": EQUAL.params(**LOOKED_UP),
        "look-up of a call": CALLS_ALIKE.params(call="c1", **LOOKED_UP),
        "look-up of a sender of mail": CALLS_EQUAL.params(call="c1", **LOOKED_UP),
        "points": points_question(7),
        "assets": assets_question(7),
        "tickets": tickets_question(7),
        "contacts": contacts_question(interaction.c.customer_id == 7),
        "contacts of a number": contacts_question(of_number(1, "+905321112233")),
        "search by phone": by_point(PHONE, 1),
        "search by name": by_name("isik", 1, dialect),
    }


@pytest.fixture
def connection() -> Iterator[Connection]:
    """An SQLite database in memory."""
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        METADATA.create_all(opened)
        yield opened
    engine.dispose()


@pytest.fixture
def work(connection: Connection) -> Work:
    """Ece works on it."""
    return Work(connection, Act("ece", NOON), House("TR", b"key"))


def _reads(connection: Connection) -> list[str]:
    seen: list[str] = []
    event.listen(
        connection, "before_cursor_execute", lambda *told: seen.append(told[2]), retval=False
    )
    return seen


def _full(work: Work) -> CustomerRow:
    row = profiles.add(work, NewCustomer("Ali"))
    other = profiles.add(work, NewCustomer("Can"))
    points.add_point(work, row.id, NewPoint("phone", PHONE.raw, primary=True))
    ended = points.add_point(work, row.id, NewPoint("phone", "0212 222 33 44")).point
    points.end_point(work, ended.id)
    merge(work, row.id, other.id, "")
    products.save(work, ProductRow("x5", "X5"))
    assets.add(work, NewAsset(row.id, "x5", "S-1"))
    key = work.connection.scalar(customer.select().where(customer.c.public_id == row.id))
    for state in ("open", "closed"):
        fill(work.connection, ticket, customer_id=key, state_type=state, number=state)
    for number in range(7):
        fill(work.connection, interaction, customer_id=key, public_id=f"c{number}")
    return replace(row, asked=other.number)


def test_a_card_of_a_customer_takes_five_reads(work: Work) -> None:
    row = _full(work)
    seen = _reads(work.connection)
    found = card(row.asked, 1, work.connection)
    assert len(seen) == 5
    assert found is not None
    assert found.customer == row
    assert [one.norm for one in found.points] == ["+905321112233"]
    assert [one.serial_no for one in found.assets] == ["S-1"]
    assert [one.number for one in found.tickets] == ["open"]
    assert len(found.contacts) == 5


def test_a_card_of_a_number_takes_five_reads_too(work: Work) -> None:
    row = _full(work)
    seen = _reads(work.connection)
    found = card_of_sender(SENDER, work.connection)
    assert len(seen) == 5
    assert found.customer == replace(row, asked="")
    assert found.match is not None
    assert found.match.how is How.EXACT
    assert len(found.contacts) == 5


def test_an_unknown_number_shows_only_its_last_contacts(work: Work) -> None:
    fill(work.connection, interaction, public_id="c1", from_norm=PHONE.norm)
    found = card_of_sender(SENDER, work.connection)
    assert (found.customer, [one.id for one in found.contacts]) == (None, ["c1"])
    hidden = Sender(read_phone("anonymous", "TR"), Trust.WITHHELD, NOON)
    assert card_of_sender(hidden, work.connection).contacts == ()


def test_nobody_has_no_card(work: Work) -> None:
    assert card("nobody", 1, work.connection) is None


@pytest.mark.parametrize("name", questions(""))
def test_sqlite_finds_it_by_an_index(connection: Connection, name: str) -> None:
    plan = _plan(connection, questions("sqlite")[name], "EXPLAIN QUERY PLAN ")
    whole = [line for line in plan if re.search(r"SCAN (?!\(|chain|anon|ids)", line)]
    assert whole == [], plan


def test_postgresql_finds_it_by_an_index(postgres_address: str) -> None:
    """Small tables are always scanned, so scanning is made dear: who has no index still does it."""
    found: dict[str, list[str]] = {}

    def job(connection: Connection) -> None:
        connection.exec_driver_sql("TRUNCATE customer CASCADE")  # what it held counts no more
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for name, question in questions("postgresql").items():
            found[name] = _plan(connection, question, "EXPLAIN ")

    async def ask() -> None:
        engine = postgres.upgrading_engine(read_address(postgres_address))
        async with engine.connect() as connection:
            await connection.run_sync(job)
        await engine.dispose()

    postgres.apart(ask)
    for name, plan in found.items():
        assert not [line for line in plan if "Seq Scan" in line], (name, plan)
    (line,) = [line for line in found["search by name"] if "Index Cond" in line][:1]
    assert "name_fold ~>=~" in line


def _plan(connection: Connection, question: Select[Any], how: str) -> list[str]:
    text = question.compile(connection, compile_kwargs={"literal_binds": True})
    return [str(row[-1]) for row in connection.exec_driver_sql(how + str(text))]
