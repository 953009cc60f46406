"""A survey of agents says which one score they give after which calls, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.surveys.arming import agent_plans, call_plans
from ivr.surveys.files.loading import as_flows, read_surveys
from ivr.surveys.files.reading import Around
from ivr.surveys.model import CALLER

if TYPE_CHECKING:
    from ivr.surveys.model import Survey

FOLDER = Path(__file__).resolve().parents[3] / "flows" / "surveys"
SUPPORT = "flows/surveys/support.yaml"
PATH = "flows/surveys/impression.yaml"
TEXT = (FOLDER / "impression.yaml").read_text(encoding="utf-8")
AROUND = Around(queues=("cards", "loans", "general"), names=("impression",))


def survey() -> Survey:
    """The shipped survey of agents."""
    found, wrong = read_surveys({PATH: TEXT.encode()}, AROUND)
    assert found is not None, wrong
    return found.surveys["impression"]


def told(text: str) -> list[str]:
    found = read_surveys({PATH: text.encode()}, AROUND)[1]
    return [str(each).removeprefix(f"{PATH}:") for each in found]


def with_line(after: str, line: str) -> str:
    assert after in TEXT
    return TEXT.replace(after, f"{after}{line}\n", 1)


def test_the_shipped_survey_of_agents_is_sound() -> None:
    assert told(TEXT) == []


def test_no_caller_is_asked_by_it_and_it_becomes_no_flow() -> None:
    files = {
        PATH: TEXT.encode(),
        "flows/surveys/support.yaml": (FOLDER / "support.yaml").read_bytes(),
    }
    found, _problems = read_surveys(files)
    assert found is not None
    surveys = found.surveys.values()
    assert [each.code for each, _plan in call_plans(surveys)] == ["support"]
    assert [each.code for each, _plan in agent_plans(surveys)] == ["impression"]
    assert {each.respondent for each, _plan in call_plans(surveys)} == {CALLER}
    assert not [path for path in as_flows(files, ("impression",)) if "impression" in path]


@pytest.mark.parametrize(
    "line",
    ["media: [voice]", "rate: 10%", "size: 5", "strata: [queue]", "min_invited: 3", "seed: x",
     "quota: {product: {tv: 1}}", "gap: 30d", "year_cap: 4", "delay: 5m", "expires: 48h",
     "min_talk: 20s", "quiet: 20:00-09:00", "reminder: 1d", "alphabet: plain",
     "after_external: true", "every: FREQ=DAILY", "dates: [2026-12-01]", "anonymous: true",
     "low: {tell: [lead]}"],
)  # fmt: skip
def test_whatever_belongs_to_asking_callers_is_refused_in_a_plan(line: str) -> None:
    key = line.split(":", maxsplit=1)[0]
    assert told(with_line("    when: post_call\n", f"    {line}")) == [
        f"20:5 V23 error {key} has no meaning where agents are asked, which is after each call; "
        "take it out"
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("text: {tr: a, en: b}", "the desk shows what stands under say"),
        ("on: [sms]", "an agent is asked on the desk"),
        ("required: true", "an agent may leave it out"),
        ("key: true", "no alarm and no follow-up looks at what an agent says"),
        ("only: interaction.repeat", "an agent is asked one question, always"),
    ],
)
def test_whatever_belongs_to_asking_callers_is_refused_in_a_question(line: str, why: str) -> None:
    assert told(with_line("    high: 5\n", f"    {line}")) == [f"13:5 V23 error {why}; take it out"]


@pytest.mark.parametrize("name", ["offer", "thanks", "declined", "opted_out"])
def test_sentences_that_callers_hear_are_refused(name: str) -> None:
    text = with_line("respondent: agent\n", f"{name}: {{say: {{tr: Peki., en: Well.}}}}")
    assert f"8:1 V23 error an agent hears no {name}: he is asked on the desk; take it out" in told(
        text
    )


def test_an_agent_is_asked_one_question() -> None:
    more = "  nps:\n    type: nps\n    score: nps\n    say: {tr: 10 iyi, en: 10 is good}"
    text = TEXT.replace("plans:\n", f"{more}\nplans:\n")
    assert told(text) == [
        "17:3 V23 error an agent is asked one question after a call, not more; take it out"
    ]


def test_its_answer_must_be_a_score_since_it_is_compared_with_one() -> None:
    text = TEXT.replace("    score: csat\n", "")
    assert told(text) == [
        '9:3 V23 error "csat" has no score to be compared with that of the caller; '
        "write score: csat"
    ]


@pytest.mark.parametrize("when", ["post_ticket", "planned"])
def test_agents_are_asked_after_calls_only(when: str) -> None:
    assert told(TEXT.replace("when: post_call", f"when: {when}")) == [
        f"19:5 V23 error agents are asked after calls, never {when}; write when: post_call"
    ]


def test_a_plan_may_look_at_what_is_known_of_the_call_and_no_further() -> None:
    known = TEXT.replace(
        "interaction.queue in ['cards', 'loans', 'general']", "customer.vip_rank > 2"
    )
    assert told(known) == []
    ticket = TEXT.replace(
        "interaction.queue in ['cards', 'loans', 'general']", "ticket.kind == 'x'"
    )
    assert told(ticket) == [
        "20:12 V23 error plans with when: post_call know no ticket when they decide who is asked; "
        "look at customer.*, interaction.* only"
    ]


def test_a_queue_whose_calls_are_not_wound_up_is_told_of() -> None:
    around = replace(AROUND, unwound=frozenset({"loans"}))
    match = "interaction.queue in ['cards', 'loans', 'general']"
    column = 12 + match.index("'loans'")
    for wanted, told_of in (
        (match, [f"20:{column} V23 warning"]),
        ("interaction.queue == 'loans'", ["20:33 V23 warning"]),
        ("interaction.queue != 'loans'", []),
        ("interaction.queue == 'cards'", []),
    ):
        found = read_surveys({PATH: TEXT.replace(match, wanted).encode()}, around)[1]
        said = [str(each).removeprefix(f"{PATH}:") for each in found]
        assert [each.split(" nobody")[0] for each in said] == told_of


@pytest.mark.parametrize("respondent", ["evaluator", "employee"])
def test_evaluators_and_employees_are_asked_by_nobody_yet(respondent: str) -> None:
    [first, *_more] = told(TEXT.replace("respondent: agent", f"respondent: {respondent}"))
    assert first == (
        f"7:13 V23 error an {respondent} is asked by nobody yet; its plans would ask callers; "
        "take it out"
    )
