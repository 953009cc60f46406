"""The webhooks over a real HTTP server: raw octets, the official signature vectors, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from aiohttp import ClientSession, web
from yarl import URL

from ivr.channels.twilio.routes import MOST_BYTES, SIGNATURE, handled, routes, ways
from ivr.channels.twilio.settings import Settings
from ivr.channels.twilio.wire.signature import Secret, sign
from ivr.web.bodies import read_body
from ivr.web.express import WAYS
from ivr.web.guard import serve
from tests.fakes.twilio import ACCOUNT, TOKEN, Answered, FakeTwilio, Pairs
from tests.fakes.twilio_rig import BASE, FORM, NUMBER, Rig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "webhook_signatures"
VECTORS: list[dict[str, Any]] = (
    json.loads((DATA / "twilio.json").read_text("utf-8"))["cases"] if DATA.exists() else []
)
needs_vectors = pytest.mark.skipif(not VECTORS, reason="the shared signature vectors are not here")
VOICE = "/hooks/main/voice"


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """A client."""
    async with ClientSession() as opened:
        yield opened


@pytest.fixture(params=["ordinary way", "short way"])
async def server(rig: Rig, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The rig's trunk behind the guarded HTTP server: its own base URL."""
    app = web.Application()
    app.add_routes(routes({"main": rig.trunk}, read_body))
    if request.param == "short way":
        app[WAYS] = ways({"main": rig.trunk})
    listener = await serve(app)
    yield f"http://127.0.0.1:{listener.port}"
    await listener.stop()


def ringing(**changes: str) -> Pairs:
    form = {"AccountSid": ACCOUNT, "CallSid": "CA1", "From": "+905321112233", "To": NUMBER}
    return tuple({**form, **changes}.items())


async def posted(
    session: ClientSession, base: str, target: str, form: Pairs, **headers: str
) -> tuple[int, bytes, str]:
    headers = {SIGNATURE: sign(BASE + target, form, TOKEN), "Content-Type": FORM, **headers}
    body = urlencode(form).encode()
    url = URL(base + target, encoded=True)
    async with session.post(url, data=body, headers=headers) as response:
        return response.status, await response.read(), response.headers.get("Content-Type", "")


async def test_a_call_over_the_network(rig: Rig, server: str, session: ClientSession) -> None:
    async def post(url: str, form: Pairs, signature: str) -> Answered:
        target = URL(url.replace(BASE, server), encoded=True)
        headers = {SIGNATURE: signature, "Content-Type": FORM}
        async with session.post(target, data=urlencode(form), headers=headers) as response:
            return Answered(response.status, await response.read())

    provider = FakeTwilio(post, f"{BASE}/hooks/main", repeats=1)
    call = provider.call()
    await call.ring()
    await call.until_listening()
    await call.press("4")
    await call.wait(10)
    assert call.words[-1] == "Hoşça kalın."
    assert [row.path for row in await rig.rows()] == [("welcome", "bye")]


async def test_documents_are_xml(server: str, session: ClientSession) -> None:
    status, body, kind = await posted(session, server, VOICE, ringing())
    assert (status, kind) == (200, "text/xml")
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?><Response>')


@pytest.mark.parametrize("page", ["voice", "next", "ask", "status", "fallback"])
async def test_pages_are_posted_to_and_never_got(
    server: str, session: ClientSession, page: str
) -> None:
    async with session.get(f"{server}/hooks/main/{page}") as response:
        assert response.status == 405


async def test_an_unknown_trunk_is_not_found(server: str, session: ClientSession) -> None:
    assert (await posted(session, server, "/hooks/other/voice", ringing()))[0] == 404
    assert (await posted(session, server, "/hooks/main/elsewhere", ringing()))[0] == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({SIGNATURE: ""}, 403),
        ({SIGNATURE: "ü"}, 403),
        ({SIGNATURE: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com"}, 200),
    ],
)
async def test_refusals_have_no_body(
    server: str, session: ClientSession, headers: dict[str, str], status: int
) -> None:
    found, body, _kind = await posted(session, server, VOICE, ringing(), **headers)
    assert found == status
    assert bool(body) is (status == 200)


async def test_a_body_that_is_too_long_is_refused_unread(
    server: str, session: ClientSession
) -> None:
    status, body, _kind = await posted(session, server, VOICE, ringing(X="x" * MOST_BYTES))
    assert (status, body) == (413, b"")


async def test_a_missing_signature_is_refused(server: str, session: ClientSession) -> None:
    headers = {"Content-Type": FORM}
    async with session.post(server + VOICE, data=urlencode(ringing()), headers=headers) as response:
        assert response.status == 403


# --- the vectors of the provider ------------------------------------------------------------------


def _split(url: str) -> tuple[str, str]:
    cut = url.index("/", url.index("//") + 2)
    return url[:cut], url[cut:]


async def _judged(case: dict[str, Any], token: str) -> tuple[int, list[str]]:
    """Status and the counted reasons of a vector sent to a server on which every path is a page."""
    base, target = _split(case["url"])
    rig = Rig(base=base, settings=Settings(ACCOUNT, (Secret("auth_token", token),)))
    reasons: list[str] = []
    rig.hooks.refusals.count = reasons.append  # type: ignore[method-assign,assignment]

    async def page(request: web.Request) -> web.Response:
        answer = await handled("voice", rig.hooks, request, read_body)
        return web.Response(status=answer.status)

    app = web.Application()
    app.router.add_post("/{path:.*}", page)
    listener = await serve(app)
    body = case.get("raw_body") or urlencode([tuple(pair) for pair in case.get("params", [])])
    kind = case.get("content_type", FORM)
    headers = {case["header"]: case["signature"], "Content-Type": kind}
    url = URL(f"http://127.0.0.1:{listener.port}{quote(target, safe='/?=&%')}", encoded=True)
    async with (
        ClientSession() as session,
        session.post(url, data=body, headers=headers) as response,
    ):
        status = response.status
    await listener.stop()
    await rig.close()
    return status, reasons


@needs_vectors
@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
async def test_each_vector_passes_the_signature_of_the_whole_server(case: dict[str, Any]) -> None:
    status, reasons = await _judged(case, case["token"])
    # Rightly signed, so it gets as far as the next question: is it a form, and of our account?
    json_post = case["content_type"] == "application/json"
    assert (status, reasons) == ((415, ["media_type"]) if json_post else (403, ["account"]))


@needs_vectors
@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
async def test_each_vector_is_refused_under_another_token(case: dict[str, Any]) -> None:
    assert await _judged(case, "54321") == (403, ["mismatch"])


@needs_vectors
async def test_a_signed_request_for_a_page_that_is_none_is_not_found(
    server: str, session: ClientSession
) -> None:
    for case in VECTORS:
        _base, target = _split(case["url"])
        url = URL(server + quote(target, safe="/?=&%"), encoded=True)
        headers = {case["header"]: case["signature"], "Content-Type": case["content_type"]}
        async with session.post(url, data=b"", headers=headers) as response:
            assert response.status == 404
