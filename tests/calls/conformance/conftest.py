"""One server for all tests of a module, and phones that reach it by UDP and by TCP in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.fakes.sip_bench import Bench
from tests.fakes.sip_served import need_espeak
from tests.fakes.sip_siege import start_siege

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.sip_phone import SipPhone


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """The server."""
    need_espeak()
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        made = await Bench.start(folder, tmp_path_factory.getbasetemp() / "sounds")
        yield made
        await made.sip.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def siege(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """A server with many doors (`sip_siege`)."""
    need_espeak()
    folder = tmp_path_factory.mktemp("siege")
    with pytest.MonkeyPatch.context() as patch:
        sounds = tmp_path_factory.getbasetemp() / "sounds"
        made = await start_siege(folder, sounds, patch)
        yield made
        await made.sip.close()


@pytest_asyncio.fixture(loop_scope="module", params=[("UDP", 0), ("TCP", 64)], ids=["udp", "tcp"])
async def caller(bench: Bench, request: pytest.FixtureRequest) -> AsyncIterator[SipPhone]:
    """A phone, once by UDP and once by TCP."""
    transport, piece = request.param
    async with bench.phone(transport, piece) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="module")
async def udp(bench: Bench) -> AsyncIterator[SipPhone]:
    """A phone by UDP, for what is about sound."""
    async with bench.phone() as phone:
        yield phone
