"""What bodies about tickets mean to the store: nothing that was not named."""

from __future__ import annotations

from ivr.runtime.ports.tickets import CHANGEABLE, NewTicket
from ivr.web.api.tickets.bodies import TicketChange, TicketFilters, TicketList, TicketNew


def test_a_change_holds_what_was_named_and_no_reason() -> None:
    made = TicketChange.model_validate({"subject": "x", "team": "", "reason": "y"})
    assert made.changes() == {"subject": "x", "team": ""}
    assert TicketChange().changes() == {}
    custom = TicketChange.model_validate({"custom": {"amount": None}})
    assert custom.changes() == {"custom": {"amount": None}}


def test_every_field_but_the_status_can_be_changed() -> None:
    assert {*TicketChange.model_fields} - {"reason"} == {*CHANGEABLE} - {"status"}


def test_a_new_ticket_has_the_fields_of_the_port() -> None:
    values = TicketNew(subject="x", priority="high").values()
    assert (values["priority"], values["severity"], values["kind"]) == (3, 0, "")
    assert set(values) == {*NewTicket.__dataclass_fields__} - {"origin_key", "parent"}


def test_a_filter_asks_by_level() -> None:
    which = TicketFilters(priority=("low", "urgent"), open=True, q="kart").which()
    assert (which.priorities, which.is_open, which.words) == ((1, 4), True, "kart")
    assert TicketList().limit == 50
