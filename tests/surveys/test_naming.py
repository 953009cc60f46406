"""Names of compiled surveys."""

from __future__ import annotations

from ivr.surveys.naming import flow_name, prompt_name


def test_flow_and_prompts_are_called_after_the_survey() -> None:
    assert flow_name("support") == "survey_support"
    assert prompt_name("support", "csat") == "survey_support_csat"
