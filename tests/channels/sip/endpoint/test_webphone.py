"""One browser's connection, without a network: what is written, in which order it ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ivr.channels.sip.endpoint.door import Limits
from ivr.channels.sip.endpoint.webphone import WebPhone
from ivr.channels.sip.wire.words import Flow
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    import pytest

FLOW = Flow("wss", ("192.0.2.1", 5060), ("192.0.2.9", 4000), 3)


@dataclass
class FakeWire:
    """Keeps what it is told to write. stuck: it takes nothing."""

    done: list[object] = field(default_factory=list)
    stuck: bool = False

    async def send_str(self, text: str) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        self.done.append(text)

    async def send_bytes(self, data: bytes) -> None:
        self.done.append(data)

    async def ping(self) -> None:
        raise ConnectionResetError

    async def close(self, *, code: int) -> None:
        self.done.append(code)


class NoTransport:
    """A request whose client has gone."""

    transport = None


def phone(wire: FakeWire, tasks: Tasks, **limits: int) -> WebPhone:
    request = cast("Any", NoTransport())
    return WebPhone(cast("Any", wire), request, FLOW, Limits(**limits), tasks)


async def test_the_goodbye_comes_once_after_all_that_was_written() -> None:
    tasks, wire = Tasks(), FakeWire()
    made = phone(wire, tasks)
    made.write("one")
    made.write(b"\xff")
    tasks.start(made.write_on(), "write")
    await asyncio.gather(made.end(1012), made.end(4401))
    await made.parted()
    assert wire.done == ["one", b"\xff", 1012]
    await tasks.close()


async def test_a_browser_that_takes_nothing_gets_its_goodbye_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ivr.channels.sip.endpoint.webphone.FLUSH_S", 0.01)
    tasks, wire = Tasks(), FakeWire(stuck=True)
    made = phone(wire, tasks)
    made.write("one")
    tasks.start(made.write_on(), "write")
    await made.end(4401)
    assert wire.done == [4401]
    await tasks.close()


async def test_a_client_that_has_gone_harms_nobody() -> None:
    tasks = Tasks()
    made = phone(FakeWire(), tasks)
    made.cut()
    await made.ping()
    await made.parted()
    assert not await made.ends_within(0.0)
    made.over.set()
    assert await made.ends_within(1.0)


async def test_so_many_frames_in_a_second_and_no_more() -> None:
    made = phone(FakeWire(), Tasks(), frames_per_s=2)
    assert [made.may_say_more(at) for at in (5.0, 5.0, 5.0, 5.5, 5.5)] == [
        *(True, True, False),
        *(True, False),
    ]
