"""Who reads names and numbers of customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.web.api.customers.eyes import Eyes, eyes_of
from ivr.web.permissions import Who

if TYPE_CHECKING:
    from ivr.runtime.ports.contacts import Contacts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Serving:
    """Ayşe serves the customer C. asked: since when."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []

    async def serves(self, agent: str, customer: str, ended_since: datetime) -> bool:
        self.asked.append(ended_since)
        return (agent, customer) == ("ayse", "C")


@pytest.mark.parametrize(
    ("roles", "customer", "names", "numbers"),
    [
        (("agent",), "C", True, True),
        (("agent",), "D", True, False),
        (("agent",), "", True, False),
        (("supervisor",), "", True, True),
        (("agent", "supervisor"), "D", True, True),
        (("quality",), "C", False, False),
        (("admin",), "C", False, False),
        (("admin", "auditor"), "C", True, True),
        ((), "C", False, False),
    ],
)
async def test_the_widest_role_counts(
    roles: tuple[str, ...], customer: str, names: bool, numbers: bool
) -> None:
    contacts: Contacts = Serving()  # type: ignore[assignment]
    assert await eyes_of(Who("ayse", roles=roles), contacts, NOON, customer) == Eyes(names, numbers)


async def test_a_key_reads_what_it_was_given() -> None:
    contacts: Contacts = Serving()  # type: ignore[assignment]
    key = Who("key:1", key_rights=frozenset({"customer:r", "name:r"}))
    assert await eyes_of(key, contacts, NOON) == Eyes(names=True, numbers=False)


async def test_a_number_is_shown_for_a_quarter_of_an_hour_longer() -> None:
    serving = Serving()
    await eyes_of(Who("ayse", roles=("agent",)), serving, NOON, "C")  # type: ignore[arg-type]
    assert serving.asked == [NOON - timedelta(minutes=15)]


def test_dots_are_for_numbers_only() -> None:
    eyes = Eyes(names=True, numbers=False)
    assert eyes.number("+905321112233") == "+90•••••••33"
    assert not eyes.hides("ayse@example.org")
    assert not eyes.hides("telegram:ayse")
    assert eyes.hides("0532 111 22 33")
    assert not Eyes(names=True, numbers=True).hides("+905321112233")
