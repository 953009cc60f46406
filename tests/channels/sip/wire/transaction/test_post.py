"""The way out."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.seams import Options
from ivr.channels.sip.wire.transaction.post import Post, is_reliable
from ivr.channels.sip.wire.words import Flow, Send


def test_letters_wait_in_order_and_odd_things_are_counted() -> None:
    post, flow = Post(Options(t1_s=0.1)), Flow("udp", ("a", 1), ("b", 2))
    post.send(flow, b"1")
    post.send(flow, b"2")
    post.count("stray")
    post.count("stray")
    assert post.out == [Send(flow, b"1"), Send(flow, b"2")]
    assert (post.counts, post.long_s) == ({"stray": 2}, 6.4)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls", "ws", "wss"])
def test_all_but_udp_is_reliable(transport: str) -> None:
    assert is_reliable(Flow(transport, ("a", 1), ("b", 2))) is (transport != "udp")
