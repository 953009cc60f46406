"""Conditions see a contact whose facts are never missing, and answers that may be."""

from __future__ import annotations

import pytest

from ivr.flow.expressions import infer, parse
from ivr.flow.types import BOOL
from ivr.surveys.facts import Facts, holds
from ivr.surveys.scopes import RECORDS, answer_scope, match_scope, region_of, whole
from tests.surveys.files.house import loaded


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("interaction.queue in ['cards']", True),
        ("interaction.queue == 'loans'", False),
        ("customer.segment == ''", True),
        ("customer.vip_rank == 0 and not interaction.repeat", True),
        ("ticket.category != ''", False),
    ],
)
def test_a_plan_matches_by_its_condition(condition: str, expected: bool) -> None:
    expression = parse(condition)
    assert infer(expression, match_scope(), BOOL).problems == ()
    known = {name: whole(name, {"queue": "cards"}) for name in RECORDS}
    assert holds(expression, Facts(known)) is expected


@pytest.mark.parametrize(
    ("details", "region"),
    [
        ({"region": " İzmir "}, "İzmir"),
        ({"region": 35}, "35"),
        ({"region": ["west"]}, ""),
        ({"region": True}, ""),
        ({"size": "xl"}, ""),
        ({}, ""),
    ],
)
def test_the_region_of_a_customer_is_a_further_detail_of_his(
    details: dict[str, object], region: str
) -> None:
    assert region_of(details) == region


def test_answers_are_read_with_a_value_in_their_place() -> None:
    low = loaded().plans["after_call"].low
    assert low is not None
    assert holds(low.when, Facts({"answers": {"csat": 2}}))
    assert holds(low.when, Facts({"answers": {"csat": 5, "nps": 6}}))
    assert not holds(low.when, Facts({"answers": {"csat": 5, "nps": 7}}))
    assert not holds(low.when, Facts({"answers": {}}))


def test_an_answer_has_the_type_of_its_question() -> None:
    scope = answer_scope(loaded().questions.values())
    kinds = [str(scope.type_of(("answers", name))) for name in ("csat", "nps", "comment")]
    assert kinds == ["number?", "number?", "text?"]
    assert scope.type_of(("ticket", "category")) is None
