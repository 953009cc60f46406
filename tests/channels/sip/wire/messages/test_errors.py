"""The one error of SIP says what is wrong and what the sender deserves."""

from __future__ import annotations

from ivr.channels.sip.wire.messages.errors import WireError


def test_an_error_with_an_answer_names_its_status() -> None:
    error = WireError(488, "no codec that both know", "the request")
    assert str(error) == "488 no codec that both know"
    assert (error.code, error.why, error.message) == (488, "no codec that both know", "the request")


def test_an_error_that_is_met_with_silence_names_no_status() -> None:
    error = WireError(0, "not SIP at all")
    assert str(error) == "not SIP at all"
    assert error.message is None
