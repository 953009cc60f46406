"""Calendars are kept as they were when a ledger named them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from ivr.domain.calendar import Calendar
from ivr.domain.errors import StoreError
from ivr.store.tickets.revisions import Revisions, key_of, read, written
from tests.fakes.ticket_house import ALWAYS, BRANCH, RULES

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.fakes.ticket_house import Desk


@pytest.mark.parametrize("calendar", [BRANCH, ALWAYS])
def test_a_calendar_comes_back_as_it_was_written(calendar: Calendar) -> None:
    assert read(written(calendar)) == calendar


def test_its_key_says_what_it_says() -> None:
    other = replace(BRANCH, exceptions={date(2027, 1, 1): ()})
    assert key_of("branch", BRANCH) == key_of("branch", read(written(BRANCH)))
    assert key_of("branch", BRANCH).startswith("branch@")
    assert len({key_of("branch", BRANCH), key_of("branch", other), key_of("shop", BRANCH)}) == 3


def test_a_zone_without_a_name_is_refused() -> None:
    nameless = Calendar(timezone(timedelta(hours=3)), ((),) * 7)
    with pytest.raises(StoreError, match="no name"):
        written(nameless)
    assert read(written(Calendar(UTC, ((),) * 7))).zone is UTC


async def test_a_clock_goes_on_in_the_calendar_of_now_and_keeps_what_it_has_counted(
    desk: Desk,
) -> None:
    ticket = await desk.open(category="card", team="billing")
    before = await desk.clock(ticket.number, "resolution")
    desk.later(minutes=10)
    desk.rules = replace(RULES, calendars={"branch": ALWAYS, "always": ALWAYS})
    assert await desk.tickets.review(desk.at) == 1
    assert await desk.tickets.review(desk.at) == 0
    after = await desk.clock(ticket.number, "resolution")
    assert (after.counted_s, after.calendar) == (600, key_of("branch", ALWAYS))
    assert after.due_at == desk.at + timedelta(seconds=8 * 3600 - 600)
    assert before.calendar in {f"{row['name']}@{row['sha256'][:12]}" for row in await _kept(desk)}
    assert await desk.ledger(ticket.number, "resolution") == ["start", "retarget calendar"]


async def test_an_old_revision_is_read_when_a_server_starts_anew(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    desk.rules = replace(RULES, calendars={"branch": ALWAYS, "always": ALWAYS})
    desk.__post_init__()  # nothing is remembered of what was published before
    await desk.later(minutes=10).change(ticket.number, status="waiting_customer")
    assert (await desk.clock(ticket.number, "first_resolution")).counted_s == 600
    assert await desk.tickets.drift() == []


async def test_an_unknown_key_is_not_there(desk: Desk) -> None:
    def question(connection: Connection) -> None:
        revisions = Revisions(connection, 1, {"a@1": ALWAYS})
        assert (list(revisions), len(revisions), revisions["a@1"]) == (["a@1"], 1, ALWAYS)
        with pytest.raises(KeyError):
            revisions["branch@000000000000"]

    await desk.store.database.read(question)


async def _kept(desk: Desk) -> list[dict[str, str]]:
    return await desk.rows("calendar_rev")
