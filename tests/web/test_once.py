"""A request with a key is carried out once; what it did not do may be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from ivr.domain.errors import NotValidError, StoreError
from ivr.runtime.memory.answers import MemoryAnswers
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.ports.answers import Kept, KeyReusedError
from ivr.web.errors import InvalidError
from ivr.web.once import HEADER, REPLAYED, BusyError, Once, key_of
from ivr.web.permissions import Who

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

WHO = Who("ayse")


def ask(key: str | None = "k-1", path: str = "/x") -> web.Request:
    return make_mocked_request("POST", path, headers={} if key is None else {HEADER: key})


def runs(done: list[int]) -> Callable[[], Awaitable[web.Response]]:
    async def run() -> web.Response:
        done.append(1)
        body = f'{{"n": {len(done)}, "ş": "ı"}}'.encode()
        return web.Response(
            status=201, body=body, content_type="application/json", headers={"ETag": '"1"'}
        )

    return run


def once(answers: MemoryAnswers | None = None) -> Once:
    return Once(answers or MemoryAnswers(), PlainKeys(), VirtualClock())


async def test_a_repeat_gets_the_same_answer_to_the_octet() -> None:
    door, done = once(), list[int]()
    first = await door.answer(ask(), WHO, runs(done))
    again = await door.answer(ask(), WHO, runs(done))
    assert (len(done), again.status, again.body) == (1, first.status, first.body)
    assert (again.headers["ETag"], again.headers[REPLAYED]) == ('"1"', "true")
    assert again.content_type == "application/json"


async def test_without_a_key_it_is_carried_out_each_time() -> None:
    door, done = once(), list[int]()
    for _ in range(2):
        await door.answer(ask(None), WHO, runs(done))
    assert len(done) == 2


async def test_the_key_of_another_request_is_refused() -> None:
    door, done = once(), list[int]()
    await door.answer(ask(), WHO, runs(done))
    with pytest.raises(KeyReusedError):
        await door.answer(ask(path="/y"), WHO, runs(done))
    assert (await door.answer(ask(path="/y"), Who("ali"), runs(done))).status == 201


async def test_what_was_refused_may_be_tried_again() -> None:
    door, done = once(), list[int]()

    async def refuse() -> web.Response:
        raise NotValidError("no")

    with pytest.raises(NotValidError):
        await door.answer(ask(), WHO, refuse)
    assert (await door.answer(ask(), WHO, runs(done))).status == 201


async def test_while_the_first_one_goes_on_the_second_is_told_to_wait() -> None:
    door, done = once(), list[int]()

    async def slow() -> web.Response:
        with pytest.raises(BusyError) as caught:
            await door.answer(ask(), WHO, runs(done))
        assert caught.value.headers == {"Retry-After": "1"}
        return web.Response(status=204)

    assert (await door.answer(ask(), WHO, slow)).status == 204
    assert (await door.answer(ask(), WHO, runs(done))).status == 204
    assert done == []


async def test_what_is_kept_cannot_be_read() -> None:
    class Looking(MemoryAnswers):
        async def keep(self, who: str, key: str, answer: Kept) -> None:
            assert "k-1" not in key
            assert "ı" not in answer.text
            raise StoreError("the disk is full")

    answer = await once(Looking()).answer(ask(), WHO, runs([]))
    assert answer.status == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "ş", "x" * 129])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(InvalidError):
        key_of(ask(key))


def test_quotes_around_a_key_do_not_count() -> None:
    assert (key_of(ask('"k-1"')), key_of(ask(None))) == ("k-1", "")
