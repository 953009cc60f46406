"""Waves over HTTP: what became of them, the end of one, and who would be asked by the next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.store.opening import SqlStore
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


@pytest.fixture
async def waves(house: TicketDoor) -> WaveHouse:
    """Customers and a published plan in the server's own database, on a clock of their own."""
    store = house.desk.store
    assert isinstance(store, SqlStore)
    found = WaveHouse(store)
    await found.people(2)
    await found.person()
    await found.publish()
    return found


async def test_a_wave_is_told_with_its_funnel_and_why_others_were_not_asked(
    house: TicketDoor, waves: WaveHouse
) -> None:
    await waves.people(1, segment="private")
    await waves.round(days=7)
    (row,) = (await house.good("GET", "/survey-waves", "kemal"))["items"]
    assert (row["survey"], row["plan"], row["wave"]) == ("support", "round", "2026-11-30T10:00")
    assert row["funnel"] == {
        "eligible": 3, "selected": 3, "invitable": 2, "reached": 0, "started": 0, "completed": 0,
        "partial": 0,
    }  # fmt: skip
    assert row["reasons"] == {"no_consent": 1, "not_matching": 1}
    assert (row["looked_at"], row["scheduled"], row["rate"]) == (4, 0, 1.0)
    assert (await house.good("GET", "/survey-waves?survey=other", "kemal"))["items"] == []


async def test_waves_come_page_by_page_and_as_text(house: TicketDoor, waves: WaveHouse) -> None:
    for _ in range(3):
        await waves.round(days=7)
    page = await house.good("GET", "/survey-waves?limit=2", "kemal")
    assert [row["wave"][5:10] for row in page["items"]] == ["12-14", "12-07"]
    rest = await house.good("GET", f"/survey-waves?limit=2&before={page['next']}", "kemal")
    assert [row["wave"][5:10] for row in rest["items"]] == ["11-30"]
    path, token = "/api/v1/survey-waves?limit=1&format=csv", house.door.tokens["kemal"]
    async with house.door.client.get(path, headers=token) as answer:
        head, line = (await answer.text()).strip().splitlines()
    assert head.startswith("survey,plan,wave,state,at,ends_at,looked_at,eligible,selected,")
    assert line.startswith("support,round,2026-12-14T10:00,")
    assert "gap=2 no_consent=1" in line
    assert answer.headers["X-Next"]


async def test_an_administrator_stops_a_wave_and_it_is_written_down(
    house: TicketDoor, waves: WaveHouse
) -> None:
    await waves.round(days=7)
    (row,) = (await house.good("GET", "/survey-waves", "deniz"))["items"]
    later = house.door.clock.now() + timedelta(days=30)
    await waves.set_wave(ends_at=later)
    assert (await house.send("POST", f"/survey-waves/{row['id']}/stop", "kemal")).status == 403
    stopped = await house.good("POST", f"/survey-waves/{row['id']}/stop", "deniz")
    assert (stopped["state"], stopped["stopped_by"]) == ("stopped", "deniz")
    assert (await house.send("POST", f"/survey-waves/{row['id']}/stop", "deniz")).status == 409
    assert "survey_wave.stop" in {row.what for row in await waves.store.audit.recent()}


async def test_an_administrator_begins_a_wave_once_and_it_is_written_down(
    house: TicketDoor, waves: WaveHouse
) -> None:
    path = "/surveys/support/plans/round/waves"
    assert (await house.send("POST", path, "kemal")).status == 403
    key = {"Idempotency-Key": "one-click"}
    begun = await house.good("POST", path, "deniz", None, **key)
    assert await house.good("POST", path, "deniz", None, **key) == begun, "tried again"
    assert (begun["begun_by"], begun["state"]) == ("deniz", "drawing")
    assert begun["funnel"]["selected"] == 3
    assert (await house.send("POST", path, "deniz")).status == 409
    gone = "/surveys/support/plans/nothing/waves"
    assert (await house.send("POST", gone, "deniz")).status == 404
    (row,) = (await house.good("GET", "/survey-waves", "kemal"))["items"]
    assert (row["id"], row["begun_by"]) == (begun["id"], "deniz")
    said = [(row.what, row.about) for row in await waves.store.audit.recent()]
    assert ("survey_wave.start", "support/round") in said


async def test_a_preview_tells_who_would_be_asked_and_writes_nothing(
    house: TicketDoor, waves: WaveHouse
) -> None:
    await waves.person("+902122220000")
    told = await house.good("GET", "/surveys/support/plans/round/preview", "kemal")
    assert (told["looked_at"], told["eligible"], told["selected"]) == (4, 4, 4)
    assert (told["judged"], told["asked"]) == (4, 2)
    assert told["refused"] == {"no_consent": 1, "no_contact_point": 1}
    assert {row["number"][:4] for row in told["people"]} <= {"+90•", ""}
    assert "•" in told["people"][0]["number"] + told["people"][1]["number"]
    for table in ("survey_wave", "survey_invitation", "contact_refused"):
        assert await waves.rows_of(table) == []


async def test_whoever_may_not_see_invitations_of_all_sees_numbers_only(
    house: TicketDoor, waves: WaveHouse
) -> None:
    told = await house.good("GET", "/surveys/support/plans/round/preview", "deniz")
    assert (told["people"], told["asked"]) == ([], 2)


async def test_the_list_tells_when_the_next_wave_begins(
    house: TicketDoor, waves: WaveHouse
) -> None:
    (survey,) = (await house.good("GET", "/surveys", "kemal"))["items"]
    told = await house.good("GET", "/surveys/support/plans/round/preview", "kemal")
    assert survey["plans"][0]["next_at"] == told["at"]


async def test_only_planned_surveys_can_be_looked_ahead_at(
    house: TicketDoor, waves: WaveHouse
) -> None:
    path = "/surveys/support/plans/nothing/preview"
    assert (await house.send("GET", path, "kemal")).status == 404
    assert (await house.send("GET", path, "ayse")).status == 403
