"""How single values are written."""

from __future__ import annotations

import pytest

from ivr.config.fields import (
    Listen,
    is_loopback,
    read_base,
    read_called,
    read_e164,
    read_headers,
    read_network,
    read_private_text,
    read_secret,
    scalar,
)
from ivr.config.secrets import Filled, Secret, Used
from ivr.flow.fields import ShapeError


@pytest.mark.parametrize(
    ("text", "host", "port", "loopback"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("localhost:0", "localhost", 0, True),
        ("[::1]:443", "::1", 443, True),
        ("0.0.0.0:80", "0.0.0.0", 80, False),  # noqa: S104 - only read
        ("[::]:80", "::", 80, False),
        ("10.0.0.5:80", "10.0.0.5", 80, False),
    ],
)
def test_an_address_to_listen_on_has_a_host_and_a_port(
    text: str, host: str, port: int, loopback: bool
) -> None:
    listen = Listen(text)
    assert (listen, listen.host, listen.port, listen.is_loopback) == (text, host, port, loopback)


@pytest.mark.parametrize(
    "text", ["", "8080", ":8080", "a.example:80", "1.2.3.4", "::1:80", "1.2.3:1"]
)
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(ShapeError):
        Listen(text)


def test_a_name_that_is_no_address_is_not_loopback() -> None:
    assert not is_loopback("localhost.example")
    assert is_loopback("127.1.2.3")


@pytest.mark.parametrize(
    ("text", "base"),
    [("https://a.example/", "https://a.example"), ("https://a.example:8443/ivr", None)],
)
def test_a_public_address_ends_without_a_slash(text: str, base: str | None) -> None:
    assert read_base(text) == (base or text)


@pytest.mark.parametrize(
    "text", ["a.example", "https://", "https://u@a.example", "https://a.example/#x", "https://a:0/"]
)
def test_other_public_addresses_are_refused(text: str) -> None:
    with pytest.raises(ShapeError):
        read_base(text)


def test_called_numbers_are_e164_or_short() -> None:
    assert [read_called(text) for text in ("+908502220000", "112", "444033")] == [
        "+908502220000",
        "112",
        "444033",
    ]
    for text in ("08502220000", "+90 850", "1", "1234567", "+1"):
        with pytest.raises(ShapeError):
            read_called(text)
    assert read_e164("+4930901820") == "+4930901820"


def test_networks_are_those_of_both_families() -> None:
    assert str(read_network("10.0.0.7")) == "10.0.0.7/32"
    assert str(read_network("fd00::/8")) == "fd00::/8"
    with pytest.raises(ShapeError):
        read_network("10.0.0.1/8")


def test_a_list_is_no_single_value() -> None:
    with pytest.raises(ShapeError, match="one value"):
        scalar(["a"])


def test_a_ready_secret_passes() -> None:
    secret = Secret("a")
    assert read_secret(secret) is secret
    assert read_private_text(secret) is secret
    assert read_headers({"Authorization": secret}) == {"Authorization": secret}


def test_a_secret_must_be_one_reference_that_gives_something() -> None:
    used = (Used("env", "${env:A}", "x"),)
    assert read_secret(Filled("x", "${env:A}", used)) == Secret("x")
    with pytest.raises(ShapeError, match="must not stand in the file"):
        read_secret(Filled("ax", "a${env:A}", used))
    empty = (Used("default", "${env:A:}", "", ""),)
    with pytest.raises(ShapeError):
        read_secret(Filled("", "${env:A:}", empty))
