"""Opens the trunks of the configuration and puts their pages into the application."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.app.floor import watch_provider, watch_simulator, watch_sip
from ivr.channels import Place, Way, load_provider
from ivr.channels.simulator.page import SimulatorPages
from ivr.channels.simulator.texts import SimulatorTexts
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.domain.agent import Reach
from ivr.runtime.ids import Ulids
from ivr.runtime.texts.choosing import options_of
from ivr.web.bodies import read_body
from ivr.web.express import WAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.app.server import Server
    from ivr.config.model import Config


def add_trunks(server: Server) -> None:
    """Open every trunk; those of one provider share what they have to share."""
    place = _place(server)
    opened: dict[str, dict[str, object]] = {}
    for name, settings in server.config.trunks.items():
        if settings.provider == "simulator":
            _add_simulator(server, name)
        else:
            provider = load_provider(settings.provider)
            trunk = provider.open(name, settings, place)
            if provider.calls:
                server.switch.trunks[name] = trunk
            line = provider.line(trunk)
            if line is not None and server.texts is not None:
                server.texts.lines[name] = line
            opened.setdefault(settings.provider, {})[name] = trunk
    ways: dict[str, Way] = {}
    for provider_name, trunks in opened.items():
        ways.update(_add_provider(server, provider_name, trunks, place))
    server.app[WAYS] = ways


def _place(server: Server) -> Place:
    config = server.config
    return Place(
        server.switch,
        config.public_base,
        _voices(config),
        config.languages,
        lambda: server.live.now,
        server.library.audio,
        server.texts.door if server.texts else None,
    )


def _add_provider(
    server: Server, name: str, trunks: Mapping[str, object], place: Place
) -> Mapping[str, Way]:
    """What the trunks of one provider share: its pages, and who watches agents' telephones."""
    provider = load_provider(name)
    server.app.add_routes(provider.routes(trunks, read_body))
    if name == Reach.TWILIO:
        watch_provider(server.floor, trunks)
    if provider.together is not None:
        house = provider.together(trunks, place)
        server.running.append(house)
        server.for_pages.append(partial(provider.pages, house))
        watch_sip(server.floor, house)
    return provider.ways(trunks)


def _add_simulator(server: Server, name: str) -> None:
    """Pages and telephones belong to the first simulator trunk; more are reached by tests only."""
    trunk = SimulatorTrunk(name, server.switch, server.tasks)
    server.switch.trunks[name] = trunk
    texts = _simulator_texts(server, name)
    if server.pages:
        return
    watch_simulator(server.floor, trunk)
    world = server.library.current().world
    numbers = {n: flow for n, flow in world.numbers.items() if world.flow_of(n, trunk.name)}
    ids = Ulids(server.switch.ports.clock)
    pages = SimulatorPages(trunk, numbers, server.config.country, ids.new, texts)
    server.pages.append(pages)
    server.app.add_routes(pages.routes())


def _simulator_texts(server: Server, name: str) -> SimulatorTexts | None:
    """The texts of its phones, where the trunk has any and there is a database to keep them."""
    config, found = server.config, server.texts
    options = options_of(config).get(name)
    if options is None or found is None:
        return None
    clock = server.switch.ports.clock
    texts = SimulatorTexts(name, options.sender, config.country, Ulids(clock).new)
    texts.open(found.texts, found.door, clock)
    found.lines[name] = texts
    return texts


def _voices(config: Config) -> Mapping[str, str]:
    """The voices that a provider shall speak with; those of engines of ours are not for it."""
    voices = config.voices.items()
    return {name: one.voice for name, one in voices if one.voice and one.tts == "default"}
