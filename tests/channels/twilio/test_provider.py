"""How Twilio is found in the registry of providers, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.channels import PROVIDERS, Place, Provider, load_provider
from ivr.channels.twilio.provider import MUSIC_AFTER_S, PROVIDER
from ivr.channels.twilio.routes import PAGES
from ivr.channels.twilio.trunk import TwilioTrunk
from ivr.config.secrets import Secret
from ivr.config.trunks import TwilioTrunk as Entry
from ivr.domain.errors import NotFoundError

if TYPE_CHECKING:
    from tests.fakes.twilio_floor import Open
    from tests.fakes.twilio_rig import Rig

ROOT = Path(__file__).resolve().parents[3]


def test_the_registry_loads_a_provider_when_it_is_used() -> None:
    assert "twilio" in PROVIDERS
    assert load_provider("twilio") is PROVIDER
    with pytest.raises(NotFoundError, match="no provider 'carrier'"):
        load_provider("carrier")


def test_the_registry_itself_loads_no_sdk() -> None:
    code = "import sys, ivr.channels, ivr.channels.twilio; print('twilio' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


async def test_a_trunk_is_opened_from_its_entry_in_the_configuration(rig: Rig) -> None:
    entry = Entry(
        provider="twilio",
        account="AC1",
        auth_token=Secret("first"),
        auth_token_next=Secret("second"),
        fallback_url="https://elsewhere.example/sorry",
    )
    place = Place(rig.switch, "https://ivr.example.com/", {"tr": "voice"}, ("tr", "en"))
    trunk = PROVIDER.open("second", entry, place)
    assert isinstance(trunk, TwilioTrunk)
    assert (trunk.name, trunk.channel) == ("second", "twilio")
    assert trunk.public_base == "https://ivr.example.com"
    assert trunk.settings.account == "AC1"
    assert [one.text for one in trunk.settings.secrets] == ["first", "second"]
    assert trunk.settings.fallback_url == "https://elsewhere.example/sorry"
    assert (trunk.settings.voices, trunk.settings.speech) == ({"tr": "voice"}, ("tr", "en"))
    assert "first" not in repr(trunk.settings)


def test_every_page_can_be_reached_the_short_way(rig: Rig) -> None:
    paths = PROVIDER.ways({"main": rig.trunk})
    assert sorted(paths) == sorted(f"/hooks/main/{page}" for page in PAGES)


def test_a_provider_without_webhooks_has_no_ways() -> None:
    assert Provider(open=PROVIDER.open).ways({}) == {}


async def test_what_the_trunks_hold_open_is_closed_with_the_server(opened: Open) -> None:
    trunk = (await opened()).trunk
    place = Place(trunk.switch, trunk.public_base)
    assert PROVIDER.together is not None
    together = PROVIDER.together({"main": trunk}, place)
    await together.start()
    together.drain()
    await together.close()


async def test_music_is_composed_soon_after_the_start_and_not_during_it(rig: Rig) -> None:
    assert PROVIDER.together is not None
    place = Place(rig.switch, rig.trunk.public_base)
    await PROVIDER.together({"main": rig.trunk}, place).start()
    await rig.clock.advance(MUSIC_AFTER_S - 1)
    assert not rig.trunk.jukebox.has("")
    await rig.clock.advance(1)
    assert rig.trunk.jukebox.has("")
