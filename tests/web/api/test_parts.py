"""What people do is written down with who, from where and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.web.permissions import Who
from ivr.web.typed import Ask

if TYPE_CHECKING:
    from tests.fakes.door import Door


async def test_a_row_says_who_from_where_and_why(door: Door) -> None:
    request: Any = None
    ask = Ask(request, Who("sule"), "192.0.2.1")
    await door.parts.write_down(ask, "force", "ayse", why="gone", state="offline")
    await door.parts.write_down(ask, "login_failed", who="?")
    other, row = await door.store.audit.recent(2)
    assert (row.at, row.who, row.what, row.about, row.why, row.source, row.facts) == (
        *(door.clock.now(), "sule", "force", "ayse", "gone", "192.0.2.1"),
        {"state": "offline"},
    )
    assert other.who == "?"
