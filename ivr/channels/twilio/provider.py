"""Twilio as the registry of providers knows it: how its trunks are opened, and their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels import Place, Provider
from ivr.channels.twilio.hooks import HookedTrunk
from ivr.channels.twilio.routes import routes, ways
from ivr.channels.twilio.settings import settings_of

if TYPE_CHECKING:
    from ivr.config.trunks import TwilioTrunk as Entry


def _open(name: str, entry: Entry, place: Place) -> HookedTrunk:
    """A trunk of this name, whose silent calls are looked after from now on."""
    settings = settings_of(entry, place.voices, place.languages)
    trunk = HookedTrunk(name, settings, place.switch, place.public_base)
    place.switch.ports.tasks.start(trunk.watchdog.run(), f"watchdog {name}")
    return trunk


PROVIDER = Provider(open=_open, routes=routes, ways=ways)
