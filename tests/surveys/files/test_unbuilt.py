"""Nothing that a plan says is read and then ignored."""

from __future__ import annotations

from dataclasses import replace

from tests.surveys.files.house import AROUND, TEXT, changed, problems


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


PLANNED = """  round:
    when: planned
    every: FREQ=MONTHLY
    seed: r
    media: [sms]
"""


def planned(text: str) -> list[str]:
    """What is told of this plan, which is put behind the others."""
    lines = TEXT.rstrip().count("\n") + 1
    return [
        f"{int(each.split(':')[0]) - lines}:{each.split(':', 1)[1]}" for each in told(TEXT + text)
    ]


def test_a_planned_survey_looks_at_customers_and_their_last_contacts_and_tickets() -> None:
    for fact in ("customer.kind", "interaction.queue", "ticket.kind"):
        assert planned(PLANNED + f"    match: {fact} == 'cards'\n") == []


def test_a_planned_survey_calls_writes_or_calls_first_and_writes_then() -> None:
    for media in ("[voice, sms]", "[voice]", "[sms]"):
        assert planned(PLANNED.replace("[sms]", media)) == []
    assert planned(PLANNED.replace("    media: [sms]\n", "")) == []  # calls
    for media, said in {
        "[sms, voice]": "error a planned survey calls first and writes then",
        "[email]": "error a planned survey asks by voice or text only",
    }.items():
        told_of = planned(PLANNED.replace("[sms]", media))
        assert f"5:12 V23 {said}; write media: [voice, sms]" in told_of
    assert planned(PLANNED.replace("[sms]", "[voice, sms, web]")) == [
        "5:25 V23 warning there is no page for answers yet; write media: [voice, sms]"
    ]


def test_a_call_needs_a_trunk_an_offer_that_can_be_refused_and_a_question() -> None:
    calls = TEXT + PLANNED.replace("[sms]", "[voice]")
    [nobody] = problems(calls, replace(AROUND, calls=False))
    hint = "write survey_calls: {trunk: NAME} there, or media: [sms]"
    assert str(nobody).endswith(
        f"V23 error nobody can be called: config.yaml names no trunk for it; {hint}"
    )
    silent = calls.replace('  opt_out_key: "9"\n', "")
    [wrong] = problems(silent)
    assert "V23 error who is called must hear who calls" in str(wrong)
    mute = calls.replace("    type:", "    on: [sms]\n    type:").replace(
        "    on: [sms, web]  ", "#"
    )
    said = " ".join(map(str, problems(mute)))
    assert "who is called is asked nothing" in said


def test_what_a_planned_survey_does_not_do_is_told() -> None:
    for line, said in {
        "delay: 5m": "6:5 V23 error delay has no meaning with when: planned; take it out, or "
        "write when: post_call",
        "anonymous: true": "6:5 V23 error a planned survey knows whom it asks; an anonymous one "
        "cannot be sent to anybody; take it out",
        "min_invited: 5": "6:5 V23 error min_invited has no meaning with when: planned; "
        "write size: 400",
    }.items():
        assert planned(PLANNED + f"    {line}\n") == [said]


def test_every_plan_may_count_by_the_region_of_its_customers() -> None:
    assert planned(PLANNED + "    quota: {region: {west: 5}}\n") == []
    quota = "    year_cap: 4\n    quota: {region: {west: 5}, segment: {corporate: 5}}\n"
    assert told(changed("    year_cap: 4\n", quota)) == []
    queues = "interaction.queue in ['cards', 'loans', 'general']"
    assert told(changed(queues, "customer.region != ''")) == []


def test_a_rhythm_that_cannot_be_read_is_told_at_its_place() -> None:
    text = PLANNED.replace("FREQ=MONTHLY", "FREQ=MONTHLY;COUNT=3")
    assert planned(text) == [
        "3:12 V17 error COUNT has no start to count from; write UNTIL=20261231; "
        'write every: "FREQ=MONTHLY;BYMONTHDAY=10;BYHOUR=10"'
    ]
