"""What the pop says of why a customer is shown."""

from __future__ import annotations

import pytest

from ivr.tickets.identity.evidence import phrase, reasons
from ivr.tickets.identity.ladder import Evidence, How


@pytest.mark.parametrize(
    ("evidence", "codes", "words"),
    [
        (
            Evidence(1, How.ENTERED, 100, "customer_no"),
            ("customer_no",),
            "customer number entered",
        ),
        (
            Evidence(1, How.ENTERED, 100, "ticket_number"),
            ("ticket_number",),
            "ticket number entered",
        ),
        (Evidence(1, How.EXACT, 90, "phone", 3, label="work"), ("phone",), "same number (work)"),
        (
            Evidence(1, How.AMBIGUOUS, 90, "phone", 3, shared=True),
            ("phone", "shared"),
            "same number, used by several people",
        ),
        (
            Evidence(1, How.AMBIGUOUS, 90, "email", 3),
            ("email", "several"),
            "same address, several customers have it",
        ),
        (Evidence(1, How.MAYBE, 40, "phone", 3), ("phone", "perhaps"), "perhaps: same number"),
        (
            Evidence(1, How.SUFFIX, 40, "phone", 3),
            ("last9", "perhaps"),
            "perhaps: same last nine digits",
        ),
    ],
)
def test_evidence_is_told_in_codes_and_in_words(
    evidence: Evidence, codes: tuple[str, ...], words: str
) -> None:
    assert reasons(evidence) == codes
    assert phrase(evidence) == words
