"""Offers: only the agent who has one declines it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.door import Door


@pytest.fixture
def ringing(door: Door) -> Door:
    """An offer to one agent that may be declined, and one to another that may not."""
    door.floor.open = {
        "ayse": [{"offer": "o-1", "call": "c-1", "may_decline": True}],
        "ali": [{"offer": "o-2", "call": "c-2", "may_decline": False}],
    }
    return door


async def test_an_agent_declines_with_a_reason(ringing: Door) -> None:
    path = "/offers/o-1/decline"
    assert (await ringing.send("POST", path, "ayse", {"reason": " "})).status == 422
    assert (await ringing.send("POST", path, "ayse", {"reason": "ill"})).status == 204
    assert ringing.floor.asked == [("decline", "o-1", "ill")]


async def test_some_offers_cannot_be_declined(ringing: Door) -> None:
    answer = await ringing.send("POST", "/offers/o-2/decline", "ali", {"reason": "ill"})
    assert (answer.status, answer.body["code"]) == (409, "illegal-transition")


async def test_offers_of_others_are_not_there(ringing: Door) -> None:
    why = {"reason": "ill"}
    assert (await ringing.send("POST", "/offers/o-1/decline", "ali", why)).status == 404
    assert (await ringing.send("POST", "/offers/o-9/decline", "ali", why)).status == 404
    assert (await ringing.send("POST", "/offers/o-1/decline", "sule", why)).status == 403
    assert ringing.floor.asked == []
