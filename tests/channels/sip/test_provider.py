"""SIP trunks are put together from the configuration: every key of a trunk has its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from ivr.channels import PROVIDERS, Place, load_provider
from ivr.channels.sip import provider
from ivr.channels.sip.carrier import Carrier
from ivr.channels.sip.house import House
from ivr.channels.sip.provider import PROVIDER
from ivr.channels.sip.trunk import SipTrunk
from ivr.channels.sip.wire.peers.guard import Kind
from ivr.channels.sip.wire.words import Flow
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START
from tests.fakes.house import House as Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    Make = Callable[[str], House]

HEAD = """
web: {listen: 127.0.0.1:0}
database: sqlite:///x.db
flows: {folder: flows}
zone: UTC
country: TR
currency: TRY
languages: [en]
media: {workers: 2, legs_per_worker: 7}
trunks:
"""


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Puts the trunks of a configuration together; nothing listens."""
    desk = Desk()
    (tmp_path / "password").write_text("hush")
    (tmp_path / "password").chmod(0o600)

    def made(trunks: str) -> House:
        path = tmp_path / "config.yaml"
        path.write_text(HEAD + trunks.replace("FOLDER", str(tmp_path)), encoding="utf-8")
        config = load_config(path, {}, now=START)
        place = Place(desk.switch, "", config=lambda: config)
        opened = {
            name: PROVIDER.open(name, settings, place) for name, settings in config.trunks.items()
        }
        assert PROVIDER.together is not None
        house = PROVIDER.together(opened, place)
        assert isinstance(house, House)
        return house

    yield made
    await desk.close()


BOTH = """
  phones: {provider: sip, listen: "127.0.0.1:5060", registrar: true, open: true, realm: desk}
  carrier:
    provider: sip
    listen: "127.0.0.1:5060"
    listen_tls: "127.0.0.2:5061"
    tls: {cert: c.pem, key: k.pem}
    advertise: 203.0.113.10
    from: [198.51.100.0/28]
    servers: [sip.carrier.example]
    login: {user: "90212", password: "${file:FOLDER/password}"}
    unknown: forbid
    media: {nat: true}
    limits: {session: 600s, session_min: 120s, per_second: 2}
  other: {provider: sip, listen: "127.0.0.1:5070", from: [198.51.100.0/28]}
"""


def test_the_registry_knows_sip() -> None:
    assert "sip" in PROVIDERS
    assert load_provider("sip") is PROVIDER


async def test_trunks_with_the_same_address_share_it(make: Make) -> None:
    house = make(BOTH)
    first, second = house.stacks
    assert list(first.trunks) == ["phones", "carrier"]
    assert list(second.trunks) == ["other"]
    assert all(isinstance(trunk, SipTrunk) for trunk in first.trunks.values())
    assert set(house.works) == {"phones", "carrier", "other"}
    assert house.works["phones"].stack is house.works["carrier"].stack


async def test_the_address_is_that_of_the_configuration(make: Make) -> None:
    address = make(BOTH).stacks[0].address
    assert (address.host, address.port) == ("127.0.0.1", 5060)
    assert (address.tls_host, address.tls_port) == ("127.0.0.2", 5061)
    assert (address.cert, address.key, address.advertise) == ("c.pem", "k.pem", "203.0.113.10")


async def test_who_is_who_is_decided_by_the_keys_of_the_trunk(make: Make) -> None:
    stack = make(BOTH).stacks[0]
    us = ("127.0.0.1", 5060)
    judge = stack.identities.guard.judge
    carrier = judge(Flow("udp", us, ("198.51.100.7", 5060)), 0.0)
    assert (carrier.kind, carrier.trunk) == (Kind.TRUNK, "carrier")
    anyone = judge(Flow("udp", us, ("127.0.0.9", 5060)), 0.0)
    assert (anyone.kind, anyone.trunk) == (Kind.ANYONE, "phones")
    by_card = judge(Flow("udp", us, ("203.0.113.5", 5060)), 0.0)  # this machine's own address
    assert (by_card.kind, by_card.trunk) == (Kind.ANYONE, "phones")
    by_tls = judge(Flow("tls", ("127.0.0.2", 5061), ("198.51.100.7", 5060)), 0.0)
    assert by_tls.trunk == "carrier"
    entrances = stack.identities._entrances
    assert (entrances["phones"].realm, entrances["carrier"].realm) == ("desk", "ivr")
    assert (entrances["phones"].forbids, entrances["carrier"].forbids) == (False, True)
    terms = entrances["carrier"].terms
    assert (terms.session_s, terms.session_min_s, terms.nat) == (600, 120, True)


async def test_the_rate_of_calls_is_that_of_the_trunk(make: Make) -> None:
    guard = make(BOTH).stacks[0].identities.guard
    flow = Flow("udp", ("127.0.0.1", 5060), ("198.51.100.7", 5060))
    assert [guard.new_call("carrier", flow, 0.0) for _ in range(3)] == [True, True, False]
    assert guard.new_call("phones", flow, 0.0)


async def test_a_trunk_with_servers_has_a_carrier_that_knows_its_login(make: Make) -> None:
    house = make(BOTH)
    carrier = house.works["carrier"].carrier
    assert isinstance(carrier, Carrier)
    assert carrier.visitor is not None
    assert house.stacks[0].carriers == {"carrier": carrier}
    assert house.works["phones"].carrier is None


async def test_phones_belong_to_the_trunk_that_lets_them_register(make: Make) -> None:
    first, second = make(BOTH).stacks
    assert (first.registrar, second.registrar) == ("phones", "")
    assert first.phones.registrar is first.identities.registrar
    assert second.phones.registrar is None
    assert first.watch is not None
    assert second.watch is None


async def test_the_media_workers_are_as_many_and_as_large_as_configured(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    class Kept:
        on_heard = staticmethod(lambda _heard: None)

        def __init__(self, _on_heard: object, **more: object) -> None:
            seen.update(more)

    monkeypatch.setattr(provider, "Workers", Kept)
    make(BOTH)
    assert seen["workers"] == 2
    assert cast("Any", seen["limits"]).legs == 7
    assert seen["own"] == ["127.0.0.1", "203.0.113.10"]
