"""What the code of a Twilio trunk needs to know of its entry in config.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.channels.twilio.wire.signature import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.trunks import TwilioTrunk


@dataclass(frozen=True, slots=True)
class Settings:
    """One trunk.

    secrets: every secret a request may be signed with. fallback_url: a document on another host,
    for callers whom we cannot serve. voices: language -> name of a voice of the provider. speech:
    languages whose callers may speak. api_base, token: of the REST interface. agent_from: number
    that agents see, None = the number that was dialled.
    """

    account: str
    secrets: tuple[Secret, ...]
    fallback_url: str | None = None
    voices: Mapping[str, str] = field(default_factory=dict)
    speech: tuple[str, ...] = ()
    api_base: str = "https://api.twilio.com"
    token: str = field(default="", repr=False)
    agent_from: str | None = None


def settings_of(entry: TwilioTrunk, voices: Mapping[str, str], speech: tuple[str, ...]) -> Settings:
    """The entry of the configuration, its secrets opened for the verifier alone."""
    return Settings(
        account=entry.account,
        secrets=tuple(Secret(name, secret.reveal()) for name, secret in entry.secrets.items()),
        fallback_url=entry.fallback_url,
        voices=voices,
        speech=speech,
        api_base=str(entry.api_base),
        token=entry.auth_token.reveal(),
        agent_from=entry.agent_from,
    )
