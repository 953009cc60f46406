"""Tickets and categories as they are offered at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ivr.runtime.ports.customers import CardTicket
from ivr.web.api.filable import category_choices, ticket_choices
from tests.fakes.ticket_house import CATALOGUE

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROW = CardTicket("t", "260000017", "Kart", "waiting_customer", "C-1", 2, AT, AT)


def test_a_ticket_is_told_with_the_words_of_its_status_and_where_its_category_stands() -> None:
    (one,) = ticket_choices([ROW], CATALOGUE)
    assert (one.number, one.subject, one.category, one.due_at) == ("260000017", "Kart", "card", AT)
    assert set(one.status_titles) == {"tr", "en"}
    assert one.masked == ()


def test_a_subject_that_may_not_be_read_is_not_told() -> None:
    seen, hidden = ticket_choices([ROW, replace(ROW, number="260000025")], CATALOGUE, {ROW.number})
    assert (seen.subject, hidden.subject, hidden.masked) == ("Kart", None, ("subject",))


def test_what_is_not_in_the_catalogue_any_more_stays_as_it_was() -> None:
    (one,) = ticket_choices([replace(ROW, status="gone", category="gone")], CATALOGUE)
    assert (one.category, one.status_titles) == ("gone", {})


def test_categories_are_told_with_those_above_but_not_those_out_of_use() -> None:
    lost = CATALOGUE.categories["card.lost"]
    off = replace(CATALOGUE.categories["billing.wrong_amount"], active=False)
    known = {**CATALOGUE.categories, off.path: off}
    known["card.lost"] = replace(lost, parent="card", labels={"en": "Lost", "tr": "Kayıp"})
    found = {one.path: one.titles for one in category_choices(replace(CATALOGUE, categories=known))}
    assert found == {
        "billing": {"en": "billing"},
        "card": {"en": "card"},
        "card.lost": {"en": "card › Lost", "tr": "Kayıp"},
    }
