"""Facts along all ways of a flow: against every walk through random graphs, and in small flows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.checker.dataflow import solve
from ivr.flow.checker.facts import Edge, Learning
from ivr.flow.checker.graph import Graph, Point
from ivr.flow.checker.names import FlowNames
from ivr.flow.model import Flow
from tests.flow.checker.bank import known, studied, told

if TYPE_CHECKING:
    from ivr.flow.types import Path

LEARNING = Learning(FlowNames(Flow("f", "f.yaml", ("tr",), "start", {})))
NAMES = st.frozensets(st.sampled_from("abc"), max_size=2)
EDGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), NAMES, NAMES), max_size=12)


def graph_of(edges: list[Edge]) -> Graph:
    """Five points without steps, started at the first."""
    leaving: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        leaving[edge.source].append(edge)
    points = tuple(Point(number, None) for number in range(5))  # type: ignore[arg-type]
    each = {number: tuple(found) for number, found in leaving.items()}
    return Graph(points, {0: (frozenset(), "")}, each, {})


def walked(edges: list[Edge]) -> dict[int, frozenset[Path]]:
    """What holds at each point on every walk: each pair of point and facts is visited once."""
    seen = {(0, frozenset[tuple[str, ...]]())}
    work = list(seen)
    while work:
        at, facts = work.pop()
        for edge in edges:
            state = (edge.target, LEARNING.after(edge, facts))
            if edge.source == at and state not in seen:
                seen.add(state)
                work.append(state)
    found: dict[int, frozenset[Path]] = {}
    for at, facts in sorted(seen, key=repr):
        found[at] = found.get(at, facts) & facts
    return found


@given(EDGES)
def test_facts_are_what_holds_on_every_walk(drawn: list[tuple[int, int, str, str]]) -> None:
    edges = [
        Edge(source, target, loses=frozenset(loses), sets=frozenset((name,) for name in sets))
        for source, target, loses, sets in drawn
    ]
    facts = solve(graph_of(edges), LEARNING)
    assert {at: each for at, each in enumerate(facts) if each is not None} == walked(edges)


LOOKUP = """\
uses: {sources: [customer]}
vars: {customer: customer?}
nodes:
  start:
    - fetch: customer
      with: {phone: =call.dnis}
      into: customer
      missing: next
      failed: other
    - go: talk
  other:
    - go: talk
  talk:
    - outcome: self_served
      note: =customer.id
    - hangup: bye
"""


def test_the_message_names_the_exits_that_make_it_missing() -> None:
    assert told(LOOKUP) == [
        "19:14 F303 customer may be missing here (start.fetch missing, failed);"
        " test known(customer) first"
    ]


def test_the_message_names_the_way_when_nothing_ever_set_it() -> None:
    body = LOOKUP.replace("missing: next", "missing: other").replace("      into: customer\n", "")
    body = body.replace("    - go: talk\n  other", "    - go: other\n  other")
    assert told(body) == [
        "18:14 F303 customer may be missing here (by start > other > talk);"
        " test known(customer) first"
    ]


def test_a_way_from_a_rescue_target_names_the_rescue() -> None:
    body = """\
vars: {plan: text}
rescue: {error: sorry}
nodes:
  start:
    - set: {plan: gold}
    - hangup: bye
  sorry:
    - outcome: self_served
      note: =plan
    - hangup: bye
"""
    message = '13:14 F304 "plan" is read before it is set, by rescue.error > sorry'
    assert told(body) == [message]


def test_a_variable_is_read_before_it_is_set_on_one_way() -> None:
    body = """\
vars: {plan: text}
nodes:
  start:
    - when:
        - call.test: main
    - set: {plan: gold}
    - go: main
  main:
    - outcome: self_served
      note: =plan
    - hangup: bye
"""
    assert told(body) == ['14:14 F304 "plan" is read before it is set, by start > main']


def test_a_node_that_nobody_reaches_has_no_facts_and_no_missing_values() -> None:
    body = """\
vars: {number: phone?}
nodes:
  start:
    - hangup: bye
  lost:
    - outcome: self_served
      note: =number
    - hangup: bye
"""
    assert known(studied(body), "lost") is None
    assert told(body) == []
