"""`pay` is not carried out yet: it fails."""

from __future__ import annotations

from decimal import Decimal

from ivr.domain.values import Money
from tests.engine.verbs.unbuilt import asked

STEP = """
    - pay: desk
      amount: =amount
      declined: start
      giveup: start
      failed: taken
"""


def test_nothing_is_paid() -> None:
    note = asked(STEP, "vars: {amount: money = 5}")
    assert note["exit"] == "failed"
    assert note["pii"] == {"payment": "desk", "amount": Money(Decimal(5), "TRY")}
