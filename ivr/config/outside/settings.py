"""Who outside is told of calls: receivers of webhooks, and CRMs with a telephone door of their own.

    webhooks:
      ops: {url: "https://ops.example/ivr", secret: "${env:OPS_HOOK}", events: [call.*]}
    crm:
      help: {adapter: zammad, url: "https://help.example/api/v1/cti", token: "${env:ZAMMAD}"}

Source: acd-cti.md 11, security.md section 17, standardwebhooks.com.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from ivr.config.fields import (
    Flag,
    PrivateText,
    SecretText,
    Strict,
    read_secret,
    refuse,
    text_field,
    whole,
)
from ivr.config.secrets import Hidden, Secret
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

LIVE_EVENTS = (
    *("call.queued", "call.offered", "call.answered", "call.held", "call.transferred"),
    *("call.ended", "pop.opened", "pop.unreceived"),
)
"""The live events there are; each is told once, within two seconds or not at all."""
DURABLE_EVENTS = (
    *("ticket.created", "ticket.updated", "ticket.resolved", "ticket.reopened", "ticket.merged"),
    *("interaction.started", "interaction.ended", "sla.warned", "sla.breached"),
    *("customer.updated", "customer.merged"),
    *("customer.erased", "consent.changed", "survey.answered", "survey.low_score"),
    *("alarm.raised", "alarm.repeated", "alarm.cleared"),
)
"""Events that are kept and told until they arrive, in order for each thing."""
PREFIX = "whsec_"
LEAST_OCTETS = 24


def read_key(text: str) -> bytes:
    """The key in `whsec_BASE64`, or in plain base64. Raises ValueError: garbled or too short."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"a webhook secret is {PREFIX} and base64") from None
    if len(key) < LEAST_OCTETS:
        raise ValueError(f"a webhook secret has at least {LEAST_OCTETS} octets, then base64")
    return key


def _hook_secret(value: object) -> object:
    secret = read_secret(value)
    if isinstance(secret, Secret):
        try:
            read_key(secret.reveal())
        except ValueError as error:
            refuse("C103", f"{error}; make one: openssl rand -base64 32")
    return secret


def read_pattern(text: str) -> str:
    """An event, `call.*` for a family of them, or `*`."""
    every = (*LIVE_EVENTS, *DURABLE_EVENTS)
    families = {f"{event.partition('.')[0]}.*" for event in every}
    known = (*every, *sorted(families), "*")
    if text not in known:
        near = nearest(text, known)
        hint = f'did you mean "{near}"?' if near else f"there are {', '.join(known)}"
        refuse("C103", f'"{text}" is no event; {hint}')
    return str(text)


def durable(patterns: Iterable[str]) -> tuple[str, ...]:
    """The durable events that are asked for."""
    return tuple(
        event
        for event in DURABLE_EVENTS
        if any(one in {"*", event, f"{event.partition('.')[0]}.*"} for one in patterns)
    )


def _some(value: object) -> object:
    if isinstance(value, list | tuple) and not value:
        refuse("C103", 'name at least one event, or write "*"')
    return value


HookSecret = Annotated[Hidden, BeforeValidator(_hook_secret)]
Pattern = Annotated[str, text_field(read_pattern)]


class Webhook(Strict):
    """A receiver of signed webhooks."""

    url: PrivateText = Field(description="Where events are posted, https.")
    secret: HookSecret = Field(
        description="Key of the signature: `whsec_` and base64, at least 24 octets."
    )
    secret_next: HookSecret | None = Field(
        None, description="A second key that also signs, while the first is being changed."
    )
    events: Annotated[tuple[Pattern, ...], BeforeValidator(_some)] = Field(
        ("*",), description="Events that are told, such as call.* or ticket.created."
    )
    allow_private: Flag = Field(
        False, description="Whether the receiver may stand inside our own network."
    )
    ports: tuple[whole(1, 65535), ...] = Field(  # type: ignore[valid-type]
        (443,), description="Ports that may be connected to."
    )

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The keys that sign, the newest first."""
        return tuple(one for one in (self.secret_next, self.secret) if one is not None)


class Crm(Strict):
    """A CRM that takes telephone calls in words of its own."""

    adapter: Literal["zammad"] = Field(description="Its kind; `zammad` = its generic CTI.")
    url: PrivateText = Field(
        description="Its telephone door without the token, as in https://help.example/api/v1/cti."
    )
    token: SecretText = Field(description="The token that stands behind the address.")
    allow_private: Flag = Field(False, description="Whether it may stand inside our own network.")
    ports: tuple[whole(1, 65535), ...] = Field(  # type: ignore[valid-type]
        (443,), description="Ports that may be connected to."
    )

    @property
    def address(self) -> Secret:
        """Where it is told of calls."""
        return Secret(f"{self.url.reveal().rstrip('/')}/{self.token.reveal()}")
