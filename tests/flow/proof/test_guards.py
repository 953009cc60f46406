"""Conditions judged before there is a call."""

from __future__ import annotations

import pytest

from ivr.flow.expressions import parse
from ivr.flow.proof.guards import MANY, Known, judge, open_ways, watched
from tests.flow.checker.bank import small
from tests.flow.checker.paths.cases import bundle_of

TWICE = Known({"a": 2})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("visits('a') >= 2", True),
        ("visits('a') > 2", False),
        ("1 < visits('a') <= 2", True),
        ("visits('b') >= 2", None),
        ("visits('a') >= 2 and x", None),
        ("visits('a') >= 2 or x", True),
        ("visits('a') < 2 and x", False),
        ("not visits('a') == 2", False),
        ("True if visits('a') == 2 else x", True),
        ("x if y else x", None),
        ("visits('a') != 2", False),
        ("x", None),
        ("hours.branch.open", None),
        ("visits('a') + 1 == 3", None),
    ],
)
def test_only_counts_are_worked_out(text: str, expected: bool | None) -> None:
    assert judge(parse(text).tree, TWICE) is expected


def test_hours_are_open_when_so_taken() -> None:
    known = Known(open_hours=True)
    assert judge(parse("not hours.branch.open").tree, known) is False
    assert judge(parse("queues.general.open").tree, known) is None


BODY = (
    "nodes:\n  start:\n    - say: hello\n      only: visits('start') < 3\n    - when:\n"
    "        - visits('start') >= 7: out\n        - call.test: out\n    - go: start\n"
    "  out:\n    - hangup\n"
)


def test_counted_nodes_have_their_largest_number() -> None:
    assert watched(bundle_of(small(BODY), "small").root) == {"start": 7}


def test_ways_that_counts_close() -> None:
    say, when, _go = bundle_of(small(BODY), "small").root.nodes["start"].steps
    first, late = Known({"start": 1}), Known({"start": MANY})
    assert [way.exit for way in open_ways(say, first)] == ["next"]
    assert [way.exit for way in open_ways(say, late)] == ["skipped"]
    assert [way.exit for way in open_ways(say, Known())] == ["next", "skipped"]
    assert [way.exit for way in open_ways(when, first)] == ["2", "next"]
    assert [way.exit for way in open_ways(when, late)] == ["1"]
    assert [way.exit for way in open_ways(when, Known())] == ["1", "2", "next"]
