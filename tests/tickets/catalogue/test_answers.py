"""Texts about tickets: values that are there, one notice for each case, the nearest one sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.flow.prompts import Voice, render_written
from tests.tickets.catalogue.house import BOTH, check, loaded, problems

if TYPE_CHECKING:
    from ivr.domain.values import Value

CATEGORIES = f"""
categories:
  cards: {{label: {BOTH}, children: {{lost: {{label: {BOTH}}}}}}}
  loans: {{label: {BOTH}}}
"""
TEXTS = """
templates:
  receipt:
    notice: receipt
    sms: {tr: "No {ticket.number|digits:3}", en: "No. {ticket.number|digits:3}"}
    email:
      subject: {tr: "Talep: {ticket.subject}", en: "Request: {ticket.subject}"}
      body: {tr: "Merhaba[ {customer.name}]", en: "Hello[ {customer.name}]"}
  receipt_cards: {notice: receipt, categories: [cards], sms: {tr: kart, en: card}}
  receipt_lost: {notice: receipt, categories: [cards.lost], sms: {tr: kayıp, en: lost}}
  thanks: {label: {tr: Teşekkür, en: Thanks}, chat: {tr: Sağ olun, en: Thanks}}
  card_form: {label: {tr: Form, en: Form}, categories: [cards], chat: {tr: a, en: b}}
"""


def template(settings: str) -> str:
    return f"templates: {{t: {{label: {BOTH}, {settings}}}}}"


@pytest.mark.parametrize(
    ("category", "medium", "name"),
    [
        ("cards.lost", "sms", "receipt_lost"),
        ("cards.renewal", "sms", "receipt_cards"),
        ("cards", "sms", "receipt_cards"),
        ("cardsharp", "sms", "receipt"),
        ("loans", "sms", "receipt"),
        ("", "sms", "receipt"),
        ("cards.lost", "email", "receipt"),
    ],
)
def test_the_notice_of_the_nearest_category_is_sent(category: str, medium: str, name: str) -> None:
    found = loaded(CATEGORIES, templates=TEXTS).notice("receipt", category, medium)
    assert found is not None
    assert found.name == name


def test_a_notice_that_nobody_wrote_is_not_sent() -> None:
    catalogue = loaded(CATEGORIES, templates=TEXTS)
    assert catalogue.notice("result", "cards", "sms") is None
    assert catalogue.notice("receipt", "cards", "letter") is None


def test_a_text_is_filled_in_like_a_prompt() -> None:
    answer = loaded(CATEGORIES, templates=TEXTS).answers["receipt"]

    def value(path: tuple[str, ...]) -> Value:
        return {"ticket.number": "260042174", "ticket.subject": "Kart"}.get(".".join(path))

    voice = Voice("tr", datetime(2026, 11, 23, tzinfo=UTC), UTC)
    mail = answer.media["email"]["tr"]
    assert mail.subject is not None
    assert render_written(mail.subject, value, voice) == "Talep: Kart"
    assert render_written(mail.body, value, voice) == "Merhaba"
    sms = answer.media["sms"]["tr"]
    assert sms.subject is None
    assert render_written(sms.body, value, voice) == "No 260 042 174"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (template("sms: §{tr: a}"), "F922 error template t: sms has no en"),
        (
            template("sms: §hello"),
            "F103 error template t: sms wants a text for each language, as in {tr: ..., en: ...}",
        ),
        (
            template('sms: {tr: "§{ticket.numer}", en: b}'),
            'F204 error ticket has no "numer"; did you mean "number"?',
        ),
        (
            template('sms: {tr: "§{ticket.number|money}", en: b}'),
            "F504 error money cannot hold a text; write {ticket.number}",
        ),
        (
            template('sms: {tr: "§{ticket.opened}", en: b}'),
            "F504 error plain text cannot hold a datetime; write {ticket.opened|datetime}",
        ),
        (
            template('sms: {tr: "§{ticket.number|digits:0}", en: b}'),
            'F504 error digits takes a group size from 1 to 9, as digits:4; found ":0"',
        ),
        (
            template('sms: {tr: "§{customer.name}", en: b}'),
            "F508 error customer.name may be missing; put it in [ ]",
        ),
        (template('sms: {tr: "a §{b", en: b}'), 'F507 error "{" is not closed'),
        (
            template(f"email: §{BOTH}"),
            "F103 error template t: email wants a subject and a body, each in every language",
        ),
        (
            template("email: §hello"),
            "F103 error template t: email wants a subject and a body, each in every language",
        ),
        (
            template(f"email: {{subject: {BOTH}, body: §{{tr: a}}}}"),
            "F922 error template t: email body has no en",
        ),
        (
            template(f"categories: [§loan], sms: {BOTH}"),
            'F920 error no category "loan"; the house has none',
        ),
        (
            f"templates: {{§t: {{label: {BOTH}}}}}",
            "F102 error template t has no text; write one for "
            "sms, email, web, chat, social, letter, fax",
        ),
        (
            f"templates: {{§t: {{sms: {BOTH}}}}}",
            'F102 error template t needs a "label", by which agents choose it',
        ),
        (
            template(f"§printer: {BOTH}, sms: {BOTH}"),
            'F101 error template t has no field "printer"',
        ),
        (
            template(f"notice: §reciept, sms: {BOTH}"),
            'F103 error notice is "reciept"; write receipt, waiting or result; '
            'did you mean "receipt"?',
        ),
        (
            f"templates:\n  a: {{notice: result, sms: {BOTH}}}\n"
            f"  §b: {{notice: result, sms: {BOTH}}}",
            'F921 error the notice "result by sms for every category" is there already, in line 2',
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, told: str) -> None:
    check(told, templates=text)


def test_mistakes_in_one_text_hide_none_in_the_next() -> None:
    text = 'templates: {a: {sms: {tr: "{x}", en: "{y}"}}, b: {notice: no, web: {tr: a}}}'
    assert sorted(each.code for each in problems(templates=text)) == [
        *("F102", "F103", "F204", "F204", "F922"),
    ]
