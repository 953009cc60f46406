"""A survey becomes two flow files that load without a fault."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ivr.domain.problem import Severity
from ivr.engine.verbs import EVERY
from ivr.flow.loader import load
from ivr.flow.world import World
from ivr.surveys.compiling import call_flow, compiled, inputs, prompt_name
from ivr.surveys.files.loading import as_flows
from tests.surveys.files.house import PATH, TEXT, loaded

EVERY_KIND = """\
survey: support
version: 1
languages: [tr, en]
questions:
  a: {type: scale, say: {tr: "1 kötü, 5 iyi", en: "1 is bad, 5 is good"}}
  b:
    type: number
    high: 99
    only: default(answers.a, 5) <= 2
    say: {tr: "Kaç?", en: "How many?"}
  c:
    type: choice
    keys: {"1": modem, "2": tv}
    only: interaction.queue == 'cards' and default(answers.b, 0) > 1
    say: {tr: "1 modem, 2 tv", en: "1 modem, 2 tv"}
  d:
    type: yesno
    only: default(answers.c, '') == 'answers.a'
    say: {tr: "Evet 1", en: "Yes 1"}
"""


def test_every_kind_of_question_loads() -> None:
    survey = loaded(EVERY_KIND)
    found = load(compiled(survey, "flows/"), EVERY, World())
    assert [str(p) for p in found.problems if p.severity is Severity.ERROR] == []
    assert list(found.flows) == ["survey_support"]
    flow = found.flows["survey_support"]
    assert list(flow.nodes) == ["begin", "ask_a", "ask_b", "ask_c", "ask_d", "over"]
    assert list(flow.inputs) == ["interaction_queue"]


def test_conditions_get_the_names_inside_and_texts_stay() -> None:
    flow = json.loads(compiled(loaded(EVERY_KIND))["survey_support.yaml"])
    only = [steps[0].get("only") for name, steps in flow["nodes"].items() if name[:4] == "ask_"]
    assert only == [
        None,
        "default(answer_a, 5) <= 2",
        "interaction_queue == 'cards' and default(answer_b, 0) > 1",
        "default(answer_c, '') == 'answers.a'",
    ]
    assert inputs(loaded(EVERY_KIND)) == (("interaction", "queue"),)


def test_a_comment_of_other_media_is_not_asked_on_the_line() -> None:
    flow = json.loads(compiled(loaded())["survey_support.yaml"])
    assert list(flow["nodes"]) == ["begin", "ask_csat", "ask_nps", "over", "opted_out"]


@pytest.mark.parametrize("longest", ["1m", "1m30s", "800ms"])
def test_a_comment_on_the_line_is_a_step_of_its_own(longest: str) -> None:
    text = (
        f"{EVERY_KIND}  e: {{type: comment, longest: {longest}, say: {{tr: Neden?, en: Why?}}}}\n"
    )
    files = compiled(loaded(text), "flows/")
    found = load(files, EVERY, World())
    assert [str(p) for p in found.problems if p.severity is Severity.ERROR] == []
    (step, _go) = json.loads(files["flows/survey_support.yaml"])["nodes"]["ask_e"]
    assert (step["survey_comment"], step["longest"], step["last"]) == ("e", longest, "true")
    assert step["required"] == "false"


def test_other_languages_hear_the_question_again_in_full() -> None:
    text = EVERY_KIND.replace("languages: [tr, en]", "languages: [tr, en, az]")
    for old in (
        'en: "1 is bad, 5 is good"',
        'en: "How many?"',
        'en: "1 modem, 2 tv"',
        'en: "Yes 1"',
    ):
        text = text.replace(old, f'{old}, az: "1"')
    flow = json.loads(compiled(loaded(text))["survey_support.yaml"])
    assert "again" not in flow["nodes"]["ask_a"][0]


def test_prompts_are_called_after_survey_and_question() -> None:
    assert prompt_name("support", "csat") == "survey_support_csat"
    prompts = json.loads(compiled(loaded())["survey_support.prompts.yaml"])
    assert prompts["survey_support_thanks"]["en"] == "Thank you, goodbye."
    assert prompts["survey_again_0_10"]["en"] == "Please press 0 to 10, or hash to skip it."


def test_the_files_of_a_folder_become_flows_unless_one_is_wrong() -> None:
    made = as_flows({PATH: TEXT.encode()})
    assert list(made) == ["flows/survey_support.yaml", "flows/survey_support.prompts.yaml"]
    assert as_flows({PATH: TEXT.replace("type: nps", "type: x").encode()}) == {}


CALLS = """\
  round:
    when: planned
    every: FREQ=MONTHLY
    seed: r
    media: [voice, sms]
"""


def test_a_survey_that_calls_gets_a_flow_for_its_calls_where_it_is_asked() -> None:
    files = {PATH: (TEXT + CALLS).encode()}
    assert "flows/planned_support.yaml" not in as_flows(files)
    made = as_flows(files, ("support",))
    found = load(made, EVERY, World(surveys=("support",)))
    assert [str(p) for p in found.problems if p.severity is Severity.ERROR] == []
    assert list(found.bundles) == ["planned_support"]
    assert set(found.bundles["planned_support"].flows) == {"planned_support", "survey_support"}


def test_a_plan_changes_nothing_in_the_flow_of_its_calls_and_without_one_there_is_none() -> None:
    called = loaded(TEXT + CALLS)
    seldom = loaded(TEXT + CALLS.replace("MONTHLY", "YEARLY"))
    assert call_flow(called) == call_flow(seldom) != {}
    assert call_flow(loaded()) == {}
    written = {name: replace(each, on=("sms",)) for name, each in called.questions.items()}
    assert call_flow(replace(called, questions=written)) == {}
