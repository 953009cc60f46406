"""Telling another system: two seconds, once, never to a forbidden address."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.config.secrets import Secret
from ivr.cti.post import DEADLINE, MOST_BYTES, MOST_WAITING, InOrder, Post, Target, UndeliveredError
from ivr.runtime.memory.clock import settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.cti.conftest import Bench
    from tests.cti.crm import Crm


@pytest.fixture
async def post(crm: Crm, bench: Bench) -> AsyncIterator[Post]:
    made = Post("crm", crm.target, bench.clock)
    yield made
    await made.close()


async def reason(post: Post, bench: Bench, left_s: float = 2.0) -> str:
    try:
        await post.send(b"{}", {}, bench.clock.now() + timedelta(seconds=left_s))
    except UndeliveredError as error:
        return error.reason
    return "sent"


async def test_a_message_arrives_with_its_headers(crm: Crm, post: Post, bench: Bench) -> None:
    crm.answers = [(200, b'{"ok": true}')]
    answer = await post.send(b'{"a":1}', {"webhook-id": "m1"}, bench.clock.now() + DEADLINE)
    headers, body = crm.seen[0]
    assert (body, headers["webhook-id"], headers["content-type"]) == (
        b'{"a":1}',
        "m1",
        "application/json",
    )
    assert (answer.status, answer.body) == (200, b'{"ok": true}')


async def test_what_is_late_is_not_sent_at_all(crm: Crm, post: Post, bench: Bench) -> None:
    assert await reason(post, bench, 0.0) == "late"
    assert crm.seen == []


async def test_an_answer_that_does_not_come_is_given_up(crm: Crm, post: Post, bench: Bench) -> None:
    crm.gate = asyncio.Event()
    assert await reason(post, bench, 0.05) == "late"


@pytest.mark.parametrize(
    ("status", "why"),
    [(200, "sent"), (204, "sent"), (302, "failed"), (401, "refused"), (500, "failed")],
)
async def test_each_status_has_its_result_and_redirects_are_not_followed(
    crm: Crm, post: Post, bench: Bench, status: int, why: str
) -> None:
    crm.answers = [(status, b"")]
    assert await reason(post, bench) == why
    assert len(crm.seen) == 1


async def test_a_system_that_fails_five_times_is_left_alone_for_a_while(
    crm: Crm, post: Post, bench: Bench
) -> None:
    crm.answers = [(500, b"")] * 5
    assert [await reason(post, bench) for _ in range(6)] == ["failed"] * 5 + ["breaker"]
    assert len(crm.seen) == 5
    await bench.clock.advance(5.1)
    assert await reason(post, bench) == "sent"


async def test_a_system_that_refuses_is_alive(crm: Crm, post: Post, bench: Bench) -> None:
    crm.answers = [(422, b"")] * 8
    assert [await reason(post, bench) for _ in range(9)] == ["refused"] * 8 + ["sent"]


async def test_a_huge_answer_is_cut(crm: Crm, post: Post, bench: Bench) -> None:
    crm.answers = [(200, b"x" * (3 * MOST_BYTES))]
    answer = await post.send(b"{}", {}, bench.clock.now() + DEADLINE)
    assert len(answer.body) == MOST_BYTES


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/x", "https://10.1.2.3/x", "https://169.254.169.254/x", "https://[::1]/x"],
)
async def test_an_address_inside_is_never_connected_to(bench: Bench, url: str) -> None:
    post = Post("bad", Target(Secret(url)), bench.clock)
    assert await reason(post, bench) == "failed"
    await post.close()


def test_without_tls_only_this_machine_and_only_where_allowed() -> None:
    with pytest.raises(ValueError, match="https"):
        Target(Secret("http://crm.example/"))
    with pytest.raises(ValueError, match="https"):
        Target(Secret("http://127.0.0.1/"))
    assert Target(Secret("http://127.0.0.1/"), local=True).door.loopback
    assert not Target(Secret("https://crm.example/")).door.loopback


async def test_work_of_a_key_is_in_order_and_keys_do_not_wait_for_each_other(bench: Bench) -> None:
    order, done, gate = InOrder(bench.tasks, "test"), list[str](), asyncio.Event()

    def job(name: str, *, slow: bool = False, bad: bool = False):  # type: ignore[no-untyped-def]
        async def run() -> None:
            if slow:
                await gate.wait()
            done.append(name)
            if bad:
                raise RuntimeError(name)

        return run

    order.put("c1", job("a1", slow=True, bad=True))
    order.put("c1", job("a2"))
    order.put("c2", job("b1"))
    await settle()
    assert done == ["b1"]
    gate.set()
    await settle()
    assert done == ["b1", "a1", "a2"]


async def test_what_waits_for_one_call_is_bounded(bench: Bench) -> None:
    order, gate = InOrder(bench.tasks, "test"), asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    assert order.put("c1", wait)
    await settle()
    assert all(order.put("c1", wait) for _ in range(MOST_WAITING))
    assert not order.put("c1", wait)
    gate.set()
    await settle(300)
    assert order.put("c1", wait)
