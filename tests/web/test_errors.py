"""Whatever happens inside leaves as an answer in one form, with an id and without secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.domain.errors import NotFoundError, NotSignedError, StoreError
from ivr.web.errors import InvalidError, RefusalError, outermost

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CARD = "4532015112830366"
RAISES: dict[str, Exception] = {
    "signed": NotSignedError("signature"),
    "found": NotFoundError("no such call"),
    "store": StoreError("/var/lib/ivr.db is locked"),
    "bug": ZeroDivisionError(CARD),
    "http": web.HTTPForbidden(),
}


async def _raise(request: web.Request) -> web.Response:
    raise RAISES[request.match_info["what"]]


async def _fine(_request: web.Request) -> web.Response:
    return web.Response(text="fine", headers={"Referrer-Policy": "same-origin"})


async def _away(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/fine")


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    """A server that fails on demand."""
    app = web.Application(middlewares=[outermost])
    app.add_routes([web.get("/raise/{what}", _raise), web.get("/fine", _fine)])
    app.add_routes([web.get("/away", _away)])
    made: TestClient[Any, Any] = TestClient(TestServer(app))
    await made.start_server()
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("signed", 403, "not-signed"),
        ("found", 404, "not-found"),
        ("store", 503, "store"),
        ("bug", 500, "internal"),
        ("http", 403, "forbidden"),
    ],
)
async def test_every_failure_has_one_shape(
    client: TestClient[Any, Any], what: str, status: int, code: str
) -> None:
    response = await client.get(f"/raise/{what}")
    body = json.loads(await response.read())
    assert response.content_type == "application/problem+json"
    assert (response.status, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:ivr:error:{code}"
    assert len(body["request_id"]) == 16


async def test_a_bug_tells_the_log_and_not_the_client(
    client: TestClient[Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.get("/raise/bug")
    text = await response.text()
    assert CARD not in text
    assert "ZeroDivision" not in text
    (record,) = [one for one in caplog.records if one.getMessage() == "request_failed"]
    assert record.__dict__["request"] == json.loads(text)["request_id"]


async def test_no_path_of_ours_leaves_with_an_error(client: TestClient[Any, Any]) -> None:
    assert "/var/lib" not in await (await client.get("/raise/store")).text()


async def test_unknown_pages_and_methods_have_the_same_shape(client: TestClient[Any, Any]) -> None:
    missing, method = await client.get("/nothing"), await client.post("/fine")
    assert (await missing.json())["code"] == "not-found"
    assert (await method.json())["code"] == "method-not-allowed"
    assert set(method.headers["Allow"].split(",")) == {"GET", "HEAD"}


async def test_safe_headers_are_on_every_answer_unless_the_page_says_otherwise(
    client: TestClient[Any, Any],
) -> None:
    for path in ("/fine", "/nothing", "/raise/bug"):
        response = await client.get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert (await client.get("/fine")).headers["Referrer-Policy"] == "same-origin"


async def test_a_way_elsewhere_stays_one(client: TestClient[Any, Any]) -> None:
    response = await client.get("/away", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "/fine")


class GoneError(RefusalError):
    """A refusal of a test."""

    code = "gone"
    status = 410


async def test_a_refusal_may_say_more(client: TestClient[Any, Any]) -> None:
    RAISES["more"] = GoneError("over", {"current": {"a": 1}, "status": 200}, {"Retry-After": "3"})
    response = await client.get("/raise/more")
    body = json.loads(await response.read())
    assert (response.status, body["status"], body["code"]) == (410, 410, "gone")
    assert body["current"] == {"a": 1}
    assert response.headers["Retry-After"] == "3"


async def test_mistakes_are_listed(client: TestClient[Any, Any]) -> None:
    mistake = {"in": "body", "pointer": "/a", "code": "x", "params": {}, "message": "m"}
    RAISES["invalid"] = InvalidError([mistake])
    response = await client.get("/raise/invalid")
    assert response.status == 422
    assert json.loads(await response.read())["errors"] == [mistake]


async def test_answers_of_the_api_are_kept_by_no_cache(client: TestClient[Any, Any]) -> None:
    assert (await client.get("/api/v1/nothing")).headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in (await client.get("/fine")).headers
