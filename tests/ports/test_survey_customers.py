"""Plans look at the customer whose call it is, as far as he is known when he enters the queue."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Enqueue
from ivr.domain.queue import Ticket
from ivr.runtime.live import LiveCall, Picked
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.surveys.surveyor import Surveyor
from ivr.store.tables import customer, survey_invitation
from ivr.surveys.files.loading import Surveys
from ivr.surveys.sampling import Quota
from ivr.tickets.identity.trust import Arrival
from tests.engine.verbs.surveying import Asking
from tests.fakes.customer_ports import open_customers
from tests.ports.conftest import NOON
from tests.surveys.files.house import changed, loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore
    from ivr.surveys.model import Survey

PHONE = "+905321112233"
CALL = CallId("CALL1")
SURVEY = loaded(
    changed("interaction.queue in ['cards', 'loans', 'general']", "customer.segment == 'corporate'")
    .replace("rate: 50%", "rate: 100%")
    .replace("min_talk: 10s", "min_talk: 0s")
)
ENGINES = ("sqlite", "postgres")
"""Customers are kept in databases only."""


async def decided(
    store: SqlStore, step: Callable[..., Entry], survey: Survey = SURVEY
) -> tuple[str, str]:
    """State and reason of a caller who has entered a queue."""
    ids = count(1)
    clock = VirtualClock()
    known = Surveys({"support": survey})
    surveyor = Surveyor(store.surveys, lambda: known, clock, lambda: f"{next(ids):026d}")
    await store.surveys.publish([survey], NOON, lambda: f"{next(ids):026d}")
    await store.journal.append(step(1, call=CALL))
    await open_customers(store.database).callers.arrived(CALL, PHONE, Arrival(), NOON)
    state = Asking.begun(SURVEY).now
    call = LiveCall(CALL, "t", "simulator", "r", b"", 1, survey=Picked.NOT_YET)
    writes = await surveyor.writes(
        call, state, [Enqueue(ticket=Ticket("t1"), queue="cards", turn=Turn(1))]
    )
    await store.journal.append(replace(step(2, call=CALL), surveys=writes))
    (one,) = await store.surveys.of_call(CALL)
    return one.state, one.reason


async def knows(store: SqlStore, segment: str, **details: str) -> None:
    """Somebody of this segment has the number of the call."""
    act, desk = Act("ece", NOON), open_customers(store.database).customers
    row = await desk.add(NewCustomer("Ali", segment=segment, attrs=details), act)
    await desk.add_point(row.id, NewPoint("phone", PHONE), act)


async def test_a_customer_of_the_segment_is_chosen(
    store: SqlStore, step: Callable[..., Entry]
) -> None:
    await knows(store, "corporate")
    assert await decided(store, step) == ("armed", "")
    assert (await store.surveys.customer(CALL))["segment"] == "corporate"
    whose = select(customer.c.full_name).join(
        survey_invitation, survey_invitation.c.customer_id == customer.c.id
    )
    assert await store.database.read(lambda it: it.scalar(whose)) == "Ali"


@pytest.mark.parametrize("segment", ["private", ""])
async def test_whoever_is_of_another_or_a_stranger_is_not(
    store: SqlStore, step: Callable[..., Entry], segment: str
) -> None:
    if segment:
        await knows(store, segment)
    assert await decided(store, step) == ("suppressed", "not_matching")


@pytest.mark.parametrize(
    ("region", "outcome"),
    [
        ({"region": "west"}, ("suppressed", "quota_full")),
        ({"region": "east"}, ("armed", "")),
        ({}, ("armed", "")),
    ],
)
async def test_a_quota_of_calls_counts_by_the_region_of_the_customer(
    store: SqlStore, step: Callable[..., Entry], region: dict[str, str], outcome: tuple[str, str]
) -> None:
    await knows(store, "corporate", **region)
    limited = replace(SURVEY.plans["after_call"], quota=Quota({"region": {"west": 0, "east": 1}}))
    survey = replace(SURVEY, plans={"after_call": limited})
    assert await decided(store, step, survey) == outcome
