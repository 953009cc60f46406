"""A verb as data: what is taken for granted when a verb says no more."""

from __future__ import annotations

import pytest

from ivr.domain.problem import Position
from ivr.engine.verbs import SPECS
from ivr.flow.fields import Fields
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import CallerKind, Timing, VerbSpec, Writes


def nowhere(_fields: Fields) -> Exits:
    """Leads on."""
    return Exits({NEXT: NEXT})


PLAIN = VerbSpec("plain", Fields, nowhere)
STEP = Step("a#plain:", "plain", Fields(), nowhere(Fields()), Position("a.yaml"), "a", 0)


def one_second_each(prompts: tuple[str, ...]) -> float:
    """The length of prompts."""
    return float(len(prompts))


def test_a_plain_verb_leads_on_and_is_built() -> None:
    assert dict(PLAIN.exits(Fields()).targets) == {NEXT: NEXT}
    assert (PLAIN.built, PLAIN.instead) == (True, NEXT)
    flags = (PLAIN.human, PLAIN.person, PLAIN.speaks, PLAIN.final, PLAIN.listens, PLAIN.waits)
    assert not any(flags)


def test_a_plain_verb_writes_nothing_and_takes_no_time() -> None:
    assert PLAIN.writes(Fields()) == Writes()
    for kind in CallerKind:
        assert PLAIN.bounds(STEP, Timing(kind, one_second_each)) == {}


def test_writes_are_empty_and_not_shared() -> None:
    assert (dict(Writes().sets), dict(Writes().clears)) == ({}, {})
    assert Writes().sets is not Writes().sets


def test_a_source_without_a_limit_takes_a_second_and_a_half() -> None:
    timing = Timing(CallerKind.SILENT, one_second_each)
    assert (timing.source_limit_s("order"), timing.queued_s) == (1.5, 0.0)
    assert timing.prompt_s(("a", "b")) == 2.0


def test_promises_are_proven_for_three_callers() -> None:
    assert [str(kind) for kind in CallerKind] == ["silent", "wrong", "slow"]


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_verb_goes_by_its_own_name_and_holds_its_main_value_there(name: str) -> None:
    spec = SPECS[name]
    assert spec.name == name
    names = {field.alias or key for key, field in spec.fields.model_fields.items()}
    assert name in names


@pytest.mark.parametrize("name", sorted(SPECS))
def test_a_verb_that_leads_to_a_person_leads_to_a_human_end(name: str) -> None:
    spec = SPECS[name]
    assert spec.human or not spec.person
    assert not (spec.listens and spec.final)
    assert not (spec.speaks and spec.final)
