"""Loops in graphs, checked against a naive search."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.proof.circles import Walks, components, loops, shortest_circle
from tests.flow.checker.bank import small
from tests.flow.checker.paths.cases import bundle_of

GRAPHS = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4), max_size=8)


def _reachable(ahead: dict[int, list[int]], start: int) -> set[int]:
    seen: set[int] = set()
    work = [start]
    while work:
        for one in ahead[work.pop()]:
            if one in ahead and one not in seen:
                seen.add(one)
                work.append(one)
    return seen


@given(GRAPHS)
def test_components_are_those_of_a_naive_search(ahead: dict[int, list[int]]) -> None:
    reach = {node: _reachable(ahead, node) for node in ahead}
    found = components(ahead)
    assert sorted(node for part in found for node in part) == sorted(ahead)
    place = {node: number for number, part in enumerate(found) for node in part}
    for one in ahead:
        for other in ahead:
            together = one == other or (other in reach[one] and one in reach[other])
            assert (place[one] == place[other]) is together
            if other in reach[one] and not together:
                assert place[other] < place[one]


@given(GRAPHS)
def test_a_shortest_circle_is_a_circle(ahead: dict[int, list[int]]) -> None:
    for part in loops({node: [o for o in out if o in ahead] for node, out in ahead.items()}):
        circle = shortest_circle(ahead, part[0], part)
        assert circle[0] == circle[-1] == part[0]
        assert len(circle) > 1
        assert all(b in ahead[a] for a, b in pairwise(circle))


@pytest.mark.unmeasured
def test_a_long_chain_needs_no_deep_stack() -> None:
    chain = {number: [number + 1] for number in range(20_000)}
    assert len(components(chain)) == 20_000


def test_many_counted_nodes_do_not_take_for_ever() -> None:
    nodes = [
        f"  n{i}:\n    - when:\n        - visits('n{i}') >= 3: out\n"
        f"        - call.test: n{i // 2}\n"
        f"    - go: n{(i + 1) % 40}\n"
        for i in range(40)
    ]
    body = "nodes:\n  start:\n    - go: n0\n" + "".join(nodes) + "  out:\n    - hangup\n"
    flow = bundle_of(small(body), "small").root
    assert list(Walks(flow, lambda _step, _way: True).endless()) == []
