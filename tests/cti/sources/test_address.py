"""Which addresses a lookup may connect to."""

from __future__ import annotations

import socket

import pytest

from ivr.cti.sources.address import Door, guarded_socket, refusal

INSIDE = ["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12::1"]
NEVER = [
    *("0.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *("192.0.0.8", "192.88.99.1", "192.0.2.1", "198.18.0.1", "203.0.113.5"),
    *("::", "fe80::1", "fe80::1%lo", "ff02::1", "fec0::1", "2001:db8::1", "fd00:ec2::254"),
    *("::ffff:10.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1"),
    *("2002:a00:1::1", "2001:0:a00:1::1"),
]
GLOBAL = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"]


@pytest.mark.parametrize("host", [*INSIDE, *NEVER, "127.0.0.1", "::1"])
def test_nothing_but_public_addresses_by_default(host: str) -> None:
    assert refusal(Door(), host, 443)


@pytest.mark.parametrize("host", GLOBAL)
def test_public_addresses_are_fine(host: str) -> None:
    assert refusal(Door(), host, 443) == ""


@pytest.mark.parametrize("host", [*INSIDE, "127.0.0.1", "::1"])
def test_our_own_network_when_it_is_listed(host: str) -> None:
    assert refusal(Door(private=True), host, 443) == ""


@pytest.mark.parametrize("host", NEVER)
def test_special_addresses_never(host: str) -> None:
    assert refusal(Door(private=True, loopback=True), host, 443)


def test_this_machine_in_development() -> None:
    assert refusal(Door(loopback=True), "127.0.0.1", 443) == ""
    assert refusal(Door(loopback=True), "10.0.0.1", 443)


def test_only_listed_ports() -> None:
    assert refusal(Door(), "8.8.8.8", 22) == "port 22 is not listed"
    assert refusal(Door(ports=(8443,)), "8.8.8.8", 8443) == ""
    assert refusal(Door(ports=()), "8.8.8.8", 22) == ""


def test_the_socket_is_made_only_for_an_allowed_address(caplog: pytest.LogCaptureFixture) -> None:
    make = guarded_socket(Door(), "crm")
    family = socket.AF_INET
    made = make((family, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443)))
    assert made.family == family
    made.close()
    with pytest.raises(OSError, match="inside a private network"):
        make((family, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)))
    assert [record.message for record in caplog.records] == ["lookup_address_refused"]
