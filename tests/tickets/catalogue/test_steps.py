"""Steps of flows that open tickets name categories and form fields that are there."""

from __future__ import annotations

import pytest

from ivr.flow.fields import Fields
from ivr.flow.model import Exits, Flow, Node, Step
from ivr.flow.reader import Map, read
from ivr.tickets.catalogue.model import EMPTY
from ivr.tickets.catalogue.steps import check_steps
from tests.tickets.catalogue.house import BOTH, loaded

CATALOGUE = loaded(
    f"categories: {{cards: {{label: {BOTH}, code: K1, children: "
    f"{{lost: {{label: {BOTH}, form: {{last_four: {{type: digits}}}}}}}}}}}}"
)


def flow(step: str, verb: str = "ticket") -> Flow:
    document, problems = read("bank.yaml", step.replace("§", "").encode())
    assert problems == ()
    assert document is not None
    raw = document.root
    assert isinstance(raw, Map)
    made = Step("1", verb, Fields(), Exits({}), raw.at, "start", 0, raw=raw)
    return Flow("bank", "bank.yaml", ("tr",), "start", {"start": Node("start", (made,), raw.at)})


@pytest.mark.parametrize(
    "step",
    [
        "ticket: subject",
        "{ticket: subject, category: cards.lost, body: {last_four: =x, product: a, asset: b}}",
        "{ticket: subject, category: K1}",
        "{ticket: subject, body: {anything: =x}}",
        "{voicemail: leave, ticket: {subject: s, category: cards}}",
        "{ticket: subject, category: [a]}",
    ],
)
def test_what_is_there_may_be_named(step: str) -> None:
    assert check_steps([flow(step), flow(step, "voicemail")], CATALOGUE) == ()


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            "{ticket: subject, category: §card}",
            'F920 error no category "card"; did you mean "cards"?',
        ),
        (
            "{voicemail: leave, ticket: {subject: s, category: §loans}}",
            'F920 error no category "loans"',
        ),
        (
            "{ticket: subject, category: cards.lost, body: {§last_for: =x}}",
            'F920 error no field of cards.lost "last_for"; did you mean "last_four"?',
        ),
    ],
)
def test_what_is_not_there_is_told_at_its_place(step: str, told: str) -> None:
    (found,) = check_steps([flow(step)], CATALOGUE)
    assert str(found) == f"bank.yaml:1:{step.index('§') + 1} {told}"


def test_other_verbs_are_none_of_its_business() -> None:
    assert check_steps([flow("{pop: x, category: nothing}", "pop")], CATALOGUE) == ()


def test_a_house_without_a_catalogue_is_left_alone() -> None:
    assert check_steps([flow("{ticket: subject, category: nothing}")], EMPTY) == ()
