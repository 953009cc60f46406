"""Ticket systems of others that are kept as our tickets are.

    ticket_systems:
      desk:
        adapter: rt
        url: https://rt.example
        token: "${env:RT_TOKEN}"
        queue: General
        map: {status: {waiting_supplier: stalled}, teams: {billing: Billing}}
        inbound: {every: 30s}

Source: tickets.md section 16.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping  # noqa: TC003 - pydantic reads it
from typing import Literal

from pydantic import Field

from ivr.config.fields import Flag, Name, PlainText, PrivateText, SecretText, Strict, seconds, whole


class Words(Strict):
    """How our words become theirs; what is not named here is translated as usual."""

    status: Mapping[Name, PlainText] = Field(
        default_factory=dict, description="Code of our status -> their word for it."
    )
    teams: Mapping[Name, PlainText] = Field(
        default_factory=dict,
        description="Team of ours -> their queue or group; in Zendesk its number.",
    )
    people: Mapping[PlainText, PlainText] = Field(
        default_factory=dict,
        description="Login of ours -> their login; in Zendesk the number of the agent.",
    )


class Inbound(Strict):
    """How we hear what happens there."""

    every: seconds(86_400) = Field(  # type: ignore[valid-type]
        30.0, description="How often Request Tracker is asked; the others post what happens."
    )
    secret: SecretText | None = Field(
        None, description="Signs what Zammad and Zendesk post to /inbox/NAME, 16 letters or more."
    )
    unknown: Literal["keep", "ignore"] = Field(
        "keep", description="What becomes of news about tickets that are none of ours."
    )


class TicketSystem(Strict):
    """A ticket system that hears of our tickets."""

    adapter: Literal["rt", "zammad", "zendesk"] = Field(
        description="Its kind: Request Tracker 5, Zammad or Zendesk."
    )
    url: PrivateText = Field(description="Its address without a path, as in https://rt.example.")
    user: PlainText | None = Field(
        None, description="Name that signs in; Zendesk: e-mail of the agent whose token it is."
    )
    token: SecretText = Field(description="Its token; with `user` in Request Tracker a password.")
    queue: PlainText = Field(
        "", description="Queue or group of tickets whose team is not under map.teams."
    )
    number_field: PlainText = Field(
        "",
        description="Field of theirs that keeps our number: a custom field, in Zammad the name of "
        "an attribute (needed), in Zendesk a number.",
    )
    requester: PlainText = Field(
        "", description="In whose name a ticket stands whose customer has no e-mail address."
    )
    master: Literal["ours", "theirs"] = Field(
        "ours",
        description="Whose status and owner count; `theirs` are left alone. With `inbound` also "
        "the priority, and it decides only where both sides have changed the same.",
    )
    inbound: Inbound | None = Field(
        None, description="Whether changes there come back to our tickets; not if left out."
    )
    map: Words = Field(default_factory=Words, description="How our words become theirs.")
    allow_private: Flag = Field(False, description="Whether it may stand inside our own network.")
    ports: tuple[whole(1, 65535), ...] = Field(  # type: ignore[valid-type]
        (443,), description="Ports that may be connected to."
    )

    @property
    def headers(self) -> Mapping[str, str]:
        """What signs us in."""
        token = self.token.reveal()
        if self.adapter == "zammad":
            return {"Authorization": f"Token token={token}"}
        if self.adapter == "zendesk":
            return {"Authorization": f"Basic {_basic(f'{self.user}/token', token)}"}
        if self.user:
            return {"Authorization": f"Basic {_basic(self.user, token)}"}
        return {"Authorization": f"token {token}"}


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()
