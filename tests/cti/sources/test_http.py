"""Lookups in a web service that is slow, wrong, huge or down: never more than `failed`, in time."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ivr.cti.sources.http import MOST_AT_ONCE
from ivr.domain.values import Money, Sealed
from tests.cti.sources.service import GOOD, saying

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.domain.values import Value
    from ivr.runtime.memory.clock import VirtualClock
    from tests.cti.sources.service import Handler, Lookup, Service

NOBODY: Mapping[str, Value] = {}
CARD = "4532015112830366"


async def test_a_record_comes_back_in_the_types_of_flows(service: Service, lookup: Lookup) -> None:
    found = await lookup("takes: {phone: phone}", path="/c?p={phone}").fetch(
        {"phone": "+905321112233"}, 2.0
    )
    assert (found.result, found.reason) == ("found", "")
    assert found.record == {
        "id": "C-9",
        "name": None,
        "vip": False,
        "balance": Money(Decimal("1520.75"), "TRY"),
        "debt": Money(Decimal(3), "TRY"),
    }
    method, path, headers, _ = service.seen[0]
    assert (method, path) == ("GET", "/c?p=%2B905321112233")
    assert headers["accept-encoding"] == "identity"
    assert "user-agent" not in headers


WRONG = {
    "html": (saying(b"<html>maintenance</html>"), "shape"),
    "empty": (saying(b""), "shape"),
    "nan": (saying(b'{"id": NaN}'), "shape"),
    "doubled": (saying(b'{"id": 1, "id": 2}'), "shape"),
    "not text": (saying(b"\xff\xfe"), "shape"),
    "deep": (saying(b"[" * 10_000), "shape"),
    "list": (saying(b"[]"), "shape"),
    "bool": (saying(b'{"id": "C", "vip": "maybe", "balance": 1}'), "shape"),
    "id": (saying(b'{"id": 7, "vip": true, "balance": 1}'), "shape"),
    "money": (saying(b'{"id": "C", "vip": true, "balance": 1.005}'), "shape"),
    "absent": (saying(b'{"id": "C", "vip": true}'), "shape"),
    "huge": (saying(b" " * 70_000), "shape"),
    "packed": (saying(b"x", 200, {"Content-Encoding": "gzip"}), "shape"),
    "500": (saying(b"{}", 500), "error"),
    "404": (saying(b"{}", 404), "error"),
    "429": (saying(b"{}", 429), "error"),
    "302": (saying(b"{}", 302, {"Location": "/elsewhere"}), "error"),
    "301": (saying(b"{}", 301, {"Location": "http://192.0.2.1/"}), "error"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_answer_is_a_failure_with_its_reason(
    service: Service, lookup: Lookup, wrong: str
) -> None:
    service.answer, reason = WRONG[wrong]
    result = await lookup().fetch(NOBODY, 2.0)
    assert (result.result, result.reason, result.record) == ("failed", reason, {})
    assert len(service.seen) == 1, "nothing was followed or repeated"


async def test_the_status_that_means_nobody_is_missing(service: Service, lookup: Lookup) -> None:
    service.answer = saying(b"no such customer", 404)
    assert (await lookup("not_found: 404").fetch(NOBODY, 2.0)).result == "missing"


async def test_without_fields_to_give_any_success_is_found(
    service: Service, lookup: Lookup
) -> None:
    service.answer = saying(b"done", 202)
    result = await lookup("gives: {}", method="post").fetch(NOBODY, 2.0)
    assert (result.result, result.record) == ("found", {})


async def hang(_request: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    return web.Response()


async def trickle(request: web.Request) -> web.StreamResponse:
    """A head and the first byte, then nothing more."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"{")
    return await hang(request)


async def flood(request: web.Request) -> web.StreamResponse:
    """A body without end."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 10_000)


@pytest.mark.parametrize("answer", [hang, trickle])
async def test_a_slow_answer_ends_at_the_limit(
    service: Service, lookup: Lookup, answer: Handler
) -> None:
    service.answer = answer
    began = perf_counter()
    result = await lookup().fetch(NOBODY, 0.1)
    assert (result.result, result.reason) == ("failed", "timeout")
    assert perf_counter() - began < 5.0


async def test_an_endless_answer_is_cut(service: Service, lookup: Lookup) -> None:
    service.answer = flood
    result = await lookup().fetch(NOBODY, 5.0)
    assert (result.result, result.reason) == ("failed", "shape")


async def test_a_lying_length_or_no_http_at_all_is_an_error(lookup: Lookup) -> None:
    for head in (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}", b"SSH-2.0-x\r\n", b""):

        async def speak(
            _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes = head
        ) -> None:
            writer.write(said)
            writer.close()

        async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            result = await lookup(url=f"http://127.0.0.1:{port}/").fetch(NOBODY, 2.0)
        assert (result.result, result.reason) == ("failed", "error")


async def test_nobody_there_is_an_error(service: Service, lookup: Lookup) -> None:
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    asked = lookup(url=f"http://127.0.0.1:{port}/")
    assert (await asked.fetch(NOBODY, 2.0)).reason == "error"
    assert service.seen == []


async def test_a_sealed_value_travels_in_the_body_only(service: Service, lookup: Lookup) -> None:
    result = await lookup(method="post").fetch({"card": Sealed(CARD), "phone": None}, 2.0)
    assert result.result == "found"
    method, path, headers, body = service.seen[0]
    assert (method, path, body) == ("POST", "/c", f'{{"card":"{CARD}"}}'.encode())
    assert headers["content-type"] == "application/json"
    assert CARD not in str(headers)


async def test_a_sealed_value_that_nobody_asked_for_is_not_sent(
    service: Service, lookup: Lookup
) -> None:
    result = await lookup(method="post").fetch({"phone": Sealed(CARD)}, 2.0)
    assert (result.result, result.reason, service.seen) == ("failed", "error", [])
    result = await lookup(method="post", local=False).fetch({"card": Sealed(CARD)}, 2.0)
    assert (result.result, result.reason, service.seen) == ("failed", "error", [])


async def test_headers_carry_their_secret_and_no_log_does(
    service: Service, lookup: Lookup, caplog: pytest.LogCaptureFixture
) -> None:
    service.answer = saying(b"{}", 500)
    await lookup('headers: {Authorization: "Bearer ${env:KEY}"}').fetch(NOBODY, 2.0)
    assert service.seen[0][2]["authorization"] == "Bearer k3y"
    assert [record.message for record in caplog.records] == ["lookup_failed"]
    assert "k3y" not in str(vars(caplog.records[0]))


async def test_tries_of_one_lookup_share_a_key_and_other_lookups_do_not(
    service: Service, lookup: Lookup
) -> None:
    asked = lookup("repeat: safe", method="post")
    one: dict[str, Value] = {"phone": "+905321112233"}
    for inputs in (one, one, dict(one)):
        await asked.fetch(inputs, 2.0)
    keys = [headers["idempotency-key"] for _, _, headers, _ in service.seen]
    assert keys[0] == keys[1] != keys[2]
    await lookup(method="post").fetch(one, 2.0)
    assert "idempotency-key" not in service.seen[-1][2]


async def test_no_cookie_is_kept_and_no_proxy_of_the_machine_is_used(
    service: Service, lookup: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    service.answer = saying(GOOD, 200, {"Set-Cookie": "a=b; Path=/"})
    asked = lookup()
    assert [(await asked.fetch(NOBODY, 2.0)).result for _ in range(2)] == ["found", "found"]
    assert "cookie" not in service.seen[1][2]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_machine_is_refused_unless_it_is_meant(
    service: Service, lookup: Lookup, host: str
) -> None:
    url = f"http://{host}:{service.port}/c"
    refused = lookup(f"ports: [{service.port}]", url=url, local=False)
    result = await refused.fetch(NOBODY, 2.0)
    assert (result.result, result.reason, service.seen) == ("failed", "error", [])
    allowed = lookup(f"ports: [{service.port}], allow_private: true", local=False)
    assert (await allowed.fetch(NOBODY, 2.0)).result == "found"
    other_port = lookup("ports: [443], allow_private: true", local=False)
    assert (await other_port.fetch(NOBODY, 2.0)).reason == "error"


async def test_a_certificate_that_nobody_trusts_is_refused(lookup: Lookup, tmp_path: Path) -> None:
    hits: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        hits.append(request.path)
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/", answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    result = await lookup(url=f"https://localhost:{port}/").fetch(NOBODY, 5.0)
    await runner.cleanup()
    assert (result.result, result.reason, hits) == ("failed", "error", [])


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1000))
        .not_valid_after(now + timedelta(days=20_000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "pair.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


async def test_the_breaker_opens_and_one_try_closes_it(
    service: Service, lookup: Lookup, clock: VirtualClock
) -> None:
    service.answer = saying(b"", 500)
    asked = lookup("breaker: {fails: 3, in: 30s, open: 20s}")
    reasons = [(await asked.fetch(NOBODY, 2.0)).reason for _ in range(4)]
    assert reasons == ["error", "error", "error", "breaker"]
    assert len(service.seen) == 3
    await clock.advance(20)
    assert (await asked.fetch(NOBODY, 2.0)).reason == "error"
    assert (await asked.fetch(NOBODY, 2.0)).reason == "breaker"
    await clock.advance(20)
    service.recover()
    assert [(await asked.fetch(NOBODY, 2.0)).result for _ in range(2)] == ["found", "found"]


async def test_a_record_that_does_not_fit_speaks_not_against_the_system(
    service: Service, lookup: Lookup
) -> None:
    service.answer = saying(b'{"id": 5}')
    asked = lookup("breaker: {fails: 2}")
    assert [(await asked.fetch(NOBODY, 2.0)).reason for _ in range(4)] == ["shape"] * 4


async def test_an_answer_is_used_again_while_it_is_fresh(
    service: Service, lookup: Lookup, clock: VirtualClock
) -> None:
    asked = lookup("takes: {phone: phone}, cache: 60s", path="/c?p={phone}")
    for phone in ("+905321112233", "+905321112233", "+905321112234"):
        assert (await asked.fetch({"phone": phone}, 2.0)).result == "found"
    assert len(service.seen) == 2
    await clock.advance(60)
    await asked.fetch({"phone": "+905321112233"}, 2.0)
    assert len(service.seen) == 3


async def test_a_failure_is_not_kept(service: Service, lookup: Lookup) -> None:
    asked = lookup("cache: 60s")
    service.answer = saying(b"", 500)
    assert (await asked.fetch(NOBODY, 2.0)).result == "failed"
    service.recover()
    assert (await asked.fetch(NOBODY, 2.0)).result == "found"


async def test_more_than_twenty_at_once_fail_at_once(service: Service, lookup: Lookup) -> None:
    go = asyncio.Event()

    async def wait(request: web.Request) -> web.StreamResponse:
        await go.wait()
        return await saying(GOOD)(request)

    service.answer = wait
    asked = lookup()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asked.fetch(NOBODY, 5.0)) for _ in range(MOST_AT_ONCE)]
        while len(service.seen) < MOST_AT_ONCE:
            await asyncio.wait(tasks, timeout=0.001)
        assert (await asked.fetch(NOBODY, 5.0)).reason == "busy"
        go.set()
    assert [task.result().result for task in tasks] == ["found"] * MOST_AT_ONCE
    assert (await asked.fetch(NOBODY, 5.0)).result == "found"


async def test_a_caller_who_hangs_up_leaves_nothing_behind(
    service: Service, lookup: Lookup
) -> None:
    service.answer = hang
    asked = lookup("breaker: {fails: 1}")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asked.fetch(NOBODY, 30.0))
        while not service.seen:
            await asyncio.wait([task], timeout=0.001)
        task.cancel()
    assert asked._running == 0
    service.recover()
    assert (await asked.fetch(NOBODY, 2.0)).result == "found"
