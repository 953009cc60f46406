"""The keys of the files: lengths of time in whole seconds, shares in percent."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ivr.tickets.catalogue.shapes import CategoryFields, RuleFields, StatusFields, TargetFields
from ivr.tickets.forms import TYPES as FORM_TYPES
from ivr.tickets.resolving import KINDS
from ivr.tickets.sla.facts import PRIORITIES, SEVERITIES
from ivr.tickets.sla.policies import METRICS, WAYS
from ivr.tickets.states import TYPES


@pytest.mark.parametrize(("text", "seconds"), [("1s", 1), ("15m", 900), ("400h", 1_440_000)])
def test_a_target_is_a_number_of_seconds(text: str, seconds: int) -> None:
    assert TargetFields.model_validate({"accept": text}).accept == seconds


@pytest.mark.parametrize("text", ["0s", "1500ms", "8", "-1h", ["1h"]])
def test_what_is_no_target(text: object) -> None:
    with pytest.raises(ValidationError):
        TargetFields.model_validate({"accept": text})


@pytest.mark.parametrize(("text", "percent"), [("1%", 1), ("75%", 75), ("1000%", 1000)])
def test_a_share_is_a_number_of_percent(text: str, percent: int) -> None:
    assert RuleFields.model_validate({"at": text}).at == percent


@pytest.mark.parametrize("text", ["0%", "75", "1001%", "10000000%", "7.5%", "%", "-5%", ["5%"]])
def test_what_is_no_share(text: object) -> None:
    with pytest.raises(ValidationError):
        RuleFields.model_validate({"at": text})


def test_the_words_of_the_files_are_those_of_the_rules() -> None:
    assert set(METRICS) == set(TargetFields.model_fields)
    for kind in TYPES:
        assert StatusFields.model_validate({"type": kind}).type == kind
    for way in WAYS:
        assert RuleFields.model_validate({"at": "1%", "by": [way]}).by == (way,)


def test_the_lists_of_choices_are_complete() -> None:
    from ivr.tickets.catalogue import shapes  # noqa: PLC0415 - only its choices are wanted here

    assert shapes.Kind.__args__ == KINDS  # type: ignore[attr-defined]
    assert shapes.Priority.__args__ == PRIORITIES  # type: ignore[attr-defined]
    assert shapes.Severity.__args__ == SEVERITIES  # type: ignore[attr-defined]
    written = shapes.FormFieldFields.model_fields["type"].annotation
    assert written is not None
    assert set(written.__args__) == set(FORM_TYPES)


def test_a_category_needs_a_label() -> None:
    with pytest.raises(ValidationError, match="label"):
        CategoryFields.model_validate({})
