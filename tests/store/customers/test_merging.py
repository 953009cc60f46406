"""A merge that is taken back leaves every row as it was, byte for byte, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from ivr.runtime.ports.customers import Act
from ivr.store import postgres
from ivr.store.address import read_address
from ivr.store.customers.merging import merge_rows, undo
from ivr.store.customers.work import House, Work
from ivr.store.tables import (
    asset,
    consent_event,
    contact_point,
    customer,
    customer_identifier,
    identity_candidate,
    interaction,
    product,
    ticket,
)
from ivr.tickets.merging import AlreadyMergedError
from tests.fakes.filled_rows import NOON, fill
from tests.fakes.fresh_store import emptied, fresh_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports.merges import MergeRow

    Run = Callable[[Callable[[Connection], None]], None]

HOUSE = House("TR", b"key")
KEPT = (
    "customer",
    "contact_point",
    "customer_identifier",
    "customer_key",
    "ticket",
    "asset",
    "interaction",
    "identity_candidate",
    "consent_event",
    "erasure_request",
    "legal_hold",
    "intake_item",
)
PEOPLE = 4
_WHO = st.integers(0, PEOPLE - 1)


@dataclass(frozen=True)
class World:
    """Which customers have what, and who is merged into whom."""

    companies: list[tuple[int, int]]
    points: list[tuple[int, int, bool, bool]]
    identifiers: list[int]
    tickets: list[int]
    assets: list[int]
    contacts: list[int]
    pairs: set[tuple[int, int]]
    merges: list[tuple[int, int]]


WORLDS = st.builds(
    World,
    st.lists(st.tuples(_WHO, _WHO), max_size=3),
    st.lists(st.tuples(_WHO, st.integers(0, 2), st.booleans(), st.booleans()), max_size=8),
    st.lists(_WHO, max_size=3),
    st.lists(_WHO, max_size=3),
    st.lists(_WHO, max_size=3),
    st.lists(_WHO, max_size=4),
    st.sets(st.tuples(_WHO, _WHO).filter(lambda two: two[0] < two[1]), max_size=4),
    st.lists(st.tuples(_WHO, _WHO), min_size=1, max_size=4),
)


@pytest.fixture(params=["sqlite", "postgres"], scope="module")
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a job in a transaction that is rolled back, on each database in turn."""
    if request.param == "sqlite":
        file = fresh_file(tmp_path_factory.mktemp("merging") / "ivr.db")
        return lambda job: _on_sqlite(file, job)
    url = read_address(emptied(request.getfixturevalue("postgres_url")))
    return lambda job: postgres.apart(lambda: _on_postgres(url, job))


def _on_sqlite(file: str, job: Callable[[Connection], None]) -> None:
    engine = create_engine(file)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        job(connection)
        connection.rollback()
    engine.dispose()


async def _on_postgres(url: Any, job: Callable[[Connection], None]) -> None:  # noqa: ANN401
    engine = postgres.upgrading_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(job)
        await connection.rollback()
    await engine.dispose()


@pytest.mark.unmeasured
@settings(max_examples=40)
@given(world=WORLDS)
def test_merging_and_taking_back_restores_every_row(run: Run, world: World) -> None:
    run(lambda connection: _merge_and_undo(connection, world))


def test_a_chain_of_three_is_taken_back_step_by_step(run: Run) -> None:
    points = [(who, who % 2, False, False) for who in range(PEOPLE)]
    chain = [(1, 0), (2, 1), (3, 2)]
    everybody = list(range(PEOPLE))
    pairs = {(0, 1), (0, 3), (1, 2)}
    world = World([(0, 1)], points, everybody, everybody, everybody, everybody, pairs, chain)
    run(lambda connection: _merge_and_undo(connection, world, least=3))


def test_a_merge_does_not_touch_what_people_agreed_to(run: Run) -> None:
    def job(connection: Connection) -> None:
        one, two = (fill(connection, customer, full_name="", name_fold="") for _ in "ab")
        fill(connection, contact_point, customer_id=two, value_norm="+905321112233")
        fill(connection, consent_event, value_norm="+905321112233", evidence="")
        before = _stored(connection)["consent_event"]
        merge_rows(Work(connection, Act("ece", NOON), HOUSE), one, two, "")
        assert _stored(connection)["consent_event"] == before

    run(job)


def _merge_and_undo(connection: Connection, world: World, least: int = 0) -> None:
    people = _made(connection, world)
    work = Work(connection, Act("ece", NOON), HOUSE)
    steps: list[tuple[MergeRow, dict[str, list[Any]]]] = []
    for survivor, loser in world.merges:
        before = _stored(connection)
        try:
            merge = merge_rows(work, people[survivor], people[loser], "same")
        except AlreadyMergedError:
            assert _stored(connection) == before
            continue
        assert _stored(connection) != before
        assert not _points_to(connection, people[loser])
        steps.append((merge, before))
    assert len(steps) >= least
    for merge, before in reversed(steps):
        undone = undo(work, merge.id)
        assert undone.conflicts == ()
        assert _stored(connection) == before


def _made(connection: Connection, world: World) -> list[int]:
    people = [fill(connection, customer, full_name="", name_fold="") for _ in range(PEOPLE)]
    for person, company in world.companies:
        change = customer.update().where(customer.c.id == people[person])
        connection.execute(change.values(company_id=people[company]))
    _make_points(connection, world, people)
    kind = fill(connection, product, path="p")
    for who in world.assets:
        fill(connection, asset, customer_id=people[who], product_id=kind)
    for table, owners in (
        (customer_identifier, world.identifiers),
        (ticket, world.tickets),
        (interaction, world.contacts),
    ):
        for who in owners:
            fill(connection, table, customer_id=people[who])
    for a, b in sorted(world.pairs):
        fill(connection, identity_candidate, a_id=people[a], b_id=people[b], decided_by="")
    return people


def _make_points(connection: Connection, world: World, people: list[int]) -> None:
    taken: set[tuple[int, int]] = set()
    own: set[int] = set()
    for who, value, shared, ended in world.points:
        if (who, value) in taken:
            continue
        taken.add((who, value))
        is_shared = shared or (value in own and not ended)
        if not is_shared and not ended:
            own.add(value)
        fill(
            connection,
            contact_point,
            customer_id=people[who],
            value_norm=f"+9053211122{value}",
            shared=is_shared,
            ended_at=NOON if ended else None,
        )


def _stored(connection: Connection) -> dict[str, list[Any]]:
    """Every row as the driver gives it, without our own reading of it."""
    found = {}
    for name in KEPT:
        key = "customer_id" if name == "customer_key" else "id"
        rows = connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY {key}")  # noqa: S608
        found[name] = [tuple(row) for row in rows]
    return found


def _points_to(connection: Connection, loser: int) -> bool:
    """Whether anything in use is still the loser's."""
    for table in (customer_identifier, ticket, asset, interaction):
        if connection.scalar(table.select().where(table.c.customer_id == loser)) is not None:
            return True
    used = contact_point.select().where(contact_point.c.ended_at.is_(None))
    return connection.scalar(used.where(contact_point.c.customer_id == loser)) is not None
