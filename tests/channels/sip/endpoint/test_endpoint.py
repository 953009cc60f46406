"""The endpoint between its core and its sockets: order of work, the one timer, the end."""

from __future__ import annotations

import asyncio
import socket

import pytest

from ivr.channels.sip.endpoint.endpoint import Endpoint
from ivr.channels.sip.wire.orders import Drain
from ivr.channels.sip.wire.words import Flow, Heard, KeyInfo, Send
from tests.fakes.sip_core import PATIENCE_S, FakeCore, rigged

KEY = KeyInfo(call="c1", key="5", duration_ms=100)


async def test_a_port_of_our_choice_is_the_same_in_udp_and_tcp() -> None:
    async with rigged() as rig:
        with socket.create_connection(("127.0.0.1", rig.port)):
            pass
        assert rig.port > 0


async def test_a_taken_port_is_an_error() -> None:
    async with rigged() as rig:
        with pytest.raises(OSError, match="in use"):
            rig.endpoint.listen("127.0.0.1", rig.port)


async def test_a_port_taken_in_tcp_only_leaves_no_udp_socket_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with rigged() as rig:
            with pytest.raises(OSError, match="in use"):
                rig.endpoint.listen("127.0.0.1", port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", port))


async def test_one_endpoint_hears_several_addresses_and_answers_from_the_right_one() -> None:
    async with rigged() as rig:
        second = rig.endpoint.listen("127.0.0.1", 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            phone.bind(("127.0.0.1", 0))
            phone.settimeout(PATIENCE_S)
            phone.sendto(b"hello", ("127.0.0.1", second))
            await rig.core.until(lambda: rig.core.received)
            assert phone.recvfrom(100)[1] == ("127.0.0.1", second)
            assert rig.core.received[0][1].local == ("127.0.0.1", second)


async def test_what_was_heard_goes_up_before_the_order_returns() -> None:
    async with rigged() as rig:
        rig.core.out.append(KEY)
        rig.endpoint.order(Drain())
        assert rig.core.orders == [Drain()]
        assert rig.told == [KEY]


async def test_an_order_given_while_being_told_is_carried_out_right_after() -> None:
    core, steps = FakeCore(), list[str]()

    def heard(each: Heard) -> None:
        steps.append("told")
        if core.orders[1:]:
            return
        core.out.append(KEY)
        endpoint.order(Drain(on=False))
        steps.append("ordered")

    endpoint = Endpoint(core, heard)
    core.out.append(KEY)
    endpoint.order(Drain())
    assert steps == ["told", "ordered", "told"]
    await endpoint.close()


async def test_a_fault_in_telling_one_event_does_not_cost_the_others() -> None:
    core, told = FakeCore(), list[Heard]()

    def heard(each: Heard) -> None:
        told.append(each)
        core.changed.set()
        if len(told) == 1:
            raise RuntimeError("one call is broken")

    endpoint = Endpoint(core, heard)
    core.out += [KEY, KEY]
    with pytest.raises(RuntimeError):
        endpoint.order(Drain())
    await core.until(lambda: len(told) == 2)
    await endpoint.close()


async def test_the_core_ticks_when_it_is_due_and_not_before() -> None:
    async with rigged() as rig:
        due_s = asyncio.get_running_loop().time() + 0.02
        rig.core.due_s = due_s
        rig.endpoint.order(Drain())
        await rig.core.until(lambda: rig.core.ticks)
        assert rig.core.ticks[0] >= due_s
        assert len(rig.core.ticks) == 1


async def test_an_earlier_time_moves_the_timer_and_a_later_one_leaves_it() -> None:
    async with rigged() as rig:
        now = asyncio.get_running_loop().time()
        for due_s in (now + 60, now + 0.02, now + 0.04):
            rig.core.due_s = due_s
            rig.endpoint.order(Drain())
        await rig.core.until(lambda: rig.core.due_s is None)
        first, second = rig.core.ticks
        assert now + 0.02 <= first < second
        assert second >= now + 0.04


async def test_a_core_that_is_always_due_leaves_room_for_the_rest() -> None:
    async with rigged() as rig:
        core = rig.core
        core.due_s = 0.0

        def late(now: float) -> None:
            core.ticks.append(now)
            core.changed.set()

        core.tick = late  # type: ignore[method-assign]  # never satisfied
        rig.endpoint.order(Drain())
        await core.until(lambda: len(core.ticks) == 3)
        assert core.ticks[2] - core.ticks[0] >= 0.001


async def test_time_never_goes_back_for_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    async with rigged() as rig:
        loop = asyncio.get_running_loop()
        times = [loop.time() + 1.0, loop.time()]
        seen = list[float]()
        monkeypatch.setattr(rig.core, "order", lambda _, now: seen.append(now))
        with monkeypatch.context() as patch:
            patch.setattr(loop, "time", lambda: times[len(seen)])
            rig.endpoint.order(Drain())
            rig.endpoint.order(Drain())
        assert seen == [times[0], times[0]]


@pytest.mark.parametrize("transport", ["udp", "tcp", "wss"])
async def test_a_message_without_a_way_is_lost_and_said_so(transport: str) -> None:
    async with rigged() as rig:
        flow = Flow(transport, ("127.0.0.1", 1), ("127.0.0.1", 9), connection=transport != "udp")
        rig.send(flow, b"x")
        assert rig.core.gone == []  # not in the middle of the core's own work
        await rig.core.until(lambda: rig.core.gone)
        assert rig.core.gone == [flow]
        assert rig.away == {"no_way": 1}


async def test_after_the_end_nothing_is_sent_or_told() -> None:
    async with rigged() as rig:
        rig.core.due_s = asyncio.get_running_loop().time() + 60
        rig.endpoint.order(Drain())
        await rig.endpoint.close()
        await rig.endpoint.close()
        rig.core.out.append(KEY)
        rig.send(rig.flow("udp", ("127.0.0.1", 9)), b"x")
        assert rig.told == []
        assert Send not in map(type, rig.core.orders)
