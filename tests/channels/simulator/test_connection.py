"""A WebSocket of a simulated phone, without a network: frames in, messages out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from aiohttp import WSMsgType

from ivr.channels.simulator.connection import Connection
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


class Socket:
    """Gives frames and keeps what is sent; cut: nothing can be sent any more."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self.sent: list[object] = []
        self.cut = False

    async def send_json(self, message: object) -> None:
        if self.cut:
            raise ConnectionResetError
        self.sent.append(message)

    async def __aiter__(self) -> AsyncIterator[SimpleNamespace]:
        for text in self._texts:
            yield SimpleNamespace(type=WSMsgType.TEXT, data=text)
            await settle()
        yield SimpleNamespace(type=WSMsgType.BINARY, data=b"{}")
        await settle()


async def acts(socket: Socket, *, broken: bool = False) -> list[Mapping[str, Any]]:
    """What a connection makes of its frames; it answers each with its number."""
    done: list[Mapping[str, Any]] = []
    connection = Connection(cast("Any", socket))

    async def act(message: Mapping[str, Any]) -> None:
        done.append(message)
        connection.tell({"number": len(done)})
        if broken:
            raise StoreError("away", retryable=True)

    await connection.run(act)
    return done


async def test_messages_are_acts_and_answers_leave_in_order() -> None:
    socket = Socket('{"press": "1"}', '{"press": "2"}')
    assert await acts(socket) == [{"press": "1"}, {"press": "2"}]
    assert socket.sent == [{"number": 1}, {"number": 2}]


async def test_what_is_no_message_is_an_act_without_content() -> None:
    assert await acts(Socket("x", "[]", "[" * 5000, '"a"')) == [{}] * 4


async def test_an_act_that_fails_is_told_and_the_next_is_done() -> None:
    socket = Socket("{}", "{}")
    assert len(await acts(socket, broken=True)) == 2
    assert {"problem": "that did not work, try again"} in socket.sent


async def test_who_cannot_be_told_anything_any_more_costs_nothing() -> None:
    socket = Socket("{}", "{}")
    socket.cut = True
    assert len(await acts(socket)) == 2
