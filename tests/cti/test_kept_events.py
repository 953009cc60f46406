"""Events that are told again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.cti.kept_events import ENDED, MOST, STARTED, KeptEvents
from ivr.domain.call import CallId
from ivr.runtime.memory.clock import START, VirtualClock
from tests.cti.conftest import FakeContacts, contact

MINUTE = timedelta(minutes=1)


@pytest.fixture
def contacts() -> FakeContacts:
    """Three calls, newest first; the last one goes on."""
    made = FakeContacts()
    for number in range(3):
        at = START - timedelta(hours=1) + number * MINUTE
        row = contact(f"c{number}", at)
        ended = None if number == 2 else at + 5 * MINUTE
        made.rows.insert(0, replace(row, ended_at=ended))
    return made


@pytest.fixture
def kept(contacts: FakeContacts) -> KeptEvents:
    return KeptEvents(contacts, VirtualClock())


async def after(kept: KeptEvents, last: str) -> list[str] | None:
    found = await kept.after(last)
    return None if found is None else [event.id for event in found]


async def test_what_came_after_an_event_comes_in_order(kept: KeptEvents) -> None:
    assert await after(kept, f"{STARTED}:c0") == [
        *(f"{STARTED}:c1", f"{STARTED}:c2"),
        *(f"{ENDED}:c0", f"{ENDED}:c1"),
    ]
    assert await after(kept, f"{ENDED}:c0") == [f"{ENDED}:c1"]
    assert await after(kept, f"{ENDED}:c1") == []


async def test_a_contact_that_ended_at_once_begins_before_it_ends(
    contacts: FakeContacts, kept: KeptEvents
) -> None:
    contacts.rows = [replace(one, ended_at=one.started_at) for one in contacts.rows]
    assert await after(kept, f"{STARTED}:c2") == [f"{ENDED}:c2"]


@pytest.mark.parametrize(
    "last", ["", "e-17", f"{ENDED}:c2", f"{STARTED}:nobody", "call.ended:c1", STARTED]
)
async def test_what_has_not_happened_is_no_place_to_go_on_from(kept: KeptEvents, last: str) -> None:
    assert await kept.after(last) is None


async def test_a_week_is_the_most(contacts: FakeContacts, kept: KeptEvents) -> None:
    old = START - timedelta(days=7)
    contacts.rows.append(contact("fits", old))
    contacts.rows.append(contact("late", old - MINUTE))
    assert await kept.after(f"{STARTED}:fits") is not None
    assert await kept.after(f"{STARTED}:late") is None


async def test_too_many_are_not_told_again(contacts: FakeContacts, kept: KeptEvents) -> None:
    contacts.rows += [contact(f"x{number}", START) for number in range(MOST)]
    assert await kept.after(f"{STARTED}:c0") is None


async def test_an_event_says_what_was_known_then(kept: KeptEvents) -> None:
    began, over = await kept.of(STARTED, CallId("c0")), await kept.of(ENDED, CallId("c0"))
    assert began is not None
    assert over is not None
    assert (began.kind, began.id) == (STARTED, f"{STARTED}:c0")
    assert "outcome" not in began.data
    assert (over.data["outcome"], over.data["call"]) == ("handled", "c0")
    assert await kept.of(ENDED, CallId("c2")) is None
    assert await kept.of(STARTED, CallId("nobody")) is None
