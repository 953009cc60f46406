"""Ticket systems of others, as they are written in config.yaml."""

from __future__ import annotations

import base64

import pytest

from ivr.config.outside.ticket_systems import TicketSystem
from tests.config.conftest import load_text

WHOLE = """
ticket_systems:
  help:
    adapter: zammad
    url: https://help.example:8443
    token: "${env:TOKEN}"
    queue: Users
    number_field: ivr_number
    requester: phone@firm.example
    master: theirs
    map:
      status: {waiting_supplier: pending close}
      teams: {billing: Billing}
      people: {ali: ali@firm.example}
    allow_private: true
    ports: [443, 8443]
    inbound: {secret: "${env:SIGNED}", unknown: ignore}
  rt:
    adapter: rt
    url: https://rt.example
    token: "${env:TOKEN}"
    queue: General
    inbound: {every: 90s}
"""

ENV = {"TOKEN": "t0ken", "SIGNED": "0123456789abcdef"}


def test_every_key_is_read() -> None:
    config = load_text(WHOLE, ENV)
    one, other = config.ticket_systems["help"], config.ticket_systems["rt"]
    assert (one.queue, one.number_field, one.requester) == (
        "Users",
        "ivr_number",
        "phone@firm.example",
    )
    assert one.map.status == {"waiting_supplier": "pending close"}
    assert one.map.teams == {"billing": "Billing"}
    assert one.map.people == {"ali": "ali@firm.example"}
    assert (one.master, one.allow_private, one.ports) == ("theirs", True, (443, 8443))
    assert one.inbound is not None
    assert other.inbound is not None
    assert one.inbound.secret is not None
    assert (one.inbound.secret.reveal(), one.inbound.unknown) == ("0123456789abcdef", "ignore")
    assert (other.inbound.every, other.inbound.secret, other.inbound.unknown) == (90, None, "keep")
    assert (other.master, other.map.status, other.ports) == ("ours", {}, (443,))


@pytest.mark.parametrize(
    ("kind", "user", "header"),
    [
        ("rt", None, "token t0ken"),
        ("rt", "root", "Basic " + base64.b64encode(b"root:t0ken").decode()),
        ("zammad", None, "Token token=t0ken"),
        (
            "zendesk",
            "a@b.example",
            "Basic " + base64.b64encode(b"a@b.example/token:t0ken").decode(),
        ),
    ],
)
def test_each_kind_is_signed_in_its_own_way(kind: str, user: str | None, header: str) -> None:
    config = load_text(WHOLE, ENV)
    written = config.ticket_systems["rt"].model_copy(update={"adapter": kind, "user": user})
    assert isinstance(written, TicketSystem)
    assert written.headers == {"Authorization": header}
    assert "t0ken" not in repr(written)
