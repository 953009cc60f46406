"""After a ticket one plan at most asks, the others say why not, and samples can be repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.surveys.after_ticket import Closed, decided, ticket_plans
from ivr.surveys.facts import Facts
from ivr.surveys.invitations import State
from ivr.surveys.planned.placing import Number
from ivr.surveys.quotas import Filled
from tests.surveys.files.house import TEXT, loaded

if TYPE_CHECKING:
    from ivr.surveys.model import Plan, Survey

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASE = TEXT[: TEXT.index("plans:\n")] + "plans:\n"
PLAN = "  {name}:\n    when: post_ticket\n    seed: s\n    media: [sms]\n"
MINE = Number(1, "+905321112233")


def plans(*more: str) -> list[tuple[Survey, Plan]]:
    """Plans of one survey in order, each with more lines."""
    text = BASE + "".join(PLAN.format(name=f"p{n}") + each for n, each in enumerate(more))
    return ticket_plans([loaded(text)])


def closed(**more: object) -> Closed:
    return Closed(**{"key": 1, "id": "T1", "closed_at": NOON, "numbers": (MINE,), **more})  # type: ignore[arg-type]


def test_plans_of_calls_ask_after_no_ticket() -> None:
    assert ticket_plans([loaded()]) == []


def test_the_first_plan_that_matches_asks_and_the_others_say_so() -> None:
    found = decided(plans("    match: ticket.category == 'billing'\n", "", ""), closed())
    assert [(each.state, each.reason) for each in found] == [
        ("suppressed", "not_matching"), ("scheduled", ""), ("suppressed", "other_plan"),
    ]  # fmt: skip
    assert found[1].due_at == NOON + timedelta(minutes=5)
    assert found[1].expires_at == NOON + timedelta(hours=48)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"is_test": True}, "test_call"),
        ({"emergency": True}, "emergency"),
        ({"locale": "az"}, "language_missing"),
        ({"numbers": ()}, "no_contact_point"),
        ({"numbers": (Number(1, "+905321112233", shared=True),)}, "shared_contact_point"),
        ({"numbers": (Number(1, "+902121112233"),)}, "no_contact_point"),
    ],
)
def test_who_is_not_asked_has_one_reason(more: dict[str, object], reason: str) -> None:
    [found] = decided(plans(""), closed(**more))
    assert (found.state, found.reason) == ("suppressed", reason)


def test_a_quota_counts_the_product_of_the_ticket_and_the_segment_of_the_customer() -> None:
    limits = "    quota: {product: {modem: 1}, segment: {corporate: 5}}\n"
    [(survey, plan)] = plans(limits)
    facts = Facts({"ticket": {"product": "modem"}, "customer": {"segment": "private"}})
    [free] = decided([(survey, plan)], closed(facts=facts))
    assert (free.state, free.cell) == ("scheduled", {"product": "modem"})
    filled = {("support", "p0"): (Filled({"product": "modem"}, State.COMPLETED, 1),)}
    [full] = decided([(survey, plan)], closed(facts=facts), filled)
    assert (full.state, full.reason) == ("suppressed", "quota_full")
    [other] = decided([(survey, plan)], closed(), filled)
    assert (other.state, other.cell) == ("scheduled", {})


def test_the_sample_hangs_on_the_ticket_alone() -> None:
    tickets = [closed(id=f"T{n:025}") for n in range(2_000)]
    sampled = plans("    rate: 10%\n")
    runs = [[decided(sampled, each)[0].state for each in tickets] for _run in range(2)]
    assert runs[0] == runs[1]
    assert 150 < sum(each == "scheduled" for each in runs[0]) < 250
