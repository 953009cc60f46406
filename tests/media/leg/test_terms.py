"""What a negotiated direction means."""

from __future__ import annotations

import pytest

from ivr.media.leg.terms import Peer


@pytest.mark.parametrize(
    ("direction", "sends", "receives"),
    [
        ("sendrecv", True, True),
        ("sendonly", True, False),
        ("recvonly", False, True),
        ("inactive", False, False),
    ],
)
def test_a_direction_says_who_speaks(direction: str, sends: bool, receives: bool) -> None:
    peer = Peer(1, "192.0.2.1", 4000, direction=direction)
    assert (peer.sends, peer.receives) == (sends, receives)
