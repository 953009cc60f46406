"""pyVoIP as the registry of providers knows it; pyVoIP itself is looked for, never imported."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.channels import Place, Provider
from ivr.channels.pyvoip.house import House, Speech
from ivr.channels.pyvoip.post import Post
from ivr.channels.pyvoip.trunk import PyVoipTrunk
from ivr.channels.pyvoip.wire.messages import Begin
from ivr.config.pyvoip import MOST_CALLS
from ivr.domain.errors import MissingExtraError
from ivr.runtime.speech.engines import open_engines
from ivr.runtime.speech.prompts import Sounds
from ivr.runtime.speech.shelf import Shelf
from ivr.runtime.speech.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.pyvoip import PyVoipTrunk as Settings

NEEDED = ("pyVoIP", "audioop")
"""What the process imports; `audioop` left the standard library with Python 3.13."""
SOUNDS = "pyvoip"
"""Folder below `media.sounds`: a shelf of sounds has one owner, and SIP trunks have theirs."""


def need_extra(needed: tuple[str, ...] = NEEDED) -> None:
    """Raises MissingExtraError if something is not installed."""
    lacking = [name for name in needed if find_spec(name) is None]
    if lacking:
        message = f'a pyvoip trunk needs {" and ".join(lacking)}: pip install "ivr-server[pyvoip]"'
        raise MissingExtraError(message)


def _open(name: str, entry: Settings, place: Place) -> PyVoipTrunk:
    need_extra()
    return PyVoipTrunk(name, entry, place.switch, place.config().country)


def _together(trunks: Mapping[str, Any], place: Place) -> House:
    config, ports = place.config(), place.switch.ports
    workshop = Workshop()
    shelf = Shelf(workshop, Path(config.media.sounds) / SOUNDS)
    sounds = Sounds(shelf, open_engines(config, ports.clock), place.recorded, ports.tasks)
    house = House(place.switch, Speech(sounds, shelf, workshop))
    for name, trunk in trunks.items():
        house.trunks[name] = trunk
        house.posts[name] = post = Post(name, _begin(trunk.settings), trunk.heard, trunk.lost)
        trunk.begin(post, sounds)
    return house


def _begin(settings: Settings) -> Begin:
    ports, listen = settings.rtp_ports, settings.listen
    return Begin(
        server=settings.server,
        port=settings.port,
        user=settings.user,
        password=settings.password.reveal(),
        address=listen.host,
        sip_port=listen.port,
        low=ports.low,
        high=ports.high,
        calls=MOST_CALLS,
    )


PROVIDER = Provider(open=_open, together=_together)
