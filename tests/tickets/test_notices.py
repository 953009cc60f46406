"""What customers are told without anybody writing it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.flow.prompts import Voice, parse_template
from ivr.tickets.catalogue.model import Answer, Wording
from ivr.tickets.notices import (
    EMAIL,
    RECEIPT,
    RESULT,
    SMS,
    WAITING,
    Told,
    notice_of,
    ways,
    worded,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOLD = Told("260042174", "Fatura\nyanlış", "Alındı", "Fatura", NOON, customer_name="Ali Işık")


def answer(subject: str, body: str) -> Answer:
    """A receipt in Turkish."""
    wording = Wording(parse_template(body), parse_template(subject) if subject else None)
    return Answer("receipt", {}, {EMAIL: {"tr": wording}}, RECEIPT)


@pytest.mark.parametrize(
    ("kind", "data", "notice"),
    [
        ("ticket.created", {}, RECEIPT),
        ("ticket.resolved", {"state": "resolved"}, RESULT),
        ("ticket.updated", {"state": "pending_customer", "was": "open"}, WAITING),
        ("ticket.updated", {"state": "pending_customer"}, ""),
        ("ticket.updated", {"state": "open", "was": "new"}, ""),
        ("ticket.merged", {}, ""),
    ],
)
def test_an_event_asks_for_a_notice(kind: str, data: dict[str, str], notice: str) -> None:
    assert notice_of(kind, data) == notice


@pytest.mark.parametrize(
    ("ticket", "customer", "contact", "found"),
    [
        ("", "", "email", (EMAIL,)),
        ("", "", "voice", (SMS,)),
        ("", "", "web", (EMAIL, SMS)),
        (SMS, EMAIL, "email", (SMS, EMAIL)),
        ("", EMAIL, "voice", (EMAIL, SMS)),
        ("letter", "", "letter", ()),
    ],
)
def test_the_way_is_that_of_the_ticket_then_of_the_customer_then_of_the_contact(
    ticket: str, customer: str, contact: str, found: tuple[str, ...]
) -> None:
    assert ways(ticket, customer, contact) == found


def test_a_mail_has_the_number_first_in_a_subject_of_one_line() -> None:
    made = worded(
        answer("Alındı: {ticket.subject}", "Merhaba[ {customer.name}],\n{ticket.number|digits:3}"),
        EMAIL,
        Voice("tr", NOON, UTC),
        TOLD,
    )
    assert made is not None
    assert made.subject == "[#260042174] Alındı: Fatura yanlış"
    assert made.body == "Merhaba Ali Işık,\n260 042 174"


def test_another_language_is_better_than_none() -> None:
    made = worded(answer("", "Merhaba"), EMAIL, Voice("en", NOON, UTC), TOLD)
    assert made is not None
    assert (made.body, made.subject) == ("Merhaba", "")
    assert worded(answer("", "Merhaba"), SMS, Voice("tr", NOON, UTC), TOLD) is None
