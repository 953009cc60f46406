"""Quotas are counted by an index of their own; what they promise stands in tests/ports.

A plan that asks one in a hundred has a hundred rows of people who were not drawn for each that
counts, and a call waits while it is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.dialects import sqlite

from ivr.store.surveys.choosing import _PLACED
from ivr.store.waves.places import _by_cell, _chosen, cell_text, taken_by
from ivr.surveys.sampling import Quota
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement

INDEX = "USING INDEX ix_survey_invitation_cell (plan_id=? AND state=?)"


@pytest.mark.parametrize(
    ("statement", "times"),
    [(_by_cell(_chosen(1)), 1), (_PLACED.statement, 6)],
    ids=["before the decision", "in its transaction"],
)
async def test_only_those_who_hold_or_fill_a_place_are_read(
    sqlite_address: str, statement: ClauseElement, times: int
) -> None:
    store = open_fresh(sqlite_address, create=True)
    asked = str(statement.compile(dialect=sqlite.dialect()))
    values = tuple([None] * asked.count("?"))
    plan = await store.database.read(
        lambda it: it.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values).all()
    )
    await store.close()
    steps = [row[-1] for row in plan]
    assert sum(INDEX in each for each in steps) == times


def test_a_cell_is_the_same_text_in_whatever_order_it_is_given() -> None:
    assert cell_text({"segment": "a", "region": "İzmir"}) == '{"region": "İzmir", "segment": "a"}'
    assert cell_text({}) is None


def test_a_dimension_that_somebody_has_no_value_of_limits_nobody() -> None:
    quota = Quota({"segment": {"a": 3}, "region": {"west": 1}}, count_partials=True)
    assert taken_by({"segment": "a"}, quota) == {
        "count_partials": True,
        "product_is": "", "product_limit": None,
        "region_is": "", "region_limit": None,
        "segment_is": '"segment": "a"', "segment_limit": 3,
    }  # fmt: skip
