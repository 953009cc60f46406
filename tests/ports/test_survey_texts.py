"""Surveys by text on every database: scheduled, sent, answered, refused, over; each asked once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.asking.surveys import Past
from tests.fakes.fresh_store import open_fresh
from tests.fakes.survey_house import ANI, SurveyHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OTHER, BERLIN = "+905337654321", "+4915112345678"
FIRST = "Puan? 1 kötü 5 iyi IPTAL"
ENGINES = ("sqlite", "postgres")
"""Surveys are kept in a database."""
REPORTS = "sent", "delivered"


@pytest.fixture
async def house(address: str) -> AsyncIterator[SurveyHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    house = SurveyHouse(store)
    await house.agreed()
    yield house
    await store.close()


async def sent(house: SurveyHouse, **plan: Any) -> str:  # noqa: ANN401
    """Somebody was missed, written to after the delay, and it arrived."""
    invitation = await house.missed(await house.plan(**plan))
    await house.look()
    await house.look(minutes=5)
    assert await house.deliver() == [FIRST]
    await house.look()
    assert await house.state(invitation) == ("delivered", "")
    return invitation


async def test_whoever_left_first_is_written_to_after_the_delay(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan())
    await house.look()
    assert await house.state(invitation) == ("scheduled", "")
    await house.look(minutes=4, seconds=59)
    assert await house.deliver() == []
    await house.look(seconds=1)
    assert await house.state(invitation) == ("sent", "")
    assert await house.deliver() == [FIRST]
    await house.look()
    assert await house.state(invitation) == ("delivered", "")


async def test_a_score_and_a_comment_are_kept_as_one_response(house: SurveyHouse) -> None:
    invitation = await sent(house)
    assert await house.writes("1 maalesef")
    assert await house.deliver() == ["Neden?"]
    assert await house.writes("Çok bekledim")
    assert await house.deliver() == ["Teşekkürler."]
    assert await house.state(invitation) == ("completed", "")
    [response] = await house.rows_of("survey_response")
    told = ("respondent", "medium", "completion", "score", "score_kind")
    assert [response[each] for each in told] == ["caller", "sms", "completed", 1, "csat"]
    csat, comment = await house.rows_of("survey_answer")
    assert (csat["value_num"], csat["value_text"], csat["score_kind"]) == (1, "1 maalesef", "csat")
    assert (comment["question"], comment["value_text"]) == ("comment", "Çok bekledim")


async def test_a_message_that_is_taken_twice_counts_once(house: SurveyHouse) -> None:
    await sent(house)
    text = await house.arrived("5")
    assert [await house.texting.take(text) for _ in range(3)] == [True] * 3
    assert await house.deliver() == ["Teşekkürler."]
    assert len(await house.rows_of("survey_answer")) == 1


async def test_an_answer_before_the_report_counts_as_delivered(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan())
    await house.look()
    await house.look(minutes=5)
    assert await house.writes("2")
    await house.deliver()
    await house.look()
    assert await house.state(invitation) == ("started", "")
    [row] = await house.rows_of("survey_invitation")
    assert row["reached_at"] == house.clock.now()


async def test_what_is_nothing_of_a_survey_is_left_to_others(house: SurveyHouse) -> None:
    assert not await house.writes("Faturam yanlış")
    invitation = await sent(house)
    assert not await house.writes("5", number=OTHER)
    await house.look(hours=48)
    assert await house.state(invitation) == ("expired", "")
    assert not await house.writes("5")
    assert await house.rows_of("survey_response") == []


async def test_after_the_last_answer_texts_are_for_people_again(house: SurveyHouse) -> None:
    await sent(house)
    assert await house.writes("5")
    assert not await house.writes("Bir de faturam yanlış")


@pytest.mark.parametrize("report", ["undelivered", "failed"])
async def test_what_does_not_arrive_is_not_tried_again(house: SurveyHouse, report: str) -> None:
    invitation = await house.missed(await house.plan())
    await house.look()
    await house.look(minutes=5)
    await house.deliver(report, "bad_number")
    await house.look()
    assert await house.state(invitation) == ("undelivered", "")
    await house.look(hours=1)
    assert await house.deliver() == []


async def test_a_day_of_silence_leaves_a_partial_response(house: SurveyHouse) -> None:
    invitation = await sent(house, expires="5d")
    assert await house.writes("kötü")
    await house.deliver()
    await house.look(hours=24)
    assert await house.state(invitation) == ("partial", "")
    [response] = await house.rows_of("survey_response")
    assert (response["completion"], response["score"]) == ("partial", None)
    assert response["finished_at"] is not None


async def test_a_reminder_comes_once_and_not_at_night(house: SurveyHouse) -> None:
    await sent(house, reminder="12h")
    await house.look(hours=12)
    assert await house.deliver() == []
    await house.look(hours=11)
    assert await house.deliver() == [FIRST]
    await house.look(hours=12)
    assert await house.deliver() == []


async def test_whoever_refuses_ends_what_is_open_and_what_is_scheduled(house: SurveyHouse) -> None:
    first = await sent(house)
    second = await house.missed(await house.plan("other"))
    await house.look()
    stop = await house.arrived("İPTAL")
    assert "BASLAT" in await house.texting.opted_out(stop)
    assert await house.texting.opted_out(stop) == ""
    assert [await house.state(each) for each in (first, second)] == [("opted_out", "")] * 2
    await house.look(hours=48)
    assert await house.deliver() == []
    assert not await house.writes("5")


async def test_no_answers_a_question_for_yes_or_no_only(house: SurveyHouse) -> None:
    await sent(house)
    assert not await house.texting.answers_yes_no(await house.arrived("hayır"))


async def test_two_invitations_of_one_number_leave_one_open(house: SurveyHouse) -> None:
    one = await house.missed(await house.plan(gap="0s"))
    two = await house.missed(await house.plan("other", gap="0s"))
    await house.look()
    await house.look(minutes=5)
    states = {await house.state(one), await house.state(two)}
    assert states == {("sent", ""), ("suppressed", "open_invitation")}
    assert len(await house.deliver()) == 1


@pytest.mark.parametrize(
    ("more", "state"),
    [(timedelta(0), ("sent", "")), (timedelta(seconds=-1), ("suppressed", "gap"))],
)
async def test_the_gap_is_kept_to_the_second(
    house: SurveyHouse, more: timedelta, state: tuple[str, str]
) -> None:
    plan = await house.plan(gap="10d")
    now = house.clock.now() + timedelta(minutes=5)
    before: dict[str, Any] = {"state": "completed", "reason": "", "value_norm": ANI}
    await house.missed(plan, **before, sent_at=now - timedelta(days=10) - more)
    invitation = await house.missed(plan)
    await house.look()
    await house.look(minutes=5)
    assert await house.state(invitation) == state


async def test_five_in_a_year_are_one_too_many(house: SurveyHouse) -> None:
    plan = await house.plan(gap="7d")
    now = house.clock.now()
    for days in (40, 80, 120, 364):
        gone: dict[str, Any] = {"state": "completed", "reason": "", "value_norm": ANI}
        await house.missed(plan, **gone, sent_at=now - timedelta(days=days))
    invitation = await house.missed(plan)
    await house.look()
    await house.look(minutes=5)
    assert await house.state(invitation) == ("suppressed", "year_cap")


async def test_without_consent_nobody_is_written_to(house: SurveyHouse) -> None:
    plan = await house.plan()
    nobody = await house.missed(plan, OTHER)
    refused = await house.missed(plan)
    await house.agreed(status="opt_out")
    await house.look()
    await house.look(minutes=5)
    assert await house.state(nobody) == ("suppressed", "no_consent")
    assert await house.state(refused) == ("suppressed", "opted_out")
    assert await house.deliver() == []


async def test_a_short_talk_is_not_asked_about(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan(min_talk="20s"), talk_s=19)
    await house.look()
    await house.look(minutes=5)
    assert await house.state(invitation) == ("suppressed", "too_short")


@pytest.mark.parametrize("number", [None, "+902122220000"])
async def test_whom_no_text_reaches_stays_missed(house: SurveyHouse, number: str | None) -> None:
    invitation = await house.missed(await house.plan(), number)
    await house.look()
    assert await house.state(invitation) == ("missed", "caller_left_first")
    assert await house.rows.missed(10) == []


async def test_a_plan_by_voice_alone_writes_to_nobody(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan(media=["voice"]))
    await house.look()
    assert await house.state(invitation) == ("missed", "caller_left_first")


async def test_whose_call_is_long_over_is_not_written_to(house: SurveyHouse) -> None:
    plan = await house.plan()
    now = house.clock.now()
    late = await house.missed(plan, created_at=now - timedelta(hours=48))
    in_time = await house.missed(plan, created_at=now - timedelta(hours=47, minutes=59))
    await house.look()
    assert await house.state(late) == ("missed", "caller_left_first")
    assert await house.state(in_time) == ("scheduled", "")


async def test_an_anonymous_plan_writes_to_nobody(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan(anonymous="true"))
    await house.look()
    assert await house.state(invitation) == ("missed", "caller_left_first")


async def test_at_night_it_waits_for_the_first_allowed_minute(house: SurveyHouse) -> None:
    await house.clock.advance(timedelta(hours=10, minutes=5).total_seconds())  # 20:05
    invitation = await house.missed(await house.plan())
    await house.look()
    await house.look(minutes=5)
    assert await house.state(invitation) == ("scheduled", "")
    await house.look(hours=12, minutes=49)
    assert await house.deliver() == []
    await house.look(minutes=1)
    assert house.clock.now() == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert await house.deliver() == [FIRST]


async def test_on_sunday_it_waits_for_monday_if_it_is_worth_it(house: SurveyHouse) -> None:
    await house.clock.advance(timedelta(days=5, hours=10).total_seconds())  # Saturday 20:00
    await house.agreed(OTHER)
    worth = await house.missed(await house.plan())
    late = await house.missed(await house.plan("short", expires="24h"), OTHER)
    await house.look()
    await house.look(minutes=5)
    assert await house.state(late) == ("suppressed", "quiet_expired")
    await house.look(hours=36, minutes=54)
    assert await house.state(worth) == ("scheduled", "")
    await house.look(minutes=1)
    assert await house.state(worth) == ("sent", "")


@pytest.mark.parametrize(
    ("saturday", "monday"),
    [
        (datetime(2027, 3, 27, 19, 5, tzinfo=UTC), datetime(2027, 3, 29, 7, 0, tzinfo=UTC)),
        (datetime(2027, 10, 30, 18, 5, tzinfo=UTC), datetime(2027, 11, 1, 8, 0, tzinfo=UTC)),
    ],
)
async def test_over_a_change_of_clock_it_waits_for_nine_on_the_wall(
    house: SurveyHouse, saturday: datetime, monday: datetime
) -> None:
    """In Berlin the night from Saturday to Sunday is an hour shorter, or longer."""
    house.zone = ZoneInfo("Europe/Berlin")
    await house.clock.advance((saturday - house.clock.now()).total_seconds())
    await house.agreed(BERLIN)
    invitation = await house.missed(await house.plan(), BERLIN)
    await house.look()
    minute = timedelta(minutes=1)
    await house.look(seconds=(monday - minute - house.clock.now()).total_seconds())
    assert await house.state(invitation) == ("scheduled", "")
    await house.look(minutes=1)
    assert house.clock.now() == monday
    assert await house.state(invitation) == ("sent", "")


async def test_a_plan_may_have_quiet_hours_of_its_own(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan(quiet="09:00-12:30"))
    await house.look()
    await house.look(minutes=5)
    assert await house.state(invitation) == ("scheduled", "")
    await house.look(hours=2, minutes=24)
    assert await house.state(invitation) == ("scheduled", "")
    await house.look(minutes=1)
    assert await house.state(invitation) == ("sent", "")


async def test_a_server_killed_between_two_writes_asks_nobody_twice(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan())
    await house.look()
    house.killed = True
    with pytest.raises(StoreError):
        await house.look(minutes=5)
    assert await house.state(invitation) == ("scheduled", "")
    house.killed = False
    await house.look()
    await house.look()
    assert await house.deliver() == [FIRST]


async def test_what_was_offered_on_the_line_counts_for_the_gap(house: SurveyHouse) -> None:
    plan = await house.plan()
    on_the_line: dict[str, Any] = {"state": "declined", "reason": ""}
    await house.missed(plan, **on_the_line, reached_at=house.clock.now() - timedelta(days=1))
    invitation = await house.missed(plan)
    await house.look()
    await house.look(minutes=5)
    assert await house.state(invitation) == ("suppressed", "gap")


async def test_whoever_answers_on_the_line_now_is_not_written_to(house: SurveyHouse) -> None:
    plan = await house.plan(gap="0s")
    asked = house.clock.now()
    await house.missed(plan, state="started", reason="", reached_at=asked, started_at=asked)
    invitation = await house.missed(plan)
    await house.look()
    await house.look(minutes=5)
    assert await house.state(invitation) == ("suppressed", "open_invitation")


async def test_what_did_not_arrive_is_not_followed_by_a_reminder(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan(reminder="12h"))
    await house.look()
    await house.look(minutes=5)
    await house.deliver("undelivered", "bad_number")
    await house.look()
    await house.look(hours=24)
    assert await house.deliver() == []
    await house.look(hours=24)
    assert await house.state(invitation) == ("expired", "")


async def test_whoever_refuses_ends_what_is_said_not_to_have_arrived(house: SurveyHouse) -> None:
    invitation = await house.missed(await house.plan())
    await house.look()
    await house.look(minutes=5)
    await house.deliver("undelivered", "unreachable")
    await house.look()
    assert "BASLAT" in await house.texting.opted_out(await house.arrived("STOP"))
    assert await house.state(invitation) == ("opted_out", "")


@pytest.mark.parametrize("form", [ANI, "0532 111 22 33"])
async def test_a_number_has_its_past_in_every_form(house: SurveyHouse, form: str) -> None:
    plan, now = await house.plan(), house.clock.now()
    said: dict[str, Any] = {"state": "declined", "reason": "", "reached_at": now}
    await house.missed(plan, **said)
    forms, surveys = [form, ANI], house.store.surveys
    assert (await surveys.past(forms, now - timedelta(days=1), now)).invited == (now,)
    assert not (await surveys.past(forms, now, now)).open
    invitation = await house.missed(plan)
    await house.look()
    assert await house.state(invitation) == ("scheduled", "")
    assert (await surveys.past(forms, now, now)).open
    assert (await surveys.past([OTHER], now - timedelta(days=1), now)) == Past()


async def talked(house: SurveyHouse, dice: Random | None) -> list[Any]:
    """A whole survey by text; dice: every webhook comes twice, reports late and in any order."""
    invitation = await house.missed(await house.plan())
    await house.look()
    await house.look(minutes=5)
    waiting: list[tuple[str, str]] = []
    for number, words in enumerate(("1", "Çok bekledim", "")):
        waiting += [(sent, state) for sent, _body in await house.hand() for state in REPORTS]
        now = waiting if dice is None else dice.sample(2 * waiting, len(waiting))
        for sent, state in now:
            await house.report((sent, ""), state=state)
        waiting = [] if dice is None else waiting
        for _copy in range(1 if dice is None else 2):
            if words:
                await house.writes(words, key=f"in-{number}")
        await house.look()
    for sent, state in waiting:  # the last of them come when all is over
        await house.report((sent, ""), state=state)
    await house.look()
    answers = await house.rows_of("survey_answer")
    given = [(row["question"], row["value_num"], row["value_text"]) for row in answers]
    texts = [(row["body"], row["state"]) for row in await house.rows_of("text_message")]
    (response,) = await house.rows_of("survey_response")
    return [await house.state(invitation), given, texts, response["completion"]]


async def test_webhooks_that_come_twice_late_and_in_any_order_leave_the_same_rows(
    house: SurveyHouse, sqlite_address: str
) -> None:
    in_order = await talked(house, None)
    assert in_order[0] == ("completed", "")
    assert in_order[1] == [("csat", 1, None), ("comment", None, "Çok bekledim")]
    for seed in range(4):
        store = open_fresh(f"{sqlite_address}-{seed}", synchronous="NORMAL", create=True)
        other = SurveyHouse(store)
        await other.agreed()
        assert await talked(other, Random(seed)) == in_order, seed  # noqa: S311 - no secret
        await store.close()
