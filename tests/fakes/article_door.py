"""Articles that somebody writes and publishes by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

RETURNS = {"slug": "returns", "locale": "tr", "title": "İade", "body": "Kargoya verin."}


async def draft(house: TicketDoor, who: str = "ayse", **more: object) -> dict[str, Any]:
    """A draft that somebody writes."""
    made: dict[str, Any] = await house.good("POST", "/kb", who, {**RETURNS, **more})
    return made


async def publish(house: TicketDoor, who: str = "sule", **more: object) -> dict[str, Any]:
    """The same, published."""
    made = await draft(house, who, **more)
    found: dict[str, Any] = await house.good(
        "POST", f"/kb/{made['id']}/publish", "sule", If_Match=f'"{made["revision"]}"'
    )
    return found
