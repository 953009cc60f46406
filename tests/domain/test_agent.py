"""What is known of agents' telephones."""

from __future__ import annotations

import pytest

from ivr.domain.agent import Reach, may_answer_itself


@pytest.mark.parametrize(
    ("reach", "address", "may"),
    [
        (Reach.SIP, "sip:ayse@phones", True),
        (Reach.SIP, "sips:ayse@pbx.example", True),
        (Reach.SIP, "+905321112233", False),
        (Reach.SIP, "tel:+905321112233", False),
        (Reach.TWILIO, "sip:ayse@pbx.example", False),
        (Reach.TWILIO, "+905321112233", False),
        (Reach.SIMULATOR, "sim:ayse", True),
    ],
)
def test_sip_phones_and_simulated_ones_can_be_asked_to_answer(
    reach: Reach, address: str, may: bool
) -> None:
    assert may_answer_itself(reach, address) is may
