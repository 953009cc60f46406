"""The recordings of a call, as the provider lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.channels.twilio.rest import Recording, Rest
from ivr.runtime.memory.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.twilio.rest import Pairs, Said


def row(sid: str, second: int, **more: object) -> dict[str, Any]:
    made = f"Mon, 23 Nov 2026 07:31:{second:02} +0000"
    usual = {"sid": sid, "date_created": made, "source": "RecordVerb", "status": "completed"}
    return {**usual, "duration": "4", **more}


async def listed(rows: object) -> tuple[Sequence[Recording], list[tuple[str, str]]]:
    asked = []

    async def send(method: str, path: str, _form: Pairs) -> Said:
        asked.append((method, path))
        return 200, {"recordings": rows}

    found = await Rest(send, VirtualClock()).recordings_of("CA1")
    return found, asked


async def test_the_newest_comes_first_whatever_the_order_of_the_list() -> None:
    found, asked = await listed([row("RE1", 1), row("RE3", 3), row("RE2", 2)])
    assert [one.sid for one in found] == ["RE3", "RE2", "RE1"]
    assert asked == [("GET", "Calls/CA1/Recordings.json")]


async def test_what_the_account_records_by_itself_is_none_of_ours() -> None:
    rows = [row("RE1", 1, source="OutboundAPI"), row("RE2", 2), row("RE3", 3, source=None)]
    found, _asked = await listed(rows)
    assert [one.sid for one in found] == ["RE3", "RE2"]


async def test_what_is_still_made_has_no_length() -> None:
    (found,), _asked = await listed([row("RE1", 1, status="processing", duration=None)])
    assert found == Recording("RE1", "processing")
    assert not found.is_there
    assert not found.is_nothing
    (found,), _asked = await listed([row("RE1", 1, status="in-progress", duration="-1")])
    assert found.seconds is None
    (found,), _asked = await listed([row("RE1", 1, status="absent", date_created=None)])
    assert found.is_nothing


async def test_a_call_without_recordings_has_an_empty_list() -> None:
    assert await listed([]) == ([], [("GET", "Calls/CA1/Recordings.json")])
    assert (await listed(None))[0] == []
