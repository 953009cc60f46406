"""The errors of the ticket port carry what a person needs to go on."""

from __future__ import annotations

from ivr.runtime.ports.tickets import NotResolvableError
from ivr.tickets.resolving import Work, failures


def test_every_failure_is_told_at_once() -> None:
    found = failures(Work("complaint", missing_fields=("invoice_no",)))
    error = NotResolvableError(found)
    assert error.failures == found
    assert [each.message in str(error) for each in found] == [True] * 3
    assert (error.code, error.status) == ("ticket-not-resolvable", 409)
