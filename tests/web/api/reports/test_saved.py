"""Questions that people keep: own ones, shared ones, and nobody else's to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.web.api.reports.saved import MOST

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

WEEK = {"name": "Haftalık", "query": "report=R11&by=team&period=week"}


async def kept(house: TicketDoor, who: str) -> list[Any]:
    return list((await house.good("GET", "/saved-reports", who))["items"])


async def test_each_sees_his_own_and_what_others_share(house: TicketDoor) -> None:
    made = await house.good("POST", "/saved-reports", "sule", WEEK)
    assert (made["name"], made["owner"], made["mine"], made["shared"]) == (
        "Haftalık", "sule", True, False,
    )  # fmt: skip
    assert await kept(house, "ayse") == []
    await house.good("POST", "/saved-reports", "sule", {**WEEK, "shared": True})
    [shared] = await kept(house, "ayse")
    assert (shared["query"], shared["mine"]) == (WEEK["query"], False)
    assert (await house.send("DELETE", f"/saved-reports/{shared['id']}", "ayse")).status == 404
    await house.good("DELETE", f"/saved-reports/{shared['id']}", "sule")
    assert await kept(house, "sule") == []


async def test_a_name_is_kept_once_and_a_person_keeps_so_many(house: TicketDoor) -> None:
    for number in range(MOST):
        await house.good("POST", "/saved-reports", "kemal", {**WEEK, "name": f"n{number}"})
    one = {"name": "n0", "query": "report=R2"}
    await house.good("POST", "/saved-reports", "kemal", one)
    found = await kept(house, "kemal")
    assert len(found) == MOST
    assert found[0]["query"] == "report=R2"
    assert (await house.send("POST", "/saved-reports", "kemal", WEEK)).status == 422


@pytest.mark.parametrize(
    "wrong", [{"query": "by=team"}, {"query": "report=R99"}, {"name": " "}, {"name": "x" * 81}]
)
async def test_what_is_no_question_is_refused(house: TicketDoor, wrong: dict[str, str]) -> None:
    answer = await house.send("POST", "/saved-reports", "kemal", {**WEEK, **wrong})
    assert answer.status == 422, answer.body
