"""Opens the trunks of the configuration and puts their pages into the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.app.floor import watch_provider, watch_simulator, watch_sip
from ivr.channels import Place, Way, load_provider
from ivr.channels.simulator.page import SimulatorPages
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.domain.agent import Reach
from ivr.runtime.ids import Ulids
from ivr.web.bodies import read_body
from ivr.web.express import WAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.app.server import Server
    from ivr.config.model import Config


def add_trunks(server: Server) -> None:
    """Open every trunk; those of one provider share what they have to share."""
    config, switch = server.config, server.switch
    place = Place(
        switch,
        config.public_base,
        _voices(config),
        config.languages,
        lambda: server.live.now,
        server.library.audio,
    )
    opened: dict[str, dict[str, object]] = {}
    for name, settings in config.trunks.items():
        if settings.provider == "simulator":
            trunk = SimulatorTrunk(name, switch, server.tasks)
            switch.trunks[name] = trunk
            if not server.pages:
                watch_simulator(server.floor, trunk)
            _add_simulator(server, trunk)
        else:
            provider = load_provider(settings.provider)
            switch.trunks[name] = provider.open(name, settings, place)
            opened.setdefault(settings.provider, {})[name] = switch.trunks[name]
    ways: dict[str, Way] = {}
    for provider_name, trunks in opened.items():
        provider = load_provider(provider_name)
        server.app.add_routes(provider.routes(trunks, read_body))
        ways.update(provider.ways(trunks))
        if provider_name == Reach.TWILIO:
            watch_provider(server.floor, trunks)
        if provider.together is not None:
            house = provider.together(trunks, place)
            server.running.append(house)
            watch_sip(server.floor, house)
    server.app[WAYS] = ways


def _add_simulator(server: Server, trunk: SimulatorTrunk) -> None:
    """The pages belong to the first simulator trunk; more of them are reached by tests only."""
    if server.pages:
        return
    world = server.library.current().world
    numbers = {n: flow for n, flow in world.numbers.items() if world.flow_of(n, trunk.name)}
    ids = Ulids(server.switch.ports.clock)
    pages = SimulatorPages(trunk, numbers, server.config.country, ids.new)
    server.pages.append(pages)
    server.app.add_routes(pages.routes())


def _voices(config: Config) -> Mapping[str, str]:
    """The voices that a provider shall speak with; those of engines of ours are not for it."""
    voices = config.voices.items()
    return {name: one.voice for name, one in voices if one.voice and one.tts == "default"}
