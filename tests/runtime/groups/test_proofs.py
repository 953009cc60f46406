"""Which customer a caller has proved to be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ivr.acd.settings import PIN, Queue, Rules
from ivr.domain.values import Sealed
from ivr.runtime.groups.proofs import Proofs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value

QUEUES = {
    "cards": Queue("cards", rejoin_by=(PIN,), rejoin_customer="customer_no"),
    "loans": Queue("loans"),
}
PROOFS = Proofs(lambda: Rules(queues=QUEUES))


def of(shown: Mapping[str, Value], queue: str = "cards") -> str:
    return PROOFS.of(queue, shown)


def test_one_customer_whose_pin_was_right_is_always_the_same_and_not_written_out() -> None:
    mine = of({"customer_no": "81234", "pin_ok": True})
    assert mine == of({"customer_no": " 81234", "pin_ok": True, "reason": "lost card"})
    assert mine == of({"customer_no": Decimal(81234), "pin_ok": True})
    assert mine != of({"customer_no": "81235", "pin_ok": True})
    assert len(mine) == 32
    assert "81234" not in mine


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"customer_no": "81234"},
        {"customer_no": "81234", "pin_ok": False},
        {"customer_no": "81234", "pin_ok": "true"},
        {"customer_no": "81234", "verified": True},
        {"customer_no": " ", "pin_ok": True},
        {"customer_no": None, "pin_ok": True},
        {"customer_no": Sealed("81234"), "pin_ok": True},
        {"other_no": "81234", "pin_ok": True},
    ],
)
def test_without_a_right_pin_and_a_number_nobody_is_known(shown: dict[str, Value]) -> None:
    assert of(shown) == ""


def test_a_queue_that_wants_no_pin_knows_nobody_by_it() -> None:
    shown: dict[str, Value] = {"customer_no": "81234", "pin_ok": True}
    assert of(shown, "loans") == of(shown, "gone") == ""
