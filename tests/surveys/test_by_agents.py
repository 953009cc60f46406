"""An agent is asked what the first plan says that takes the call, in words that he reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.surveys.arming import agent_plans
from ivr.surveys.by_agents import impression_of
from ivr.surveys.files.loading import read_surveys
from tests.surveys.files.test_by_agents import PATH, TEXT

if TYPE_CHECKING:
    from ivr.surveys.model import Plan, Survey

MATCH = "interaction.queue in ['cards', 'loans', 'general']"


def plans(*texts: str) -> list[tuple[Survey, Plan]]:
    files = {PATH.replace("impression", f"s{n}"): text.encode() for n, text in enumerate(texts)}
    found, problems = read_surveys(files)
    assert found is not None, problems
    return agent_plans(found.surveys.values())


def named(name: str, match: str) -> str:
    return TEXT.replace("survey: impression", f"survey: {name}").replace(MATCH, match)


def of_queue(queue: str) -> dict[str, dict[str, str]]:
    return {"interaction": {"queue": queue}, "customer": {"segment": "gold"}}


def test_the_first_plan_that_takes_the_call_asks() -> None:
    known = plans(
        named("s0", "interaction.queue == 'loans'"), named("s1", "customer.segment == 'gold'")
    )
    for queue, survey in (("loans", "s0"), ("cards", "s1")):
        found = impression_of(known, of_queue(queue), "tr")
        assert found is not None
        assert found.survey.code == survey


def test_a_call_that_no_plan_takes_is_not_asked_about() -> None:
    assert impression_of(plans(named("s0", MATCH)), of_queue("vip"), "tr") is None
    assert impression_of([], of_queue("cards"), "tr") is None


def test_whoever_reads_another_language_is_asked_in_the_first_of_the_survey() -> None:
    known = plans(named("s0", MATCH))
    for wanted, shown in (("en", "en"), ("tr", "tr"), ("az", "tr"), ("", "tr")):
        found = impression_of(known, of_queue("cards"), wanted)
        assert found is not None
        assert (found.language, found.text) == (shown, found.question.say[shown])


def test_a_plan_that_was_halted_asks_nobody() -> None:
    ((survey, plan),) = plans(named("s0", MATCH))
    for active in (True, False):
        found = impression_of([(survey, replace(plan, active=active))], of_queue("cards"), "tr")
        assert (found is not None) is active
