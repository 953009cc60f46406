"""The configuration as data: defaults, and the keys that nothing else exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from ivr.config.model import NOT_YET, Config
from ivr.domain.problem import Position

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

WHOLE = """
zone: Europe/Berlin
web:
  listen: 10.0.0.5:443
  public_base: https://a.example/ivr
  ops_listen: 127.0.0.1:9
  trusted_proxies: [10.0.0.0/8]
database: sqlite:///other.db
recordings: rec
flows: {folder: menus, watch: true}
country: DE
currency: EUR
languages: [de, tr]
voices: {de: {tts: default, voice: anna}}
outcomes: [paid]
queues: {cards: {}}
surveys: [csat]
payments: [card_desk]
limits: {call: 30m, drain: 10s}
log: {level: debug, pii: drop}
keys: {file: secret/master.key}
"""


def test_every_plain_key_is_read(load: Load) -> None:
    config = load(WHOLE)
    web = config.web
    assert (web.listen.port, web.ops_listen.port, str(web.trusted_proxies[0])) == (
        443,
        9,
        "10.0.0.0/8",
    )
    assert config.public_base == "https://a.example/ivr"
    assert (config.zone, config.country, config.currency) == ("Europe/Berlin", "DE", "EUR")
    assert (config.flows.folder, config.flows.watch, config.recordings) == ("menus", True, "rec")
    assert (config.languages, config.voices["de"].voice) == (("de", "tr"), "anna")
    names = (config.outcomes, config.queue_names, config.surveys, config.payments)
    assert names == (("paid",), ("cards",), ("csat",), ("card_desk",))
    assert (config.limits.call, config.limits.drain) == (1800.0, 10.0)
    assert (config.log.level, config.log.pii, config.keys.file) == (
        "debug",
        "drop",
        "secret/master.key",
    )
    assert not config.is_local


def test_nothing_written_gives_a_server_on_this_machine(load: Load) -> None:
    config = load("")
    assert config.is_local
    assert config.public_base == "http://127.0.0.1:8080"
    assert (config.database.reveal(), config.keys.file) == (
        "sqlite:///var/ivr.db",
        "var/master.key",
    )
    assert (config.limits.call, config.log.pii, config.flows.watch) == (7200.0, "mask", False)


@pytest.mark.parametrize("server", ["speech:10200", "10.0.0.7:1", "[::1]:65535", "a-b.c:80"])
def test_a_voice_may_come_from_a_speech_server(load: Load, server: str) -> None:
    voices = f"voices: {{tr: {{tts: wyoming, wyoming: '{server}'}}, en: {{tts: espeak}}}}"
    config = load(voices)
    assert (config.voices["tr"].tts, config.voices["tr"].wyoming) == ("wyoming", server)
    assert (config.voices["en"].tts, config.voices["en"].wyoming) == ("espeak", None)


@pytest.mark.parametrize("key", NOT_YET)
def test_a_documented_key_without_effect_is_refused_with_its_reason(
    problems: Problems, key: str
) -> None:
    [line] = problems(f"{key}: {{}}")
    assert line == f'1:1 C121 error "{key}" has no effect yet: {NOT_YET[key]}; take it out'


def test_the_configuration_never_changes(load: Load) -> None:
    with pytest.raises(ValidationError):
        load("").zone = "UTC"  # type: ignore[misc]


def test_a_configuration_made_in_code_has_a_place_too() -> None:
    assert Config(zone="UTC").where("web", "listen") == Position("config.yaml")
