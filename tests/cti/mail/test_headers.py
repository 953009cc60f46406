"""Headers of strangers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cti.mail.cautious import taken_apart
from ivr.cti.mail.headers import Ours, address_in, facts_of, recipients_of, sender_of, sent_at
from tests.fakes.mail_desk import OURS


def head(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", "x"]).encode("utf-8", "surrogateescape")


def test_the_facts_of_a_mail() -> None:
    message, _ = taken_apart(
        head(
            "From: =?iso-8859-9?q?Ay=FEe?= <Ayse@Ev.example>",
            "Subject: =?utf-8?q?Re=3A_=5B=23260042174=5D?=  a",
            "Message-ID: <m1@ev.example>",
            "In-Reply-To: <ivr.1@firma.example>",
            "References: <a@x>\r\n <ivr.1@firma.example>",
            "Auto-Submitted: auto-replied",
            "Precedence: bulk",
            "Return-Path: <>",
            "List-Id: <l.example>",
        )
    )
    facts = facts_of(message, OURS)
    assert facts.sender == "ayse@ev.example"
    assert facts.subject == "Re: [#260042174] a"
    assert facts.message_id == "m1@ev.example"
    assert facts.thread == ("ivr.1@firma.example", "a@x")
    assert (facts.auto_submitted, facts.precedence) == ("auto-replied", "bulk")
    assert facts.null_return
    assert facts.hushed
    assert not facts.ours
    assert not facts.from_us


def test_our_own_mails_are_known() -> None:
    message, _ = taken_apart(
        head("From: DESTEK@firma.example", "Message-ID: <ivr.9@firma.example>")
    )
    facts = facts_of(message, OURS)
    assert facts.ours
    assert facts.from_us
    assert Ours(("a@x.example", "b@x.example")).domains == ("x.example",)


@pytest.mark.parametrize("value", ["All", "OOF, AutoReply", "DR, oof"])
def test_who_wants_no_answers_says_so(value: str) -> None:
    message, _ = taken_apart(head("From: a@b.example", f"X-Auto-Response-Suppress: {value}"))
    assert facts_of(message, OURS).hushed


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@b.example", ("", "a@b.example")),
        ("Ayşe Yılmaz <a@b.example>", ("Ayşe Yılmaz", "a@b.example")),
        ('"Yılmaz, Ayşe" <a@b.example>', ("Yılmaz, Ayşe", "a@b.example")),
        ('"=?utf-8?q?Ay=C5=9Fe?=" <a@b.example>', ("Ayşe", "a@b.example")),
        ("=?utf-8?b?QQ==?= <a@b.example>, c@d.example", ("A", "a@b.example")),
        ("undisclosed-recipients:;", ("", "")),
        ("nobody", ("", "")),
        ("<a@b@c>", ("", "")),
        ("(" * 5000, ("", "")),
        ("", ("", "")),
    ],
)
def test_the_sender_is_an_address_or_nobody(value: str, found: tuple[str, str]) -> None:
    message, _ = taken_apart(head(f"From: {value}"))
    assert sender_of(message) == found


def test_a_comma_in_a_name_hides_no_address() -> None:
    message, _ = taken_apart(head("From: Yılmaz, Ayşe <a@b.example>"))
    assert sender_of(message)[1] == "a@b.example"
    message, _ = taken_apart(head(f"From: {'(' * 3000} <a@b.example>"))
    assert sender_of(message) == ("", "a@b.example")


def test_who_else_got_it() -> None:
    message, _ = taken_apart(
        head(
            "To: A <a@x.example>, b@x.example", "Cc: a@x.example, c@x", "Reply-To: Z <z@x.example>"
        )
    )
    assert recipients_of(message) == ("a@x.example", "b@x.example", "c@x")
    assert address_in(message, "reply-to") == "z@x.example"
    assert address_in(message, "sender") == ""


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Mon, 23 Nov 2026 10:30:00 +0300", datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 10:30:00 -0000", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        ("23.11.2026", None),
        ("Mon, 99 Nov 2026 10:30:00 +0300", None),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("", None),
    ],
)
def test_the_time_of_sending_is_what_the_sender_says(value: str, moment: datetime | None) -> None:
    message, _ = taken_apart(head(f"Date: {value}"))
    assert sent_at(message) == moment


@given(st.text(max_size=200), st.text(alphabet='<>@()",;:=?\\a b', max_size=100))
def test_whatever_stands_in_headers_nothing_fails(any_text: str, address: str) -> None:
    lines = [f"{name}: {any_text}" for name in ("Subject", "Date", "References", "Return-Path")]
    message, _ = taken_apart(head(f"From: {address}", f"To: {address}", *lines))
    facts = facts_of(message, OURS)
    assert len(facts.subject) <= 512
    assert "\n" not in facts.subject
    assert isinstance(recipients_of(message), tuple)
    assert sent_at(message) is None or sent_at(message)
