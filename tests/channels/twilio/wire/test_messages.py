"""What the provider says of text messages, in our words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from ivr.channels.twilio.wire.forms import parse_form
from ivr.channels.twilio.wire.messages import (
    Outgoing,
    found_in,
    named_in,
    reason_of,
    report,
    text_in,
)
from ivr.domain.texting.messages import TextRow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HIM, US = "+905321112233", "+908502220000"
TEXT = TextRow(
    "T1", 1, "out", "main", US, HIM, "Merhaba", "service", "k", "queued", "", NOON, NOON, tries=2
)


def form(**fields: str) -> Any:  # noqa: ANN401 - a Form
    return parse_form(urlencode(fields).encode())


def test_a_message_that_came_in_is_known_by_its_sid() -> None:
    text = text_in(form(MessageSid="SM1", From=HIM, To=US, Body="İyi", NumMedia="0"), "main", NOON)
    assert text is not None
    assert (text.provider_id, text.from_, text.to, text.body, text.said) == (
        *("SM1", HIM, US, "İyi"),
        "",
    )
    assert text_in(form(From=HIM), "main", NOON) is None


def test_pictures_are_named_and_a_wrong_count_of_them_breaks_nothing() -> None:
    media = {"NumMedia": "2", "MediaUrl0": "https://m/0", "MediaUrl1": "https://m/1"}
    text = text_in(form(SmsSid="SM1", Body="", **media), "main", NOON)
    assert text is not None
    assert text.body == "https://m/0\nhttps://m/1"
    for many in ("x", "-1", "999", ""):
        wrong = text_in(form(MessageSid="SM1", Body="a", NumMedia=many), "main", NOON)
        assert wrong is not None
        assert wrong.body == "a"


@pytest.mark.parametrize(
    ("kind", "said"), [("STOP", "out"), ("start", "back"), ("HELP", "help"), ("OTHER", "")]
)
def test_what_the_provider_has_answered_itself_is_known(kind: str, said: str) -> None:
    text = text_in(form(MessageSid="SM1", Body="x", OptOutType=kind), "main", NOON)
    assert text is not None
    assert text.said == said


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_states_of_the_provider_are_ours(word: str, state: str) -> None:
    found = report(form(MessageSid="SM1", MessageStatus=word), "/x?m=T1&n=2", "main", NOON)
    assert found is not None
    assert (found.state, found.text, found.tries, found.provider_id) == (state, "T1", 2, "SM1")


@pytest.mark.parametrize("word", ["accepted", "scheduled", "queued", "sending", "", "teleported"])
def test_other_words_are_no_news(word: str) -> None:
    assert report(form(MessageSid="SM1", MessageStatus=word), "/x", "main", NOON) is None


@pytest.mark.parametrize(
    ("code", "reason", "again"),
    [
        ("30003", "unreachable", True),
        ("30008", "unreachable", True),
        ("30005", "bad_number", False),
        ("30006", "no_texts", False),
        ("30007", "blocked", False),
        ("21610", "opted_out", False),
        ("99999", "refused", False),
        ("", "refused", False),
    ],
)
def test_each_error_has_a_reason_and_two_are_worth_another_try(
    code: str, reason: str, *, again: bool
) -> None:
    fields = form(MessageSid="SM1", MessageStatus="undelivered", ErrorCode=code)
    found = report(fields, "/x", "main", NOON)
    assert found is not None
    assert (found.reason, found.code, found.again) == (reason, code, again)
    assert reason_of(code) == reason


def test_an_error_code_of_a_message_that_arrived_means_nothing() -> None:
    fields = form(MessageSid="SM1", MessageStatus="delivered", ErrorCode="30003")
    found = report(fields, "/x", "main", NOON)
    assert found is not None
    assert (found.reason, found.code) == ("", "")


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("/hooks/main/sms-status?m=T1&n=3", ("T1", 3)),
        ("/hooks/main/sms-status", ("", 0)),
        ("/hooks/main/sms-status?n=-1&m=", ("", 0)),
        ("/hooks/main/sms-status?n=99999&m=" + "x" * 40, ("x" * 26, 0)),
    ],
)
def test_a_status_names_the_text_and_the_try(target: str, named: tuple[str, int]) -> None:
    assert named_in(target) == named


def test_what_is_asked_for_goes_by_number_or_by_service() -> None:
    fields = dict(Outgoing("https://ivr.example", "main", US).form(TEXT))
    assert fields == {
        "To": HIM,
        "From": US,
        "Body": "Merhaba",
        "StatusCallback": "https://ivr.example/hooks/main/sms-status?m=T1&n=2",
    }
    by_service = dict(Outgoing("https://ivr.example", "main", US, "MG1").form(TEXT))
    assert by_service["MessagingServiceSid"] == "MG1"
    assert "From" not in by_service


def listed(sid: str, body: str, at: datetime, **more: str) -> Any:  # noqa: ANN401
    created = format_datetime(at)
    return {"sid": sid, "body": body, "date_created": created, "direction": "outbound-api", **more}


def test_a_message_is_found_by_its_words_and_its_time() -> None:
    old = NOON - timedelta(hours=1)
    said = {
        "messages": [
            listed("SM4", "Merhaba", NOON, direction="inbound"),
            listed("SM3", "Başka", NOON),
            {"sid": "SM0", "body": "Merhaba", "date_created": "yesterday"},
            "nothing",
            listed("SM2", "Merhaba", NOON),
            listed("SM1", "Merhaba", old),
        ]
    }
    assert found_in(said, TEXT, NOON) == "SM2"
    assert found_in({"messages": said["messages"][4:]}, TEXT, NOON + timedelta(1)) == ""
    assert found_in({"messages": None}, TEXT, NOON) == ""
    assert found_in({}, TEXT, NOON) == ""


def test_another_text_with_the_same_words_is_not_taken_for_it() -> None:
    """The list begins with the newest. One that failed is no text that somebody has."""
    later, before = NOON + timedelta(minutes=40), NOON - timedelta(minutes=2)
    said = {
        "messages": [
            listed("SM9", "Merhaba", later, status="delivered"),
            listed("SM8", "Merhaba", NOON + timedelta(seconds=1), status="undelivered"),
            listed("SM7", "Merhaba", NOON + timedelta(seconds=2), status="queued"),
            listed("SM6", "Merhaba", before, status="delivered"),
        ]
    }
    assert found_in(said, TEXT, NOON) == "SM7"
    assert found_in({"messages": said["messages"][1:2]}, TEXT, NOON) == ""
    assert found_in({"messages": said["messages"][3:]}, TEXT, NOON) == ""
