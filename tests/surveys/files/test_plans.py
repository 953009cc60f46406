"""Plans: who is asked, how often, and what a low score leads to."""

from __future__ import annotations

from datetime import date

from ivr.surveys.files.reading import Around
from ivr.surveys.model import LowTicket
from tests.surveys.files.house import TEXT, changed, loaded, problems


def test_a_plan_is_read_with_its_times_in_seconds() -> None:
    plan = loaded().plans["after_call"]
    assert (plan.survey, plan.position, plan.when, plan.seed) == (
        "support",
        1,
        "post_call",
        "tr-cc-2026",
    )
    assert (plan.rate, plan.size, plan.media, plan.by_voice) == (0.5, None, ("voice", "sms"), True)
    assert (plan.min_talk_s, plan.delay_s, plan.expires_s) == (10, 300, 172_800)
    assert (plan.gap_s, plan.year_cap, plan.quiet, plan.is_plain) == (2_592_000, 4, None, False)


def test_a_low_score_leads_to_a_ticket() -> None:
    low = loaded().plans["after_call"].low
    assert low is not None
    assert low.when is not None
    assert low.when.reads == (("answers", "csat"), ("answers", "nps"))
    assert low.ticket == LowTicket("complaint", "", 1, 14_400)
    assert low.tell == ("lead",)


def test_a_planned_survey_has_a_sample_a_quota_and_its_days() -> None:
    text = TEXT + (
        "  half_year:\n"
        "    when: planned\n"
        "    match: customer.segment == 'corporate'\n"
        "    dates: [2026-12-01]\n"
        "    size: 400\n"
        "    quiet: 20:00-09:00\n"
        "    media: [sms, email, sms]\n"
        "    alphabet: plain\n"
        "    quota: {product: {modem: 100}, count_partials: true}\n"
        "    seed: half\n"
    )
    plan = loaded(text).plans["half_year"]
    assert (plan.position, plan.size, plan.rate) == (2, 400, None)
    assert (plan.dates, plan.media) == ((date(2026, 12, 1),), ("sms", "email"))
    assert (plan.quiet, plan.is_plain, plan.by_voice) == ((1200, 1980), True, False)
    assert plan.quota is not None
    assert plan.quota.limits == {"product": {"modem": 100}}
    assert plan.quota.count_partials


def test_without_a_rate_everybody_is_asked() -> None:
    assert loaded(changed("    rate: 50%\n", "")).plans["after_call"].rate == 1


def test_a_house_that_is_not_known_is_not_checked() -> None:
    text = changed("['cards', 'loans', 'general']", "['nowhere', '']")
    assert [each.message for each in problems(text)] == ['no queue "nowhere"']
    assert problems(text, Around()) == ()


def test_a_plan_that_is_no_map_is_told() -> None:
    assert "F103" in {each.code for each in problems(TEXT + "  other: soon\n")}
    low = TEXT[: TEXT.index("    low:\n")] + "    low: bad\n"
    assert {each.code for each in problems(low)} == {"F103"}
