"""Where sound may not be sent."""

from __future__ import annotations

import pytest

from ivr.channels.sip.sound.targets import check_target, is_loopback
from ivr.domain.errors import MediaError


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("224.0.0.1", 4000),
        ("ff02::1", 4000),
        ("255.255.255.255", 4000),
        ("127.0.0.1", 4000),
        ("::1", 4000),
        ("192.0.2.1", 1023),
        ("192.0.2.1", 70_000),
        ("192.0.2.1", 5060),
        ("example.test", 4000),
        ("192.0.2.1.", 4000),
    ],
)
def test_it_is_refused(address: str, port: int) -> None:
    with pytest.raises(MediaError):
        check_target(address, port, {5060}, loopback=False)


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("192.0.2.1", 1024),
        ("2001:db8::1", 4000),
        ("", 0),
        ("0.0.0.0", 9),  # noqa: S104 - not bound, it means hold
        ("::", 9),
        ("x", 0),
    ],
)
def test_it_is_fine(address: str, port: int) -> None:
    check_target(address, port, {5060}, loopback=False)


def test_this_machine_may_be_spoken_to_where_we_listen_on_it() -> None:
    check_target("127.0.0.1", 4000, (), loopback=True)
    assert is_loopback("127.0.0.1")
    assert not is_loopback("0.0.0.0")  # noqa: S104 - not bound
