"""Refusals of the intake say who was faster."""

from __future__ import annotations

from ivr.runtime.ports.intake import AlreadyClaimedError


def test_a_refusal_names_the_holder() -> None:
    error = AlreadyClaimedError("ayşe", "claimed")
    assert (str(error), error.status, error.code) == ("ayşe has it", 409, "already-claimed")
    assert error.members == {"holder": "ayşe", "state": "claimed"}


def test_what_is_settled_has_no_holder() -> None:
    assert str(AlreadyClaimedError("", "spam")) == "it is spam already"
