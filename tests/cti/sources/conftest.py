"""A web service on this machine, and lookups in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.config.load import load_config
from ivr.config.sources import HttpSource
from ivr.config.world import to_world
from ivr.cti.sources.http import HttpLookup
from ivr.cti.sources.opening import customs_of
from ivr.runtime.memory.clock import VirtualClock
from tests.cti.sources.service import Lookup, Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TAKES = "takes: {phone: phone?, card: sealed digits?}"
GIVES = (
    "gives: {id: text, name: text?, vip: bool, balance: money, debt: 'money? = accounts[0].debt'}"
)


@pytest.fixture
def clock() -> VirtualClock:
    """Time that the test moves."""
    return VirtualClock()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """The running service."""
    found = Service()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", found.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        found.port = server.port or 0
        yield found


@pytest.fixture
async def lookup(service: Service, clock: VirtualClock) -> AsyncIterator[Lookup]:
    """Makes lookups and closes them after the test."""
    made: list[HttpLookup] = []

    def make(
        settings: str = "",
        *,
        method: str = "get",
        path: str = "/c",
        url: str = "",
        local: bool = True,
    ) -> HttpLookup:
        address = url or f"http://127.0.0.1:{service.port}{path}"
        taken = "" if "takes:" in settings or method == "get" else TAKES
        given = "" if "gives:" in settings else GIVES
        parts = [part for part in (f"{method}: '{address}'", taken, given, settings) if part]
        text = f"zone: UTC\nsources: {{crm: {{{', '.join(parts)}}}}}"
        config = load_config({"c.yaml": text.encode()}, {"KEY": "k3y"}, now=NOW)
        source, shape = config.sources["crm"], to_world(config, NOW).sources["crm"]
        assert isinstance(source, HttpSource)
        made.append(HttpLookup(source, shape, customs_of(config), clock, local=local))
        return made[-1]

    yield make
    for each in made:
        await each.close()
