"""What pyVoIP trunks share: their sound is made ahead, and nothing is left running."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.pyvoip.house import House, Speech
from ivr.domain.events import LegEnded
from ivr.runtime.memory.clock import settle
from tests.fakes.house import House as Switchboard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.domain.call import CallId


@dataclass
class Noted:
    """Stands for every part of speech and for a post: notes what is asked of it."""

    noted: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    async def open(self) -> None:
        """The shelf."""
        self.noted.append("open")

    async def close(self) -> None:
        """Workshop and post."""
        self.noted.append("close")

    def start(self) -> None:
        """The post."""
        self.noted.append("start")

    async def preload(self, prompts: Any) -> None:  # noqa: ANN401 - a list of prompts
        """The sounds."""
        self.names.append(",".join(sorted(prompt.name for prompt in prompts)))


@dataclass
class OneCall:
    """A trunk with a call."""

    live: tuple[CallId, ...]


@pytest.fixture
async def board() -> AsyncIterator[Switchboard]:
    made = Switchboard()
    await made.open()
    yield made
    await made.close()


def housed(board: Switchboard, part: Noted) -> House:
    """A house whose parts only note."""
    speech: Any = Speech(part, part, part)  # type: ignore[arg-type]
    return House(board.switch, speech, posts={"inside": part})  # type: ignore[dict-item]


async def test_the_shelf_is_open_before_anybody_can_call(board: Switchboard) -> None:
    part = Noted()
    await housed(board, part).start()
    assert part.noted == ["open", "start"]


async def test_prompts_are_made_ahead_and_again_after_each_new_flow(board: Switchboard) -> None:
    part = Noted()
    house = housed(board, part)
    await house.start()
    await board.clock.advance(3.0)
    assert len(part.names) == 1
    assert "main_menu" in part.names[0]
    book = board.switch.ports.books.current()
    changed = dict(book.live) | {"other": book.live["desk"]}
    object.__setattr__(book, "live", changed)
    await board.clock.advance(1.5)
    assert len(part.names) == 2


async def test_calls_that_go_on_are_ended_when_the_server_stops(board: Switchboard) -> None:
    part = Noted()
    house = housed(board, part)
    call = await board.ring()
    house.trunks["inside"] = OneCall((call.id,))  # type: ignore[assignment]
    house.drain()
    await house.close()
    await settle()
    row = await board.row(call.id)
    assert row.cause == "system_lost"
    assert part.noted == ["close", "close"]
    await board.switch.deliver(call.id, LegEnded())
