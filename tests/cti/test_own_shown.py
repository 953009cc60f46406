"""Records of our own store as a pop shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ivr.cti.own_shown import category_titles, contact_rows, profile, ticket_fields
from ivr.runtime.ports.customers import Card, CardAsset, CardContact, CardTicket, CustomerRow
from tests.fakes.ticket_house import CATALOGUE

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROW = CustomerRow(
    "u", "K-1", "person", "Ece Kaya", "", "", 0, "", "sms", "", {}, AT, AT, None, 1
)  # fmt: skip


def asset(name: str, until: date | None = None) -> CardAsset:
    return CardAsset(name, name, name.title(), f"SN-{name}", None, until)


def earlier(name: str) -> CardContact:
    return CardContact(name, "email", "inbound", AT, "handled", "cards", "ali", "card.lost")


def test_what_is_not_known_is_left_out() -> None:
    assert profile(Card(ROW)) == {"name": "Ece Kaya", "pref_medium": "sms"}
    assert profile(Card(None)) == {}


def test_products_are_told_with_their_numbers_and_the_longest_warranty() -> None:
    owned = (asset("fridge", date(2027, 1, 2)), asset("oven"), asset("fan"), asset("iron"))
    found = profile(Card(ROW, assets=owned))
    assert found["product"] == "Fridge (SN-fridge), Oven (SN-oven), Fan (SN-fan)"
    assert found["warranty_until"] == "2027-01-02"


def test_a_ticket_has_labels_in_every_language() -> None:
    row = CardTicket("t", "260000017", "Kart", "open", "card.lost", 2, AT, AT)
    assert ticket_fields(row, CATALOGUE) == {
        "subject": "Kart",
        "status": "open",
        "due": AT.isoformat(),
        "category": "card.lost",
        "category_titles": {"en": "card.lost"},
        "status_titles": {"tr": "Açık", "en": "Open"},
    }


def test_an_unknown_status_and_category_stay_as_they_are_written() -> None:
    row = CardTicket("t", "260000017", "Kart", "gone", "gone", 2, AT, None)
    found = ticket_fields(row, CATALOGUE)
    assert (found["status_titles"], found["category_titles"]) == ({}, {})
    assert category_titles("gone", CATALOGUE) == {}


def test_the_call_of_now_is_no_earlier_contact_and_notes_are_kept() -> None:
    card = Card(ROW, contacts=tuple(earlier(name) for name in ("now", "a", "b")))
    rows = contact_rows(card, CATALOGUE, [{"call": "a", "note": "aradı", "channel": "sip"}], "now")
    assert [row["call"] for row in rows] == ["a", "b"]
    assert (rows[0]["note"], rows[0]["channel"]) == ("aradı", "email")
    assert rows[0]["category_titles"] == {"en": "card.lost"}
