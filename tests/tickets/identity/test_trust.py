"""Which senders are looked up, and which are not believed at all."""

from __future__ import annotations

import pytest

from ivr.tickets.identity.points import read_email, read_phone
from ivr.tickets.identity.trust import Arrival, Trust, may_match, sender_trust

MOBILE = "0532 123 45 67"


@pytest.mark.parametrize(
    ("typed", "arrival", "trust"),
    [
        (MOBILE, Arrival(), Trust.PLAIN),
        (MOBILE, Arrival(country="tr"), Trust.PLAIN),
        (MOBILE, Arrival(trusted=True), Trust.ATTESTED),
        (MOBILE, Arrival(attestation="A"), Trust.ATTESTED),
        (MOBILE, Arrival(attestation="B"), Trust.PLAIN),
        (MOBILE, Arrival(attestation="C"), Trust.PLAIN),
        (MOBILE, Arrival(attestation="failed", trusted=True), Trust.FAILED),
        (MOBILE, Arrival(country="DE"), Trust.FAILED),
        (MOBILE, Arrival(country="DE", trusted=True, attestation="A"), Trust.FAILED),
        ("112", Arrival(country="DE"), Trust.FAILED),
        ("112", Arrival(), Trust.PLAIN),
        ("+49 30 901820", Arrival(country="DE"), Trust.PLAIN),
        ("0532123456", Arrival(country="DE"), Trust.PLAIN),
        ("anonymous", Arrival(trusted=True), Trust.WITHHELD),
    ],
)
def test_a_sender_is_worth_what_its_way_in_says(typed: str, arrival: Arrival, trust: Trust) -> None:
    assert sender_trust(read_phone(typed, "TR"), "TR", arrival) is trust


def test_mail_is_not_bound_to_the_country_of_a_trunk() -> None:
    assert sender_trust(read_email("a@b.co"), "TR", Arrival(country="DE")) is Trust.PLAIN


@pytest.mark.parametrize(
    ("typed", "trust", "may"),
    [
        (MOBILE, Trust.PLAIN, True),
        (MOBILE, Trust.ATTESTED, True),
        (MOBILE, Trust.FAILED, False),
        (MOBILE, Trust.WITHHELD, False),
        ("112", Trust.ATTESTED, False),
        ("0532123456", Trust.PLAIN, False),
    ],
)
def test_only_whole_numbers_of_believed_senders_are_matched(
    typed: str, trust: Trust, may: bool
) -> None:
    assert may_match(read_phone(typed, "TR"), trust) is may
