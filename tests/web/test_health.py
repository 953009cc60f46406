"""What machines ask the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from ivr.web import health

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PARTS: dict[str, bool] = {}


async def ready() -> dict[str, bool]:
    """As the test wishes."""
    return dict(PARTS)


@pytest.fixture(params=[True])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[TestClient[Any, Any]]:
    """A server with these pages alone."""
    app = web.Application()
    app.add_routes(health.routes(ready, with_metrics=request.param))
    made: TestClient[Any, Any] = TestClient(TestServer(app))
    await made.start_server()
    PARTS.clear()
    yield made
    await made.close()


async def test_a_server_that_turns_is_alive_whatever_else_is_wrong(
    client: TestClient[Any, Any],
) -> None:
    PARTS.update(store=False)
    response = await client.get("/healthz")
    assert (response.status, await response.json()) == (200, {"alive": True})


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({"store": True, "flows": True}, 200),
        ({"store": False, "flows": True}, 503),
        ({"store": True, "flows": True, "taking_calls": False}, 503),
    ],
)
async def test_calls_are_sent_only_where_every_part_works(
    client: TestClient[Any, Any], parts: dict[str, bool], status: int
) -> None:
    PARTS.update(parts)
    response = await client.get("/readyz")
    assert response.status == status
    assert json.loads(await response.read()) == parts


async def test_the_figures_are_in_the_format_of_prometheus(client: TestClient[Any, Any]) -> None:
    response = await client.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4"
    names = {family.name for family in text_string_to_metric_families(await response.text())}
    assert {"ivr_draining", "ivr_step_seconds"} <= names


@pytest.mark.parametrize("client", [False], indirect=True)
async def test_a_public_listener_tells_no_figures(client: TestClient[Any, Any]) -> None:
    assert (await client.get("/metrics")).status == 404
