"""The books find nothing in ordinary walks, and what is planted into the machine on purpose."""

from __future__ import annotations

import pytest

from benchmarks.routing_walk import PLANTED, finds, place
from tests.acd.books import Place, walked


@pytest.mark.parametrize("number", range(8))
def test_walks_of_every_size_are_clean(number: int) -> None:
    where = place(number)
    books = walked(Place(where.seed, where.agents, where.queues, 300))
    assert books.first == {}
    assert books.counts["events"] >= 300
    assert books.counts["decisions"] > 10


@pytest.mark.parametrize(("kind", "where", "name", "value"), PLANTED)
def test_a_planted_fault_is_called_by_its_name(
    kind: str, where: object, name: str, value: object
) -> None:
    assert finds(kind, where, name, value)
