"""Twilio as the registry of providers knows it: how its trunks are opened, and their routes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.channels import Place, Provider
from ivr.channels.twilio.hooks import HookedTrunk
from ivr.channels.twilio.routes import routes, ways
from ivr.channels.twilio.settings import settings_of
from ivr.channels.twilio.texting import Texting
from ivr.channels.twilio.wire.messages import Outgoing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.trunks import TwilioTrunk as Entry
    from ivr.runtime.standing import Ports

MUSIC_AFTER_S = 10.0
"""So long after its start a server composes its own music, which takes half a second of one
processor: calls that the last run left go on first. For who waits before that it is made at once.
"""


def _open(name: str, entry: Entry, place: Place) -> HookedTrunk:
    """A trunk of this name, whose silent calls are looked after from now on."""
    settings = settings_of(entry, place.voices, place.languages)
    trunk = HookedTrunk(name, settings, place.switch, place.public_base, place.config)
    if entry.texts is not None and place.texts is not None:
        texts = entry.texts
        outgoing = Outgoing(trunk.public_base, name, texts.sender, texts.service)
        trunk.hooks.texts.texting = Texting(
            outgoing, trunk.rest, place.texts, place.switch.ports.clock
        )
    place.switch.ports.tasks.start(trunk.watchdog.run(), f"watchdog {name}")
    return trunk


class Together:
    """What the trunks of this provider hold open."""

    def __init__(self, trunks: Mapping[str, HookedTrunk], ports: Ports) -> None:
        self._trunks = trunks
        self._ports = ports

    async def start(self) -> None:
        """Have our own music made soon, so that it is there for the first who waits."""
        self._ports.tasks.start(self._make_music(), "music")

    async def _make_music(self) -> None:
        clock = self._ports.clock
        await clock.sleep_until(clock.now() + timedelta(seconds=MUSIC_AFTER_S))
        for trunk in self._trunks.values():
            trunk.make("")

    def drain(self) -> None:
        """Calls that run go on as before."""

    async def close(self) -> None:
        """Let go of the connections to the provider."""
        for trunk in self._trunks.values():
            await trunk.close()


def _together(trunks: Mapping[str, HookedTrunk], place: Place) -> Together:
    return Together(trunks, place.switch.ports)


def _line(trunk: HookedTrunk) -> Texting | None:
    return trunk.hooks.texts.texting


PROVIDER = Provider(open=_open, routes=routes, ways=ways, together=_together, line=_line)
