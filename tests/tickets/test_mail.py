"""What becomes of a mail, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.mail import (
    MOST_ANSWERS,
    MOST_IDS,
    Fate,
    MailFacts,
    Verdict,
    decide,
    dedupe_key,
    is_ours,
    may_answer,
    message_ids,
    our_id,
    reply_subject,
    thread_of,
    unwanted,
)

NUMBER = "260042174"


def facts(**more: object) -> MailFacts:
    return MailFacts(**{"sender": "ayse@ev.example", "subject": "Fatura", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mail", "verdict"),
    [
        (facts(), Verdict(Fate.NEW)),
        (facts(thread=("a@x", "b@x")), Verdict(Fate.APPEND, "260000019", "thread")),
        (facts(thread=("z@x",)), Verdict(Fate.NEW)),
        (facts(subject=f"Re: [#{NUMBER}] Fatura"), Verdict(Fate.APPEND, NUMBER, "subject")),
        (facts(subject="Re: [#260042175] Fatura"), Verdict(Fate.NEW)),
        (facts(subject=f"Re: {NUMBER}"), Verdict(Fate.NEW)),
        (
            facts(thread=("b@x",), subject=f"[#{NUMBER}]"),
            Verdict(Fate.APPEND, "260000019", "thread"),
        ),
        (facts(auto_submitted="no"), Verdict(Fate.NEW)),
        (facts(auto_submitted="No; by=hand"), Verdict(Fate.NEW)),
        (
            facts(auto_submitted="auto-replied; x=1", thread=("b@x",)),
            Verdict(Fate.REJECT, "260000019", "thread", "auto_submitted"),
        ),
        (facts(auto_submitted="auto-generated"), Verdict(Fate.REJECT, reason="auto_submitted")),
        (facts(precedence=" Bulk "), Verdict(Fate.REJECT, reason="bulk")),
        (facts(precedence="junk"), Verdict(Fate.REJECT, reason="bulk")),
        (facts(precedence="list"), Verdict(Fate.REJECT, reason="bulk")),
        (facts(precedence="first-class"), Verdict(Fate.NEW)),
        (facts(ours=True, auto_submitted="auto-replied"), Verdict(Fate.REJECT, reason="own")),
    ],
)
def test_a_mail_finds_its_ticket_or_opens_an_item(mail: MailFacts, verdict: Verdict) -> None:
    assert decide(mail, {"b@x": "260000019"}) == verdict


@pytest.mark.parametrize(
    "mail",
    [
        facts(null_return=True),
        facts(hushed=True),
        facts(from_us=True),
        facts(ours=True),
        facts(auto_submitted="auto-replied"),
        facts(precedence="list"),
        facts(sender=""),
        facts(sender="MAILER-DAEMON@x.example"),
        facts(sender="noreply@x.example"),
        facts(sender="no-reply+42@x.example"),
        facts(sender="do_not_reply@x.example"),
        facts(sender="bounces-17@x.example"),
    ],
)
def test_machines_get_no_automatic_answer(mail: MailFacts) -> None:
    assert not may_answer(mail, 0)


def test_a_person_gets_three_automatic_answers_a_day() -> None:
    answered = [may_answer(facts(), today) for today in range(6)]
    assert answered == [True] * MOST_ANSWERS + [False] * 3
    assert may_answer(facts(sender="replyan@x.example"), 0)


def test_the_nearest_mail_of_a_conversation_comes_first() -> None:
    assert thread_of(" <c@x>", "<a@x> <b@x>\r\n <c@x>") == ("c@x", "b@x", "a@x")
    assert thread_of("", "") == ()
    assert len(thread_of("", " ".join(f"<{n}@x>" for n in range(1000)))) == MOST_IDS
    assert thread_of("", " ".join(f"<{n}@x>" for n in range(1000)))[0] == "999@x"


def test_only_whole_message_ids_are_read() -> None:
    assert message_ids("<a@x> b@x <> <c d@x> <e@x") == ("a@x",)


def test_our_own_message_ids_are_known_again() -> None:
    given_id = our_id("ob_17", "firma.example")
    assert given_id == "ivr.ob_17@firma.example"
    assert is_ours(given_id, ["firma.example"])
    assert is_ours("ivr.ob_17@FIRMA.example", ["firma.example"])
    assert not is_ours(given_id, ["other.example"])
    assert not is_ours("x.ob_17@firma.example", ["firma.example"])


@pytest.mark.parametrize("key", ["", "a b", "a>b", "ş", "a" * 201, "a\n"])
def test_a_message_id_is_made_of_plain_letters(key: str) -> None:
    with pytest.raises(ValueError, match="letters"):
        our_id(key, "firma.example")


def test_the_same_mail_has_the_same_key() -> None:
    with_id = facts(message_id="a@x")
    assert dedupe_key(with_id, "now", "x") == dedupe_key(with_id, "later", "y") == "mail:a@x"
    long = dedupe_key(facts(message_id="a" * 300), "", "")
    assert long.startswith("mail:sha256:")
    assert len(long) < 100
    assert dedupe_key(facts(), "now", "x") == dedupe_key(facts(), "now", b"x")


def test_without_an_id_sender_date_subject_and_body_make_the_key() -> None:
    one = dedupe_key(facts(), "now", "x")
    others = [
        dedupe_key(facts(sender="b@x"), "now", "x"),
        dedupe_key(facts(subject="s"), "now", "x"),
        dedupe_key(facts(), "then", "x"),
        dedupe_key(facts(), "now", "y"),
    ]
    assert len({one, *others}) == 5


def test_what_one_part_ends_with_is_not_what_the_next_begins_with() -> None:
    one = dedupe_key(facts(subject="ab"), "", "c")
    assert one != dedupe_key(facts(subject="a"), "", "bc")


def test_an_answer_carries_the_number_once() -> None:
    assert reply_subject("Fatura", NUMBER) == f"[#{NUMBER}] Fatura"
    assert reply_subject(f"Re: [#{NUMBER}] Fatura", NUMBER) == f"Re: [#{NUMBER}] Fatura"
    assert reply_subject("", NUMBER) == f"[#{NUMBER}]"


@given(st.text(), st.text(), st.text(), st.text())
def test_whatever_headers_say_there_is_a_verdict(
    subject: str, automatic: str, precedence: str, thread: str
) -> None:
    mail = facts(subject=subject, auto_submitted=automatic, precedence=precedence)
    assert decide(mail, {}).fate in Fate
    assert (decide(mail, {}).fate is Fate.REJECT) == bool(unwanted(mail))
    assert not (unwanted(mail) and may_answer(mail, 0))
    assert isinstance(thread_of(thread, thread), tuple)
    assert dedupe_key(mail, automatic, thread)
