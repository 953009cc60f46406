"""What flows get to see of the configuration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.config.world import to_world
from ivr.domain.errors import ConfigError
from ivr.flow.world import QueueShape, QueueTaping

if TYPE_CHECKING:
    from tests.config.conftest import Load

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TEXT = """
currency: USD
languages: [tr, en, de]
trunks:
  main: {provider: twilio, account: AC1, auth_token: "${env:TOKEN}"}
  browser: {provider: simulator}
numbers:
  "+908502220000": {flow: bank}
  "112": {flow: bank, trunks: [main]}
  "113": {flow: test, trunks: [browser]}
hours: {branch: {open: {mon-fri: 09:00-18:00}, switch: storm}, other: {open: {mon: 09:00-10:00}}}
sources:
  crm: {get: "https://x.example/?p={p}", takes: {p: phone}, gives: {due: money}, not_found: 404}
  block: {post: https://x.example/, takes: {card: sealed digits}, limit: 4s}
  again: {post: https://x.example/, repeat: safe}
  people: {table: p.csv, match: {p: p}, takes: {p: phone}}
  pins: {table: p.csv, match: {p: p}, takes: {p: phone}, otherwise: {}}
places:
  desk: {number: {tr: "+902125550001", en: "+902125550002", de: "+902125550003"}}
  ext: {sip: "sip:{ext}@pbx.example", takes: {ext: digits}, kind: blind}
queues: [cards]
outcomes: [paid]
surveys: [csat]
payments: [desk]
"""


def test_sources_have_the_shape_that_flows_are_checked_against(load: Load) -> None:
    sources = to_world(load(TEXT, {"TOKEN": "t"}), NOW).sources
    crm, block = sources["crm"], sources["block"]
    assert str(crm.takes["p"]) == "phone"
    assert str(crm.gives["due"]) == "money(USD)"
    assert (crm.not_found, crm.takes_sealed, crm.repeatable, crm.limit_s) == (
        True,
        False,
        True,
        1.5,
    )
    assert (block.not_found, block.takes_sealed, block.repeatable, block.limit_s) == (
        *(False, True, False),
        4.0,
    )
    assert sources["again"].repeatable
    assert sources["people"].not_found
    assert not sources["pins"].not_found
    assert sources["pins"].takes_sealed


def test_trunks_numbers_places_and_names_are_passed_on(load: Load) -> None:
    world = to_world(load(TEXT, {"TOKEN": "t"}), NOW)
    assert world.numbers == {"+908502220000": "bank", "112": "bank", "113": "test"}
    assert world.number_trunks == {"bank": ("main", "browser"), "test": ("browser",)}
    assert world.flow_of("113", "browser") == "test"
    assert world.flow_of("113", "main") is None
    assert world.flow_of("112", "main") == "bank"
    assert world.places == {"desk": ("tr", "en", "de"), "ext": ()}
    assert str(world.place_takes["ext"]["ext"]) == "digits"
    assert (world.queues, world.outcomes, world.surveys, world.payments) == (
        *(("cards",), ("paid",), ("csat",)),
        ("desk",),
    )
    twilio = world.trunks["main"]
    assert (twilio.provider, twilio.two_timers, twilio.keeps_keys) == ("twilio", False, False)
    assert (twilio.document_limit_bytes, twilio.keeps_secret_digits) == (65_536, True)
    assert world.trunks["browser"].speech == ("tr", "en", "de")


def test_a_queue_is_known_by_what_its_callers_hear(load: Load) -> None:
    text = """
hours: {branch: {open: {mon-fri: 09:00-18:00}}}
queues:
  plain: {}
  cards:
    hours: branch
    wait: {music: moh/calm.wav, position: true, estimate: true, first: 5s, every: 30s, limit: 7}
    callback: {after: 2m, attempts: 2, mode: agent_first, window: choose}
    recording: {notice: told, transfers: end}
    overflow: [{when: {waiting: 5}, to: {queue: plain}}, {when: {waiting: 9}, to: {exit: full}}]
"""
    shapes = to_world(load(text), NOW).queue_shapes
    assert shapes["plain"] == QueueShape("plain")
    assert shapes["cards"].taping == QueueTaping("told", follows=False)
    assert shapes["cards"].leads_to == ("plain",)
    cards = shapes["cards"]
    assert (cards.hours, cards.music, cards.limit) == ("branch", "moh/calm.wav", 7)
    assert (cards.position, cards.estimate) == (True, True)
    assert (cards.first_s, cards.every_s, cards.callback_after_s) == (5.0, 30.0, 120.0)
    assert (cards.callback_attempts, cards.callback_agent_first) == (2, True)
    assert cards.callback_chooses


def test_hours_open_in_the_zone_and_close_by_their_switch(load: Load) -> None:
    world = to_world(load(TEXT, {"TOKEN": "t"}), NOW)
    assert world.calendars["branch"].is_open(NOW)
    assert world.zone.utcoffset(NOW.replace(tzinfo=None)) == timedelta(hours=3)
    assert world.switches == {"branch": "storm"}


def test_hours_that_have_run_out_are_told_at_their_place(load: Load) -> None:
    text = "hours: {fair: {open: {mon: closed}, except: {2026-11-25: 09:00-18:00}}}"
    config = load(text)
    assert to_world(config, NOW).calendars
    with pytest.raises(ConfigError, match=r"config\.yaml:1:15 F801 error hours \"fair\" do not"):
        to_world(config, NOW + timedelta(days=30))
