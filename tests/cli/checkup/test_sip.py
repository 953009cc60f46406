"""What `ivr doctor` says about SIP trunks."""

from __future__ import annotations

import resource
import socket
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.cli.checkup.sip import sip
from ivr.config.load import load_config

if TYPE_CHECKING:
    import pytest

    from ivr.config.model import Config

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def configured(trunk: str) -> Config:
    text = f"zone: Europe/Istanbul\nweb: {{listen: 127.0.0.1:1}}\ntrunks:\n  a: {{{trunk}}}\n"
    return load_config({"config.yaml": text.encode()}, {}, now=NOW)


def said(trunk: str) -> list[str]:
    return [f"{one.verdict.value} {one.message}" for one in sip(configured(trunk))]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_trunk_whose_ports_are_free() -> None:
    port = free_port()
    found = said(f"provider: sip, listen: '127.0.0.1:{port}', open: true, limits: {{live: 5}}")
    assert found == [
        f"ok 127.0.0.1:{port} is free, UDP and TCP",
        "ok trunk a has room for 5 calls",
    ]


def test_a_port_that_another_program_has() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (first, *_rest) = said(f"provider: sip, listen: '127.0.0.1:{port}', open: true")
    assert first.startswith(f"fail cannot listen on 127.0.0.1:{port} (UDP): ")


def test_a_trunk_that_tells_nobody_its_address() -> None:
    found = said(f"provider: sip, listen: '0.0.0.0:{free_port()}', registrar: true")
    message = "trunk a listens on every address and tells callers none of them"
    assert f"warn {message}" in found


def test_too_few_files_for_the_calls_that_may_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1024, 1024))
    (*_first, last) = said(f"provider: sip, listen: '127.0.0.1:{free_port()}', open: true")
    assert last == "ok trunk a has room for 200 calls"
    more = "limits: {live: 207}"
    (*_first, last) = said(f"provider: sip, listen: '127.0.0.1:{free_port()}', open: true, {more}")
    assert last == "warn 207 calls on trunk a need 1028 open files, not 1024"
