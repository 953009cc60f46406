"""Refusals of the store say all that they know."""

from __future__ import annotations

import pytest

from ivr.runtime.ports.tickets import NotResolvableError
from ivr.tickets.resolving import Failure
from ivr.tickets.states import TicketStateError
from ivr.web.api.tickets.parts import MoveRefusedError, UnresolvedError, explained


def test_a_refused_move_names_the_others() -> None:
    with pytest.raises(MoveRefusedError) as caught, explained():
        raise TicketStateError("no", ("open", "merged"))
    error = caught.value
    assert (error.code, error.status, error.members) == ("ticket-state", 409, {"allowed": ["open"]})


def test_an_unsolved_ticket_names_everything() -> None:
    with pytest.raises(UnresolvedError) as caught, explained():
        raise NotResolvableError([Failure("form", "the form lacks x", ("x",))])
    assert caught.value.code == "ticket-not-resolvable"
    [failure] = caught.value.members["failures"]
    assert failure == {"code": "form", "message": "the form lacks x", "details": ("x",)}
