"""A text leaves when it may, once, and what became of it is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.cti.outbox.retrying import MOST_TRIES, NotTakenError
from ivr.runtime.ports.compliance import SMS, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.runtime.ports.deliveries import BACK, LATER
from ivr.runtime.ports.texts import AGAIN, GIVEN_UP, LOCKED_OUT, UNKNOWN, Handed, TextFailedError

if TYPE_CHECKING:
    from tests.cti.texts.conftest import Post

HOUR_S = 3600.0


async def agree(post: Post, purpose: str, status: str = "opt_in") -> None:
    new = ConsentNew("+905321112233", SMS, purpose, status, "call")
    await post.consents.say(new, Act("ayse", post.clock.now()))


async def test_a_text_is_sent_once_however_often_it_is_told(post: Post) -> None:
    text = await post.queue()
    for _ in range(3):
        await post.out.hear(post.delivery(text))
    row = await post.row(text)
    assert (row.state, row.provider_id, row.tries) == ("sent", "SM1", 1)
    assert len(post.line.sent) == 1
    assert post.line.sent[0].tries == 1
    await post.out.hear(post.delivery("nobody"))
    await post.out.close()


async def test_who_refused_gets_nothing_and_the_text_says_why(post: Post) -> None:
    await agree(post, "service", "opt_out")
    text = await post.queue()
    await post.out.hear(post.delivery(text))
    assert ((await post.row(text)).state, (await post.row(text)).reason) == ("failed", "opted_out")
    survey = await post.queue(purpose="survey")
    await post.out.hear(post.delivery(survey))
    assert (await post.row(survey)).reason == "no_consent"
    assert post.line.sent == []


async def test_in_quiet_hours_it_waits_until_the_first_minute_that_is_allowed(post: Post) -> None:
    await post.clock.advance(14 * HOUR_S)
    text = await post.queue()
    with pytest.raises(NotTakenError) as raised:
        await post.out.hear(post.delivery(text))
    assert raised.value.fate == BACK
    local = raised.value.at
    assert local is not None
    assert (local.hour, local.minute) == (5, 0)  # 08:00 in Istanbul
    answer = await post.queue(in_contact=True)
    await post.out.hear(post.delivery(answer))
    assert (await post.row(answer)).state == "sent"


async def test_a_text_that_is_worth_nothing_by_then_is_given_up(post: Post) -> None:
    await post.clock.advance(14 * HOUR_S)
    soon = post.clock.now() + timedelta(hours=1)
    text = await post.queue(expires_at=soon)
    await post.out.hear(post.delivery(text))
    assert (await post.row(text)).reason == "quiet_expired"
    late = await post.queue(expires_at=soon, in_contact=True)
    await post.clock.advance(HOUR_S)
    await post.out.hear(post.delivery(late))
    assert (await post.row(late)).reason == "expired"


async def test_a_second_survey_within_the_gap_is_refused_but_its_next_question_is_not(
    post: Post,
) -> None:
    await agree(post, "survey")
    first, second = [await post.queue(purpose="survey") for _ in range(2)]
    await post.out.hear(post.delivery(first))
    assert (await post.row(first)).state == "sent"
    question = await post.queue(purpose="survey", in_contact=True)
    await post.out.hear(post.delivery(question))
    assert (await post.row(question)).state == "sent"
    await post.clock.advance(60)
    with pytest.raises(NotTakenError, match="frequency"):
        await post.out.hear(post.delivery(second))


@pytest.mark.parametrize("number", ["+902122345678", "+908001234567", "+904440444", "112"])
async def test_numbers_that_take_no_texts_are_never_tried(post: Post, number: str) -> None:
    text = await post.queue(to=number)
    await post.out.hear(post.delivery(text))
    assert (await post.row(text)).reason == "no_texts"
    assert post.line.sent == []


async def test_a_lost_answer_is_looked_for_before_it_is_sent_again(post: Post) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(UNKNOWN, "unreachable"))
    with pytest.raises(NotTakenError) as raised:
        await post.out.hear(post.delivery(text))
    assert (raised.value.fate, raised.value.sick) == (LATER, True)
    with pytest.raises(NotTakenError) as raised:
        await post.out.hear(post.delivery(text, 2))
    assert (raised.value.fate, post.line.looks) == (BACK, 0)
    await post.clock.advance(5)
    post.line.has = Handed("SM-there")
    await post.out.hear(post.delivery(text, 2))
    row = await post.row(text)
    assert (row.state, row.provider_id, len(post.line.sent)) == ("sent", "SM-there", 1)


async def test_what_the_provider_never_got_is_sent_again(post: Post) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(UNKNOWN, "unreachable"))
    with pytest.raises(NotTakenError):
        await post.out.hear(post.delivery(text))
    await post.clock.advance(5)
    await post.out.hear(post.delivery(text, 2))
    assert [one.tries for one in post.line.sent] == [1, 2]
    assert (await post.row(text)).state == "sent"


async def test_a_report_that_comes_meanwhile_settles_it(post: Post) -> None:
    text = await post.queue()
    post.line.keyed = True
    await post.texts.handed(text, Handed("SM5"), post.clock.now())
    await post.out.hear(post.delivery(text))
    assert post.line.sent == []


async def test_a_provider_that_asks_to_wait_is_left_alone_that_long(post: Post) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(AGAIN, "unreachable", "20429", 30.0))
    with pytest.raises(NotTakenError) as raised:
        await post.out.hear(post.delivery(text))
    assert (raised.value.after_s, raised.value.sick) == (30.0, False)
    assert (await post.row(text)).state == "queued"
    await post.out.hear(post.delivery(text, 2))
    assert ((await post.row(text)).state, post.line.looks) == ("sent", 0)


async def test_a_look_that_is_put_off_does_not_say_that_there_was_no_try(post: Post) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(UNKNOWN, "unreachable"))
    with pytest.raises(NotTakenError):
        await post.out.hear(post.delivery(text))
    await post.clock.advance(5)
    post.line.busy = True
    with pytest.raises(NotTakenError):
        await post.out.hear(post.delivery(text, 2))
    post.line.busy, post.line.has = False, Handed("SM-there")
    await post.out.hear(post.delivery(text, 3))
    assert (await post.row(text)).provider_id == "SM-there"
    assert len(post.line.sent) == 1


@pytest.mark.parametrize("attempts", [1, MOST_TRIES])
async def test_a_provider_that_does_not_let_us_in_costs_no_text(post: Post, attempts: int) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(LOCKED_OUT, "refused", "403 Authorization failed"))
    with pytest.raises(NotTakenError, match="does not let us in: 403") as raised:
        await post.out.hear(post.delivery(text, attempts))
    assert raised.value.pauses
    assert (await post.row(text)).state == "queued"
    await post.out.hear(post.delivery(text, 1))
    assert ((await post.row(text)).state, post.line.looks) == ("sent", 0)


async def test_a_number_that_does_not_exist_is_not_tried_again(post: Post) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(GIVEN_UP, "bad_number", "21211"))
    await post.out.hear(post.delivery(text))
    row = await post.row(text)
    assert (row.state, row.reason, row.code) == ("failed", "bad_number", "21211")


async def test_after_the_last_try_it_has_failed(post: Post) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(UNKNOWN, "unreachable"))
    await post.out.hear(post.delivery(text, MOST_TRIES))
    assert ((await post.row(text)).state, (await post.row(text)).reason) == (
        "failed",
        "unreachable",
    )


async def test_who_is_blocked_by_the_provider_counts_as_refusing_from_then_on(post: Post) -> None:
    text = await post.queue()
    post.line.says.append(TextFailedError(GIVEN_UP, "opted_out", "21610"))
    await post.out.hear(post.delivery(text))
    assert (await post.row(text)).reason == "opted_out"
    [said] = await post.consents.of("+905321112233", SMS)
    assert (said.status, said.source, said.evidence) == ("opt_out", "provider", "main: 21610")
    other = await post.queue(in_contact=True)
    await post.out.hear(post.delivery(other))
    assert (await post.row(other)).reason == "blocked_by_provider"
    assert len(post.line.sent) == 1


async def test_whoever_waits_for_a_text_hears_that_it_left_or_will_not(post: Post) -> None:
    left, refused = await post.queue(), await post.queue(purpose="marketing")
    for text in (left, refused):
        await post.out.hear(post.delivery(text))
    assert [one.id for one in post.told] == [left, refused]
