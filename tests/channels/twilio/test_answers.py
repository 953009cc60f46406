"""A request that was let in names its call, or it is none of ours."""

from __future__ import annotations

import pytest

from ivr.channels.twilio.answers import Answer, Asked, ForeignCallError
from ivr.channels.twilio.wire.calls import Address
from ivr.channels.twilio.wire.forms import Form
from ivr.domain.call import CallId, LegId
from ivr.domain.errors import NotFoundError


def test_a_request_names_call_leg_and_turn() -> None:
    asked = Asked(Form(), "/hooks/main/leg?c=01J&l=2&t=7&p=1")
    assert asked.address == Address(CallId("01J"), LegId(2), 7, 1)


def test_a_request_without_an_address_finds_nothing() -> None:
    with pytest.raises(NotFoundError):
        _ = Asked(Form(), "/hooks/main/leg").address


def test_another_call_is_refused_as_a_wrong_signature_is() -> None:
    assert (ForeignCallError.code, ForeignCallError("x").status) == ("foreign-call", 403)
    assert Answer(204).body == b""
