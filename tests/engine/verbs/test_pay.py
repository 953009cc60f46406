"""`pay` is not carried out yet: it fails."""

from __future__ import annotations

from decimal import Decimal

from ivr.domain.values import Money
from ivr.engine.verbs.pay import PayFields, bounds, writes
from ivr.flow.spec import CallerKind, Timing, Writes
from tests.engine.small import small_book
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


def test_the_receipt_is_known_when_it_was_paid() -> None:
    fields = PayFields(pay="desk", amount="5", into="receipt")
    names = ("receipt",)
    assert writes(fields) == Writes(
        {"next": names}, {"declined": names, "giveup": names, "failed": names}
    )
    assert writes(PayFields(pay="desk", amount="5")) == Writes()


def test_every_way_out_takes_three_minutes_at_worst() -> None:
    book = small_book(
        "  start:\n" + STEP.strip("\n").replace("taken", "start") + "\n    - go: start",
        "vars: {amount: money = 5}",
    )
    step = book.step(book.live["main"], "main", "start", 0)
    assert set(bounds(step, Timing(CallerKind.SLOW, lambda _names: 0.0)).values()) == {180.0}
