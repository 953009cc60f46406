"""Which engines speak a language, in the order in which they are tried; espeak-ng always last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.speech.espeak import Espeak
from ivr.runtime.speech.voice import Speaker
from ivr.runtime.speech.wyoming import Wyoming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.model import Config
    from ivr.runtime.ports import Clock


class Engines:
    """The speakers of each language. A server that several languages use is one engine."""

    def __init__(self, by_language: Mapping[str, tuple[Speaker, ...]], last: Speaker) -> None:
        self.last = last
        self._by_language = by_language

    def speakers(self, language: str) -> tuple[Speaker, ...]:
        """Who can say something in this language, the best first."""
        return self._by_language.get(language, (self.last,))


def open_engines(config: Config, clock: Clock, espeak: Espeak | None = None) -> Engines:
    """The engines that the configuration names. Nothing is started or connected yet."""
    last = Speaker(espeak or Espeak())
    servers: dict[str, Wyoming] = {}
    found: dict[str, tuple[Speaker, ...]] = {}
    for language, voice in config.voices.items():
        if voice.tts == "espeak":
            found[language] = (Speaker(last.engine, voice.voice or ""),)
        elif voice.tts == "wyoming":
            server = servers.setdefault(voice.wyoming or "", _server(voice.wyoming or "", clock))
            found[language] = (Speaker(server, voice.voice or ""), last)
    return Engines(found, last)


def _server(address: str, clock: Clock) -> Wyoming:
    host, _colon, port = address.rpartition(":")
    return Wyoming(host.strip("[]"), int(port), clock)
