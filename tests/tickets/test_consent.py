"""Whom we may reach, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.quiet import is_quiet
from ivr.tickets.consent import (
    YES,
    Consent,
    Limit,
    Refusal,
    Rules,
    Verdict,
    Wish,
    awake_from,
    latest,
    may_contact,
    to_register,
)

ZONE = ZoneInfo("Europe/Istanbul")
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)  # Monday, 12:00 in Istanbul
MOBILE = "+905321234567"
EARLIER, LATER = NOON - timedelta(days=9), NOON - timedelta(days=2)


def wish(purpose: str = "survey", now: datetime = NOON, medium: str = "sms") -> Wish:
    """A message to somebody in Istanbul."""
    return Wish(MOBILE, medium, purpose, now, ZONE)


def said(
    status: str, at: datetime = EARLIER, purpose: str = "survey", medium: str = "sms"
) -> Consent:
    """What he said, and the registry knows."""
    return Consent(1, MOBILE, medium, purpose, status, "web_form", at, at)


def refusal(asked: Wish, *rows: Consent) -> Refusal | None:
    """The reason why not."""
    return may_contact(asked, rows).refusal


def test_a_service_needs_no_consent() -> None:
    assert may_contact(wish("service"), ()) == YES
    assert may_contact(wish("callback"), ()).allowed


def test_our_own_people_are_told_at_night_unless_they_refused_service() -> None:
    night = wish("staff", now=NOON + timedelta(hours=15))
    assert may_contact(night, ()) == YES
    assert refusal(night, said("opt_out")) is None
    assert refusal(night, said("opt_out", purpose="service")) is Refusal.OPTED_OUT


@pytest.mark.parametrize("medium", ["voice", "sms", "email"])
@pytest.mark.parametrize("purpose", ["survey", "marketing", "unheard of"])
def test_what_nobody_asked_for_needs_consent(purpose: str, medium: str) -> None:
    asked = wish(purpose, medium=medium)
    assert refusal(asked) is Refusal.NO_CONSENT
    kind = "survey" if purpose == "survey" else "marketing"
    assert refusal(asked, said("opt_in", purpose=kind, medium=medium)) is None


def test_marketing_needs_consent_on_every_medium_and_surveys_where_they_disturb() -> None:
    assert refusal(wish("marketing", medium="letter")) is Refusal.NO_CONSENT
    assert refusal(wish("survey", medium="web")) is None


@pytest.mark.parametrize("purpose", ["service", "survey", "marketing"])
def test_a_refusal_holds_until_consent_is_given_again(purpose: str) -> None:
    no = said("opt_out", LATER, purpose)
    assert refusal(wish(purpose), said("opt_in", EARLIER, purpose), no) is Refusal.OPTED_OUT
    again = said("opt_in", LATER + timedelta(hours=1), purpose)
    assert refusal(wish(purpose), again, no) is None


def test_the_later_row_of_one_moment_counts() -> None:
    rows = [said("opt_out"), replace(said("opt_in"), id=2)]
    assert refusal(wish(), *rows) is None
    assert refusal(wish(), *rows[::-1]) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(said("opt_out", LATER), value="+905551112233"),
        replace(said("opt_out", LATER), medium="email"),
        replace(said("opt_out", LATER), purpose="marketing"),
    ],
)
def test_what_others_say_or_he_of_other_things_does_not_count(other: Consent) -> None:
    assert refusal(wish(), said("opt_in"), other) is None


def test_a_callback_that_was_asked_for_since_is_made_all_the_same() -> None:
    no = said("opt_out", EARLIER, "service", "voice")
    asked = wish("callback", medium="voice")
    assert refusal(asked, no) is Refusal.OPTED_OUT
    assert refusal(replace(asked, asked_at=LATER), no) is None
    assert refusal(replace(asked, asked_at=EARLIER - timedelta(days=1)), no) is Refusal.OPTED_OUT


def test_a_block_of_the_provider_holds_for_every_purpose_until_it_lifts_it() -> None:
    block = replace(said("opt_out", LATER, "survey"), source="provider")
    given = said("opt_in", NOON, "service")
    assert refusal(wish("service"), block, given) is Refusal.BLOCKED_BY_PROVIDER
    lifted = replace(block, status="opt_in", at=NOON)
    assert refusal(wish("service"), block, lifted) is None
    assert refusal(wish("service", medium="voice"), block) is None


def test_marketing_waits_for_the_registry() -> None:
    pending = replace(said("opt_in", purpose="marketing"), registry_synced_at=None)
    assert refusal(wish("marketing"), pending) is Refusal.REGISTRY_PENDING
    assert refusal(wish(), replace(pending, purpose="survey")) is None


@pytest.mark.parametrize(
    ("days", "from_day"),
    [
        ([29], 1),
        ([30], None),
        ([400, 364, 200, 100, 31], 1),
        ([365, 200, 100, 31], None),
        ([364, 200, 100, 10], 20),
    ],
)
def test_nobody_is_asked_too_often(days: list[int], from_day: int | None) -> None:
    sent = [NOON - timedelta(days=each) for each in days]
    found = may_contact(wish(), [said("opt_in")], sent)
    free = None if from_day is None else NOON + timedelta(days=from_day)
    assert found == (Verdict(Refusal.FREQUENCY, free) if free else YES)


def test_services_have_no_limit_unless_a_tenant_sets_one() -> None:
    sent = [NOON - timedelta(minutes=each) for each in range(9)]
    assert may_contact(wish("service"), (), sent).allowed
    rules = Rules(limits={"service": Limit(timedelta(hours=1))})
    found = may_contact(wish("callback"), (), sent, rules)
    assert found == Verdict(Refusal.FREQUENCY, NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("purpose", "local", "awake"),
    [
        ("service", "2026-11-23 20:59", None),
        ("service", "2026-11-23 21:00", "2026-11-24 08:00"),
        ("callback", "2026-11-22 07:59", "2026-11-22 08:00"),
        ("callback", "2026-11-22 12:00", None),
        ("survey", "2026-11-21 19:59", None),
        ("survey", "2026-11-21 20:00", "2026-11-23 09:00"),
        ("marketing", "2026-11-22 12:00", "2026-11-23 09:00"),
        ("survey", "2026-11-23 08:59", "2026-11-23 09:00"),
    ],
)
def test_hours_are_quiet_by_purpose(purpose: str, local: str, awake: str | None) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=ZONE).astimezone(UTC)
    consents = [said("opt_in", purpose=purpose)]
    found = may_contact(wish(purpose, now), consents)
    if awake is None:
        assert found == YES
    else:
        assert found.refusal is Refusal.QUIET_HOURS
        assert found.from_at == datetime.fromisoformat(awake).replace(tzinfo=ZONE)


def test_the_hours_are_those_of_whom_we_reach() -> None:
    now = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)  # 08:30 in Istanbul, 06:30 in Berlin
    assert refusal(wish("service", now)) is None
    assert refusal(replace(wish("service", now), zone=BERLIN)) is Refusal.QUIET_HOURS


def test_who_is_on_the_line_is_not_disturbed_by_what_he_gets() -> None:
    night = NOON + timedelta(hours=12)
    assert refusal(wish("service", night)) is Refusal.QUIET_HOURS
    assert refusal(replace(wish("service", night), in_contact=True)) is None
    rules = Rules(silent=frozenset({"email"}))
    assert may_contact(wish("service", night, "email"), (), rules=rules).allowed


def test_what_never_passes_is_told_before_what_does() -> None:
    night = NOON + timedelta(hours=12)
    assert refusal(wish("survey", night)) is Refusal.NO_CONSENT
    sent = [NOON]
    found = may_contact(wish("survey", night), [said("opt_in")], sent)
    assert found.refusal is Refusal.FREQUENCY


def test_the_latest_word_about_a_purpose() -> None:
    assert latest([said("opt_in"), said("opt_out", LATER)], "survey") == said("opt_out", LATER)
    assert latest([said("opt_in")], "recording") is None


def test_the_registry_learns_of_a_refusal_only_after_a_consent() -> None:
    def row(number: int, status: str, day: int, *, synced: bool = False) -> Consent:
        at = EARLIER + timedelta(days=day)
        known = at if synced else None
        return replace(said(status, at, "marketing"), id=number, registry_synced_at=known)

    first_no, yes, no = row(1, "opt_out", 0), row(2, "opt_in", 1), row(3, "opt_out", 2)
    assert to_register([first_no]) == ()
    assert to_register([no, yes, first_no]) == (yes, no)
    assert to_register([row(2, "opt_in", 1, synced=True), no]) == (no,)
    assert to_register([replace(yes, purpose="survey")]) == ()


@given(
    st.sampled_from(["service", "callback", "survey", "marketing"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - made aware below
    st.sampled_from([ZONE, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]),
)
def test_the_first_waking_minute_is_found_across_changes_of_the_clock(
    purpose: str, naive: datetime, zone: ZoneInfo
) -> None:
    now = naive.replace(tzinfo=UTC)
    found = awake_from(purpose, now, zone)
    assert found >= now
    assert not is_quiet(purpose, found.astimezone(zone))
    if found > now:
        assert is_quiet(purpose, (found - timedelta(microseconds=1)).astimezone(zone))
        assert is_quiet(purpose, now.astimezone(zone))
