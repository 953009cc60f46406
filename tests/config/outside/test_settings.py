"""Receivers of webhooks and CRMs, as they are written in config.yaml."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from ivr.config.load import load_config
from ivr.config.outside.settings import (
    DURABLE_EVENTS,
    LIVE_EVENTS,
    durable,
    read_key,
    read_pattern,
)
from ivr.domain.errors import ConfigError
from ivr.flow.fields import ShapeError
from tests.config.conftest import NOW, load_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.model import Config

KEY = base64.b64encode(b"k" * 24).decode()
NEXT = f"whsec_{base64.b64encode(b'n' * 32).decode()}"
ENVIRONMENT = {"KEY": KEY, "NEXT": NEXT, "TOKEN": "t0ken", "SHORT": "c2hvcnQ=", "ODD": "?"}
WHOLE = """
webhooks:
  ops:
    url: https://ops.example:8443/calls
    secret: "${env:KEY}"
    secret_next: "${env:NEXT}"
    events: ["call.*", pop.opened]
    allow_private: true
    ports: [443, 8443]
  all: {url: "https://all.example/x?t=${env:TOKEN}", secret: "${env:KEY}"}
crm:
  help:
    adapter: zammad
    url: https://help.example/api/v1/cti/
    token: "${env:TOKEN}"
    allow_private: false
    ports: [443]
"""


def load(text: str, more: Mapping[str, str] | None = None) -> Config:
    return load_text(text, {**ENVIRONMENT, **(more or {})})


def wrong(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config({"c.yaml": f"zone: Europe/Istanbul\n{text}".encode()}, ENVIRONMENT, now=NOW)
    return [str(each).partition(" ")[2] for each in caught.value.problems]


def test_every_key_is_read() -> None:
    config = load(WHOLE)
    ops, every = config.webhooks["ops"], config.webhooks["all"]
    assert [secret.reveal() for secret in ops.secrets] == [NEXT, KEY]
    assert (ops.events, ops.allow_private, ops.ports) == (
        ("call.*", "pop.opened"),
        True,
        (443, 8443),
    )
    assert (every.events, len(every.secrets)) == (("*",), 1)
    assert every.url.reveal() == "https://all.example/x?t=t0ken"
    assert config.crm["help"].address.reveal() == "https://help.example/api/v1/cti/t0ken"


def test_nothing_secret_is_printed() -> None:
    printed = repr(load(WHOLE))
    assert not any(secret in printed for secret in (KEY, NEXT, "t0ken"))


@pytest.mark.parametrize("name", ["SHORT", "ODD"])
def test_a_key_that_is_too_short_or_garbled_is_refused_unseen(name: str) -> None:
    (line,) = wrong(f'webhooks: {{a: {{url: "https://a.example/", secret: "${{env:{name}}}"}}}}')
    assert line.startswith("C103 error a webhook secret ")
    assert name == "ODD" or ENVIRONMENT[name] not in line


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("webhooks: {a: {url: 'https://a.example/', secret: abc}}", "C112 error a secret must not"),
        ("webhooks: {a: {url: 'https://a.example/'}}", 'C102 error a needs "secret"'),
        (
            "webhooks: {a: {url: 'https://a.example/', secret: '${env:KEY}', event: []}}",
            'C101 error a has no key "event"; did you mean "events"?',
        ),
        (
            "webhooks: {a: {url: 'https://a.example/', secret: '${env:KEY}', events: []}}",
            "C103 error name at least one event",
        ),
        (
            "webhooks: {a: {url: 'https://a.example/', secret: '${env:KEY}', events: [call.end]}}",
            'C103 error "call.end" is no event; did you mean "call.ended"?',
        ),
        (
            "crm: {a: {adapter: sugar, url: 'https://a.example/', token: '${env:TOKEN}'}}",
            "C103 error this must be zammad",
        ),
        ("webhook: {}", 'C101 error there is no key "webhook"; did you mean "webhooks"?'),
    ],
)
def test_mistakes_are_told_with_their_remedy(entry: str, told: str) -> None:
    (line,) = wrong(entry)
    assert line.startswith(told)


def test_a_bad_entry_hides_no_other() -> None:
    text = "webhooks: {a: {url: 'https://a.example/'}, b: {url: 'https://b.example/'}}"
    assert len(wrong(text)) == 2


@pytest.mark.parametrize("pattern", [*LIVE_EVENTS, *DURABLE_EVENTS, "call.*", "ticket.*", "*"])
def test_every_event_and_family_can_be_named(pattern: str) -> None:
    assert read_pattern(pattern) == pattern


@pytest.mark.parametrize("pattern", ["", "call", "call.q*", "**", "tickets.*"])
def test_nothing_else_can(pattern: str) -> None:
    with pytest.raises(ShapeError):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("patterns", "events"),
    [
        (("*",), DURABLE_EVENTS),
        (("call.*", "pop.opened"), ()),
        (("sla.*", "ticket.created"), ("ticket.created", "sla.warned", "sla.breached")),
    ],
)
def test_durable_events_are_told_to_who_names_them(
    patterns: tuple[str, ...], events: tuple[str, ...]
) -> None:
    assert durable(patterns) == events


def test_a_key_is_read_with_and_without_its_prefix() -> None:
    assert read_key(KEY) == b"k" * 24
    assert read_key(NEXT) == b"n" * 32
