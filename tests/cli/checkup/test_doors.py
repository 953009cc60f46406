"""What `ivr doctor` says about ports and about the limits of the HTTP server."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.cli.checkup import doors
from ivr.config.fields import Listen
from ivr.web.guard import HttpLimits, serve
from ivr.web.health import routes

if TYPE_CHECKING:
    import pytest


def test_a_free_port_is_free() -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    found = doors.port(Listen(f"127.0.0.1:{number}"))
    assert (found.verdict.value, found.message) == ("ok", f"127.0.0.1:{number} is free")


async def test_our_own_server_may_listen_there_already() -> None:
    async def ready() -> dict[str, bool]:
        return {}

    app = web.Application()
    app.add_routes(routes(ready, with_metrics=False))
    door = await serve(app)
    try:
        found = await asyncio.to_thread(doors.port, Listen(f"127.0.0.1:{door.port}"))
    finally:
        await door.stop()
    assert (found.verdict.value, found.name) == ("ok", "port")
    assert "already" in found.message


def test_another_program_on_the_port_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "PATIENCE_S", 0.05)
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        found = doors.port(Listen(f"127.0.0.1:{other.getsockname()[1]}"))
    assert (found.verdict.value, found.name) == ("fail", "port")


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    found = doors._free(Listen("192.0.2.1:8080"))
    assert found.verdict.value == "fail"


def test_the_limits_hold() -> None:
    [found] = doors.limits()
    assert found.verdict.value == "ok", found.message
    assert "head 10 s" in found.message


def test_a_door_without_limits_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(**short: float) -> HttpLimits:
        return replace(HttpLimits(**short), body_s=30.0, headers=1000)  # type: ignore[arg-type]

    monkeypatch.setattr(doors, "HttpLimits", lax)
    monkeypatch.setattr(doors, "PATIENCE_S", 0.5)
    [found] = doors.limits()
    assert found.verdict.value == "fail"
    assert found.message == "a stalled body, a hundred headers is not refused"
