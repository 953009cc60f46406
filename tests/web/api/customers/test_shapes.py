"""A customer shows what may be read of him, and names what is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ivr.runtime.ports.customers import (
    Candidate,
    Card,
    CardAsset,
    CardTicket,
    ContactPoint,
    CustomerRow,
    Match,
)
from ivr.tickets.identity.ladder import How
from ivr.web.api.customers.eyes import Eyes
from ivr.web.api.customers.shapes import (
    CustomerOut,
    PointOut,
    card_out,
    customer_out,
    match_out,
    point_out,
    ticket_outs,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROW = CustomerRow(
    *("01J", "1000017", "person", "Ayşe Işık", "", "gold", 1, "tr", "", "", {"x": 1}),
    *(NOON, NOON, None, 3),
)
POINT = ContactPoint(
    *("P", "01J", "phone", "0532 111 22 33", "+905321112233", "", True, False, None, "", 80),
    *(NOON, None),
)
ALL, NO_NUMBERS, NOTHING = Eyes(True, True), Eyes(True, False), Eyes(False, False)


def test_every_field_of_the_ports_is_shown() -> None:
    assert {*CustomerOut.model_fields} - {"masked"} == {*CustomerRow.__dataclass_fields__}
    assert {*PointOut.model_fields} - {"masked"} == {*ContactPoint.__dataclass_fields__} - {
        "customer"
    }


def test_names_go_with_all_that_tells_who_it_is() -> None:
    assert customer_out(ROW, NO_NUMBERS).masked == ()
    shown = customer_out(ROW, NOTHING)
    assert (shown.full_name, shown.attrs, shown.number) == (None, None, "1000017")


def test_numbers_have_dots_or_are_gone() -> None:
    assert point_out(POINT, ALL).value == "0532 111 22 33"
    assert point_out(POINT, NO_NUMBERS).norm == "+90•••••••33"
    assert (point_out(POINT, NOTHING).value, point_out(POINT, NOTHING).norm) == (None, None)


def test_candidates_have_no_names_for_some() -> None:
    one = Candidate("01J", "1000017", "Ayşe Işık", How.MAYBE, 40, ("old",), "an old number")
    match = Match(How.MAYBE, 40, candidates=(one,))
    assert match_out(match, ALL).candidates[0].full_name == "Ayşe Işık"
    assert match_out(match, NOTHING).candidates[0].masked == ("full_name",)


def test_a_card_of_nobody_is_a_card() -> None:
    shown = card_out(Card(None), ALL, NOON.date())
    assert (shown.customer, shown.match, shown.points) == (None, None, ())
    asset = CardAsset("A", "M1", "Model", "S-1", None, date(2026, 11, 23))
    card = card_out(Card(ROW, assets=(asset,)), ALL, NOON.date())
    assert card.assets[0].in_warranty is True


def test_a_ticket_that_may_not_be_read_has_no_subject() -> None:
    rows = [CardTicket(n, n, "İade", "open", "C-1", 2, NOON, None) for n in ("1", "2")]
    shown = ticket_outs(rows, {"1"}, str.lower)
    assert [(row.subject, row.masked) for row in shown] == [("İade", ()), (None, ("subject",))]
    assert {row.category for row in shown} == {"c-1"}
