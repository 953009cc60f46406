"""The keys of a survey file."""

from __future__ import annotations

import pytest

from ivr.surveys.files.shapes import PlanFields, SurveyFields


@pytest.mark.parametrize(("text", "rate"), [("10%", 0.1), ("0%", 0), ("100%", 1), ("0.5%", 0.005)])
def test_a_rate_is_a_share(text: str, rate: float) -> None:
    assert PlanFields(when="post_call", rate=text).rate == rate  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["101%", "-1%", "10", "ten%", "10 %"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"share|between"):
        PlanFields(when="post_call", rate=text)  # type: ignore[arg-type]


def test_the_same_language_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        SurveyFields(survey="a", version="1", languages=["tr", "tr"], questions={})  # type: ignore[arg-type]
