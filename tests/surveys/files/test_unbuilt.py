"""Nothing that a plan says is read and then ignored."""

from __future__ import annotations

from tests.surveys.files.house import TEXT, changed, problems


def told(text: str) -> list[str]:
    return [str(each).removeprefix("flows/surveys/support.yaml:") for each in problems(text)]


def test_an_anonymous_plan_neither_writes_nor_tells_of_low_scores_and_says_so() -> None:
    text = changed("    year_cap: 4\n", "    year_cap: 4\n    anonymous: true\n")
    assert told(text) == [
        "55:20 V23 warning an anonymous plan writes to nobody: a text names who answers; "
        "write media: [voice]",
        "61:5 V23 warning nobody is told of a low score of an anonymous plan: he would know who it "
        "was; take it out",
    ]


def test_an_anonymous_plan_by_text_alone_would_ask_nobody() -> None:
    text = changed("    year_cap: 4\n", "    year_cap: 4\n    anonymous: true\n")
    text = text.replace("media: [voice, sms]", "media: [sms]")
    assert [each.split(" an ")[0] for each in told(text)][:1] == ["55:13 V23 error"]


def test_a_plan_of_calls_may_look_at_the_customer() -> None:
    text = changed("interaction.queue in ['cards', 'loans', 'general']", "customer.vip_rank > 2")
    assert told(text) == []


def test_a_planned_survey_knows_no_contact() -> None:
    text = TEXT.replace("    when: post_call\n", "    when: planned\n    every: FREQ=MONTHLY\n")
    text = text.replace("    min_talk: 10s\n", "")
    assert "52:12 V23 error plans with when: planned know no interaction when they decide who is " \
        "asked; look at customer.* only" in told(text)  # fmt: skip
