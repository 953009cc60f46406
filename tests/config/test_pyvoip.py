"""Trunks by pyVoIP: every key, what is taken for granted, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.config.pyvoip import PyVoipTrunk
from ivr.config.world import to_world
from tests.config.conftest import NOW

if TYPE_CHECKING:
    from ivr.config.model import Config
    from tests.config.conftest import Load, Problems

WHOLE = """
numbers: {"+908502220000": {flow: bank}, "7001": {flow: desk}}
trunks:
  inside:
    provider: pyvoip
    server: pbx.example
    port: 5070
    user: "7001"
    password: "${env:P}"
    number: "+908502220000"
    listen: "192.0.2.10:5062"
    rtp_ports: 31000-31099
"""
SHORT = """
numbers: {"7001": {flow: desk}}
trunks: {inside: {provider: pyvoip, server: 192.0.2.1, user: "7001", password: "${env:P}",
  listen: "192.0.2.10:0"}}
"""


def inside(config: Config) -> PyVoipTrunk:
    """The trunk."""
    trunk = config.trunks["inside"]
    assert isinstance(trunk, PyVoipTrunk)
    return trunk


def test_every_setting_is_read(load: Load) -> None:
    trunk = inside(load(WHOLE, {"P": "geheim"}))
    assert (trunk.server, trunk.port, trunk.user) == ("pbx.example", 5070, "7001")
    assert trunk.password.reveal() == "geheim"
    assert {name: each.reveal() for name, each in trunk.secrets.items()} == {"password": "geheim"}
    assert (trunk.listen.host, trunk.listen.port) == ("192.0.2.10", 5062)
    assert (trunk.rtp_ports.low, trunk.rtp_ports.high) == (31_000, 31_099)
    assert trunk.called == "+908502220000"
    assert "geheim" not in repr(trunk)


def test_what_is_not_written_is_taken_for_granted(load: Load) -> None:
    trunk = inside(load(SHORT, {"P": "x"}))
    assert (trunk.port, trunk.called, str(trunk.rtp_ports)) == (5060, "7001", "30000-30099")


def test_flows_know_what_such_a_trunk_cannot_do(load: Load) -> None:
    shape = to_world(load(SHORT, {"P": "x"}), NOW).trunks["inside"]
    assert (shape.name, shape.provider, shape.speech) == ("inside", "pyvoip", ())
    assert (shape.dials, shape.can_pay, shape.pauses_recording, shape.survives_restart) == (
        *(False, False),
        *(False, False),
    )
    assert (shape.two_timers, shape.keeps_keys) == (True, True)


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("192.0.2.10:0", "0.0.0.0:0", "C103", "write one address of this machine"),
        ("192.0.2.10:0", "localhost:5062", "C103", "must be an IPv4 address with a port"),
        ("192.0.2.10:0", "[::1]:5062", "C103", "must be an IPv4 address with a port"),
        ('user: "7001"', 'user: "a b"', "C103", '"a b" is no extension'),
        ('user: "7001"', 'user: "7001>"', "C103", '"7001>" is no extension'),
        ("server: 192.0.2.1", "server: 'a b'", "C103", "neither an address nor a name"),
        ("server: 192.0.2.1", "server: x, port: 0", "C103", "whole number from 1 to 65535"),
        ('"${env:P}"', "secret", "C112", "a secret must not stand in the file"),
        ('user: "7001"', 'user: "7002"', "C120", 'no flow answers 7002 on trunk "inside"'),
        ('"7001": {flow: desk}', '"7001": {flow: desk, trunks: []}', "C120", "no flow answers"),
        ('listen: "', 'transfer: yes, listen: "', "C101", 'inside has no key "transfer"'),
    ],
)
def test_a_wrong_setting_is_told(
    problems: Problems, old: str, new: str, code: str, told: str
) -> None:
    assert old in SHORT
    lines = problems(SHORT.replace(old, new, 1), {"P": "x"})
    assert len(lines) == 1, lines
    assert f" {code} error " in lines[0]
    assert told in lines[0]


def test_ports_for_four_calls_are_needed(problems: Problems) -> None:
    text = SHORT.replace("server:", "rtp_ports: 30000-30005, server:")
    [line] = problems(text, {"P": "x"})
    assert "C130 error 3 calls fit into rtp_ports, 4 may be live" in line
